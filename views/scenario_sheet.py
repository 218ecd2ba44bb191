"""The scenario's controls, shared by all pages that play it: five in sight, the rest folded.

open_link(scenario_sheet())
scenario = show_scenario()            # None, with the reason on the page, where the controls contradict each other
write_link(scenario_sheet())
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

from agents.registry import policies
from econ.errors import InputError
from experiments import Scenario
from experiments.plugins import plugins_of
from experiments.scenario import scenario_names
from experiments.wording import as_text
from views.control import InSight
from views.limits import limits
from views.says import said_of_all
from views.sheet import Sheet
from views.words import SCENARIOS, clipped, plain

__all__ = ["LIVE_WORLDS", "OPENING", "Mix", "command", "in_words", "scenario_sheet", "show_scenario"]

OPENING: Mapping[str, str] = {"scenario": "weight-copying", "rules.reveal_period": "5"}
"""What a visitor without a link finds."""

LIVE_WORLDS = 64
"""Worlds a profile that the app plays unless more are asked for; the least that give a verdict."""

_SECTIONS = {
    "validators": "Validators",
    "miners": "Miners",
    "cabal": "Cabal",
    "registration": "UIDs that come and go",
    "delegators": "Delegators",
    "owner": "Owner",
    "rules": "Rules of the subnet",
    "market": "Prices",
    "answer": "How sure",
    "": "Length of a run",
}
_ALL_PLAY = {
    "weight-copying": "Validators are honest, or submit the last revealed consensus without evaluating.",
    "cabal": "Validators are honest, or collude with miners of their own.",
    "subnet": "Validators are honest, submit the last revealed consensus, or collude.",
}


class Mix:
    """How many seats play each strategy besides a role's first: a part of a link, `mix.ROLE.STRATEGY=N`."""

    def claims(self, key: str) -> bool:
        """Whether a key of a link belongs here."""
        return key.startswith("mix.")

    def read(self, given: Mapping[str, str]) -> list[str]:
        """Take a link's counts of seats in; returns a line for everything that was wrong."""
        state, problems = st.session_state, []
        for key in [k for k in state if str(k).startswith("mix ")]:
            del state[key]
        for key, text in given.items():
            if text.isascii() and text.isdigit() and len(text) < 5:
                state[f"mix {key.removeprefix('mix.')}"] = int(text)
            else:
                problems.append(f"{key} is {text!r}; it is a number of seats and must be a whole number of at least 0")
        state.setdefault("sheets", set()).add("mix")
        state["mix link"] = {}
        return problems

    def link(self) -> dict[str, str]:
        """The counts that somebody moved."""
        return st.session_state["mix link"]

    def state(self) -> dict[str, Any]:
        """The sliders' state."""
        state = st.session_state
        _ = state["mix link"]
        return {key: state[key] for key in state if str(key).startswith("mix ") and key != "mix link"}

    def show(self, scenario: Scenario, *, in_sight: int = 2) -> dict[str, int]:
        """A slider for every strategy but a role's first: how many seats play it; returns the counts.

        Few stand in sight, the others are folded.
        """
        mix, roles, asked = {}, scenario.roles, {}
        others = sum(size - 1 for size in roles.sizes) - in_sight
        folded = st.expander("How many play the other strategies") if others > 0 else None
        for role, part in enumerate(roles.slices()):
            seats = roles.players[role]
            for name, strategy in roles.axis[part][1:]:
                key, usual = f"mix {name}.{strategy}", _unasked(scenario, name, strategy)
                st.session_state.setdefault(key, usual)
                st.session_state[key] = min(st.session_state[key], seats)
                place = st if folded is None or len(mix) < in_sight else folded
                count = place.slider(f"How many of the {seats} {name} are {strategy}", 0, seats, key=key)
                mix[f"{name}.{strategy}"] = count
                if count != usual:
                    asked[f"mix.{name}.{strategy}"] = str(count)
        st.session_state["mix link"] = asked
        for key in [k for k in st.session_state if str(k).startswith("mix ") and str(k)[4:] not in (*mix, "link")]:
            del st.session_state[key]
            st.warning(plain(clipped(f"The link was not read in full: {key[4:]!r} is no strategy of this game.")))
        return mix


@cache
def scenario_sheet() -> Sheet:
    """The sheet of a scenario; made once."""
    bases = {name: Scenario.named(name, {"answer.max_worlds": LIVE_WORLDS}).flat() for name in scenario_names()}
    return Sheet(
        name="scenario",
        declared=Scenario.keys(),
        in_sight={
            "rules.reveal_period": InSight("Reveal period, epochs", 0, 20, 1),
            "validators.noise": InSight("Noise of a validator's scores", 0.0, 1.0, 0.05),
            "miners.drift": InSight("Drift of miners' quality", 0.0, 1.0, 0.05),
            "validators.count": InSight("Validators", 3, 20, 1),
        },
        bases=bases,
        base="scenario",
        base_label="Scenario",
        base_words=_ALL_PLAY,
        base_names=SCENARIOS,
        opening=OPENING,
        sections=_SECTIONS,
        most={
            **dict.fromkeys(("answer.max_worlds", "worlds"), limits().worlds),
            **dict.fromkeys(("registration.outside", "delegators.count"), 256),
        },
        listed=_listed,
    )


def in_words(values: Mapping[str, Any]) -> dict[str, str]:
    """What the controls mean, by key; nothing while they contradict each other."""
    try:
        scenario = Scenario.named(scenario_sheet().chosen_base, values)
    except InputError:
        return {}
    return said_of_all(scenario)


def show_scenario(*, only: Sequence[str] | None = None) -> Scenario | None:
    """The controls, and the scenario that they say; None, with the reason on the page, where they contradict.

    `only` names the keys that stay in sight on a page with controls of its own.
    """
    sheet = scenario_sheet()
    values = sheet.show(in_words(sheet.values), only=only)
    return sheet.made(lambda: Scenario.named(sheet.chosen_base, values))


def command(
    verb: str, scenario: Scenario, mix: Mapping[str, int] | None = None, *, against: Mapping[str, Any] | None = None
) -> str:
    """The line for the terminal that gives the same numbers; `against` are the changes of a second rule set."""
    base = Scenario.named(scenario.name).flat()
    words = ["yuma", verb, scenario.name]
    for key, value in scenario.flat().items():
        if value != base[key]:
            words += ["--set", f"{key}={as_text(value)}"]
    for key, count in (mix or {}).items():
        words += ["--mix", f"{key}={count}"]
    for key, value in (against or {}).items():
        words += ["--against", f"{key}={as_text(value)}"]
    for file in plugins_of(scenario):
        words += ["--plugin", file]
    return shlex.join(words)


def _listed(key: str) -> Sequence[str] | None:
    role, _, name = key.rpartition(".")
    return list(policies(role)) if name == "strategies" else None


def _unasked(scenario: Scenario, role: str, strategy: str) -> int:
    """How many seats play a strategy until somebody moves its slider: one, of the validators' second."""
    listed = scenario.roles.strategies[scenario.roles.names.index(role)]
    return int(role.startswith("validators") and listed.index(strategy) == 1)
