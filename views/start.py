"""The page Start: what this is, and where to go on."""

from __future__ import annotations

from views.places import door
from views.terms import heading

__all__ = ["page"]


def page() -> None:
    """One sentence, and the way to the pages."""
    heading(
        "Yuma Games",
        "Play Bittensor's [[consensus]] as a game. [[validator|Validators]] score [[miner|miners]]; here you see what "
        "they do when each looks after its own pay, and which rules make honesty pay.",
    )
    door(
        "equilibrium",
        "See when copying takes over a subnet",
        {"scenario": "weight-copying", "rules.reveal_period": "5"},
    )
