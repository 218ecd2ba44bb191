"""A run of the page Play goes on until a hand stops it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from views import play


@pytest.mark.parametrize(
    ("told", "runs", "epoch"),
    [(9, True, 11), (11, True, 11), (4, False, 4), (30, False, 30)],
    ids=["two ticks behind", "where it stands", "back by hand", "on by hand"],
)
def test_a_browser_that_is_behind_does_not_pause_the_run(monkeypatch, told, runs, epoch) -> None:
    state = {"runs": True, "run through": (8, 9, 10, 11), "look set epoch": told}
    monkeypatch.setattr(play, "st", SimpleNamespace(session_state=state))
    play._moved()
    assert (state["runs"], state["look set epoch"]) == (runs, epoch)
