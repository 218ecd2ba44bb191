"""Benchmarks are tested at their small size: they stand beside the packages, at the root."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
