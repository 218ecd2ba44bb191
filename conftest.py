"""What holds for every test."""

import os

os.environ.setdefault("YUMA_PAYOFFS", "none")  # no test reads or fills the user's store of payoffs
