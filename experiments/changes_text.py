"""What would change an answer, at the command line: a row for every rule, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from experiments.intervals import interval_json
from experiments.lone import Crowd
from experiments.what_changes import Change
from experiments.wording import as_text, table, with_interval

__all__ = ["changes_json", "changes_text"]


def changes_text(found: Iterable[Change], worlds: int, level: float) -> str:
    """Every rule in a row: its value now, the nearest that flips an outcome, the last that does not, and what flips.

    >>> print(changes_text([], 32, 0.95).splitlines()[0])
    Each rule alone, until a crowd that held falls, or the reverse; 32 worlds, 95% intervals, each on its own:
    """
    rows = [
        [
            f"{change.key} (root only)" if change.set_by == "root" else change.key,
            as_text(change.present),
            "-" if change.value is None else as_text(change.value),
            "-" if change.value is None else as_text(change.before_value),
            "; ".join(change.flips) or "nothing flips",
            _gains(change.before),
            _gains(change.after),
        ]
        for change in found
    ]
    head = ["rule", "now", "flips at", "not yet at", "then", "lone gains now", "lone gains there"]
    return "\n".join(
        [
            f"Each rule alone, until a crowd that held falls, or the reverse; {worlds} worlds, {100 * level:g}% "
            "intervals, each on its own:",
            "",
            table(head, rows),
        ]
    )


def changes_json(found: Iterable[Change]) -> list[dict[str, Any]]:
    """The same with every interval; what `yuma solve --what-changes` prints.

    >>> changes_json([])
    []
    """
    return [
        {
            "key": change.key,
            "set_by": change.set_by,
            "present": change.present,
            "value": change.value,
            "before_value": change.before_value,
            "tried": list(change.tried),
            "flips": list(change.flips),
            "before": _crowds(change.before),
            "after": _crowds(change.after),
        }
        for change in found
    ]


def _gains(crowds: Sequence[Crowd]) -> str:
    """What those gain who leave the first crowd alone."""
    switches = crowds[0].switches if crowds else ()
    return "; ".join(f"{switch.strategy} {with_interval(switch.gain, 1)}" for switch in switches) or "-"


def _crowds(crowds: Sequence[Crowd]) -> list[dict[str, Any]]:
    return [
        {
            "strategy": crowd.strategy,
            "quality_incentive_correlation": interval_json(crowd.quality_incentive_correlation),
            "switches": [
                {"role": switch.role, "strategy": switch.strategy, "gain": interval_json(switch.gain)}
                for switch in crowd.switches
            ],
        }
        for crowd in crowds
    ]
