"""The tiny study as tests run it: by the command, and copied where it may be changed or slowed."""

import json
from pathlib import Path

from experiments.cli import main

TINY = Path(__file__).with_name("tiny_study.py")


def yuma(capsys, *words):
    code = main([str(word) for word in words])
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return code, printed.out, printed.err


def ran(capsys, *words):
    code, out, err = yuma(capsys, "run", *words, "--json")
    assert code == 0, err
    return json.loads(out)


def copied(folder, text=None, name="tiny_study.py"):
    file = folder / name
    file.write_text(text if text is not None else TINY.read_text("utf-8"), "utf-8")
    return file


def slowed(folder, seconds=0.05):
    text = TINY.read_text("utf-8").replace(
        "def task(row):", f"import time\n\n\ndef task(row):\n    time.sleep({seconds})"
    )
    return copied(folder, text)
