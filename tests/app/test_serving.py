"""The server loads its pages before it answers, and leaves quietly if it is told to while it does."""

import subprocess
import sys

import pytest

from views import serving
from views.places import PLACES


def test_all_pages_are_loaded_before_the_server_is():
    loads = "import sys; from views import serving; serving.preload(); print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True).stdout.split()
    assert {f"views.{one.module}" for one in PLACES} <= set(loaded)


def test_who_interrupts_it_while_it_loads_sees_no_traceback(monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(serving, "preload", interrupted)
    with pytest.raises(SystemExit) as left:
        serving.main()
    assert left.value.code == 130
