"""The study that any scenario and design make: each row played or solved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from experiments.design_report import design_figures, design_findings, design_sentence
from experiments.errors import BadInput
from experiments.scenario import Scenario
from experiments.source_file import SourceFile
from experiments.study import Study, Task
from experiments.study_code import StudyCode

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURES", "batch_code", "batch_study", "scenario_of"]

MEASURES = ("play", "solve")
"""What may be measured in every row."""

_MIX = "mix."


def batch_code(scenario: Scenario, measure: str, plugins: Iterable[str] = ()) -> StudyCode:
    """The code of the study that measures a scenario; plug-ins are files of policies. `BadInput` for a bad measure."""
    if measure not in MEASURES:
        raise BadInput(f"measure is {measure!r}; it may be {' or '.join(MEASURES)}")
    spec = {"scenario": scenario.document(), "measure": measure}
    brought = tuple(SourceFile.read(path, "plugins") for path in plugins)
    return StudyCode(f"{measure}-{scenario.name}", plugins=brought, batch=json.dumps(spec, sort_keys=True))


def batch_study(spec: Mapping[str, Any]) -> Study:
    """The study of a stored specification; its design always comes from outside."""
    from experiments.playing import profile_of

    base = Scenario.from_document(spec["scenario"])
    measure = spec["measure"]

    def task(row: Task) -> pd.DataFrame:
        return (_played if measure == "play" else _solved)(_changed(base, row), _mix(row))

    def scenario(row: Task) -> Scenario:
        changed, mix = _changed(base, row), _mix(row)
        if mix:
            profile_of(changed, mix)  # refused with the row, before any is played
        return changed

    word = re.sub("[^a-z0-9]+", "-", base.name.lower()).strip("-") or "scenario"
    return Study(
        name=f"{measure}-{word[:60].rstrip('-')}-{base.digest}",
        question=f"What comes of {base.name} for each row of a design?",
        expected="no expectation",
        source="a design of one's own",
        design=_no_design,
        task=task,
        findings=design_findings,
        figures=design_figures,
        sentence=lambda results: design_sentence(results, base.name),
        scenario=scenario,
    )


def scenario_of(name: str, row: Task) -> Scenario:
    """A built-in scenario changed by those columns of a row that are keys."""
    known = Scenario.keys()
    return _changed(Scenario.named(name), {key: value for key, value in row.items() if key in known})


def _changed(base: Scenario, row: Task) -> Scenario:
    return base.changed({key: value for key, value in row.items() if not key.startswith(_MIX)})


def _mix(row: Task) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key, value in row.items():
        if key.startswith(_MIX):
            if isinstance(value, bool | str) or value != int(value):
                raise BadInput(f"{key} is {value!r}; it is a number of seats and must be whole: give whole numbers")
            counts[key.removeprefix(_MIX)] = int(value)
    return counts


def _played(scenario: Scenario, mix: Mapping[str, int]) -> pd.DataFrame:
    import pandas as pd

    from experiments.playing import play

    played = play(scenario, mix)
    measures = {name: _number(values) for name, values in played.measures.items()}
    return pd.DataFrame(
        [
            {
                "role": row.role,
                "strategy": row.strategy,
                "players": row.players,
                **_interval("payoff", row.payoff),
                **_interval("dividends_per_stake", row.dividends_per_stake),
                "validator_trust": _number((row.validator_trust,)),
                **measures,
            }
            for row in played.rows
        ]
    )


def _solved(scenario: Scenario, mix: Mapping[str, int]) -> pd.DataFrame:
    import pandas as pd

    from experiments.solving import solve_scenario

    if mix:
        raise BadInput(f"the design sets {_MIX}{next(iter(mix))}, but to solve is to try every mix; leave it out")
    answer = solve_scenario(scenario).answer
    rows = [
        {
            "equilibrium": number,
            "kind": found.kind,
            "role": role,
            "strategy": strategy,
            "share": float(share),
            "share_low": float(found.strategy_interval[role][strategy][0]),
            "share_high": float(found.strategy_interval[role][strategy][1]),
            "regret": float(found.regret),
            "regret_low": float(found.regret_interval[0]),
            "regret_high": float(found.regret_interval[1]),
            "verdict": found.verdict,
            "stable": {True: "stable", False: "unstable", None: ""}[found.stable],
            "complete": {True: "yes", False: "no", None: "unknown"}[answer.complete],
            "worlds": answer.worlds,
        }
        for number, found in enumerate(answer.equilibria)
        for role, shares in found.strategy.items()
        for strategy, share in shares.items()
    ]
    if not rows:
        raise BadInput("no equilibrium was found within answer.max_worlds; raise it")
    return pd.DataFrame(rows)


def _interval(name: str, values: Any) -> dict[str, float]:
    given = values if values is not None else (None, None, None)
    return dict(zip((name, f"{name}_low", f"{name}_high"), (_number((value,)) for value in given), strict=True))


def _number(values: Any) -> float:
    return float("nan") if values is None or values[0] is None else float(values[0])


def _no_design(size: str) -> pd.DataFrame:
    raise BadInput("this study's design comes from outside; give one")
