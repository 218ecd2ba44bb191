"""The controls of a scenario: five in sight, the rest folded, all of them in the page's address.

The widgets' own state is the one state. A link is read into it when a session begins, and when the address changes
while no widget did (the browser's back button).
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from agents.registry import policies
from econ.quantity import Quantity, QuantityError
from experiments import BadInput, Scenario
from experiments.errors import nearest
from experiments.scenario import scenario_names
from views.words import SCENARIOS, drift_words, label_of, noise_words, plain, reveal_words, stake_words

__all__ = ["MOST_WORLDS", "Chosen", "command", "open_link", "show_controls", "show_profile", "write_link"]

OPENING: Mapping[str, str] = {"scenario": "weight-copying", "rules.reveal_period": "5"}
"""What a visitor without a link finds."""

LIVE_WORLDS = 64
"""Worlds a profile that the app plays unless more are asked for; the least that give a verdict."""

MOST_WORLDS = 256
"""Worlds a profile that the app plays at most; the command line plays thousands."""

_IN_SIGHT = {
    "rules.reveal_period": ("Reveal period, epochs", 0, 20, 1),
    "validators.noise": ("Noise of a validator's scores", 0.0, 1.0, 0.05),
    "miners.drift": ("Drift of miners' quality", 0.0, 1.0, 0.05),
    "validators.count": ("Validators", 3, 20, 1),
}
_SECTIONS = {
    "validators": "Validators",
    "miners": "Miners",
    "cabal": "Cabal",
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
_LARGEST_WHOLE = 2**53 - 1  # what a browser counts exactly


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the controls say: a scenario, or the line that says why there is none."""

    name: str
    values: Mapping[str, Any]
    scenario: Scenario | None
    problem: str | None


def defaults(name: str) -> dict[str, Any]:
    """Every key's value in a built-in scenario as the app plays it."""
    return Scenario.named(name, {"answer.max_worlds": LIVE_WORLDS}).flat()


def open_link() -> list[str]:
    """Take the page's address into the controls if it is new; returns a line for everything that was wrong in it."""
    state = st.session_state
    given = st.query_params.to_dict()
    if "address" in state and (given == state["address"] or _widgets() != state["widgets"]):
        return []
    name, values, mix, problems = read_link(given or OPENING)
    state["scenario"] = state["scenario before"] = name
    for key, value in values.items():
        state[f"set {key}"] = value
    for key, (_, low, high, _) in _IN_SIGHT.items():
        state[f"range {key}"] = min(low, values[key]), max(high, values[key])
    for key in [k for k in state if k.startswith("mix ")]:
        del state[key]
    for key, count in mix.items():
        state[f"mix {key}"] = count
    return problems


def read_link(given: Mapping[str, str]) -> tuple[str, dict[str, Any], dict[str, int], list[str]]:
    """The scenario's name, all values by key, seats by role-strategy, and a line for everything that was wrong."""
    problems = []
    name = given.get("scenario", OPENING["scenario"])
    if name not in scenario_names():
        problems.append(f"scenario {name!r} is unknown; {nearest(name, scenario_names())}")
        name = OPENING["scenario"]
    values, mix, known = defaults(name), {}, Scenario.keys()
    for key, text in given.items():
        if key == "scenario":
            continue
        role_strategy = key.removeprefix("mix.")
        if role_strategy != key:
            if text.isascii() and text.isdigit() and len(text) < 5:
                mix[role_strategy] = int(text)
            else:
                problems.append(f"{key} is {text!r}; it is a number of seats and must be a whole number of at least 0")
        elif key not in known:
            problems.append(f"key {key!r} is unknown; {nearest(key, known)}")
        else:
            try:
                values[key] = known[key].parsed(text)
            except QuantityError as error:
                problems.append(f"{key.rpartition('.')[0]}.{error}".removeprefix("."))
    for key in ("answer.max_worlds", "worlds"):
        if values[key] > MOST_WORLDS:
            problems.append(f"{key} is {values[key]}; the app plays at most {MOST_WORLDS}: use the command for more")
            values[key] = MOST_WORLDS
    for role in ("validators", "miners"):
        listed, possible = values[f"{role}.strategies"], policies(role)
        wrong = next((word for word in _words(listed) if word not in possible), None)
        if wrong is not None:
            problems.append(f"{role}.strategies names {wrong!r}; {nearest(wrong, possible)}")
            values[f"{role}.strategies"] = defaults(name)[f"{role}.strategies"]
        values[f"{role}.strategies"] = list(dict.fromkeys(_words(values[f"{role}.strategies"])))
    return name, values, mix, problems


def show_controls() -> Chosen:
    """The controls in sight and under "More rules"; returns what they say."""
    state = st.session_state
    st.selectbox(
        "Scenario",
        scenario_names(),
        format_func=lambda name: SCENARIOS.get(name, name),
        key="scenario",
        on_change=_scenario_changed,
    )
    words = [st.empty()]
    for key, (label, low, high, step) in _IN_SIGHT.items():
        low, high = state[f"range {key}"]
        st.slider(label, low, high, step=step, key=f"set {key}", help=_help(key))
        words.append(st.empty())
    with st.expander("More rules"):
        st.button("Set every rule back", on_click=_set_back, help="All controls take their scenario's defaults.")
        for section, title in _SECTIONS.items():
            st.markdown(f"**{title}**")
            for key, declared in Scenario.keys().items():
                if key.rpartition(".")[0] == section and key not in _IN_SIGHT:
                    _widget(key, declared)
    chosen = _chosen()
    words[0].caption(_ALL_PLAY.get(chosen.name, ""))
    if chosen.scenario is not None:
        said = (reveal_words, noise_words, drift_words, stake_words)
        for place, say in zip(words[1:], said, strict=True):
            place.caption(plain(say(chosen.scenario)))
    return chosen


def show_profile(scenario: Scenario) -> dict[str, int]:
    """A slider for every strategy but a role's first: how many seats play it in the course below."""
    mix, roles = {}, scenario.roles
    for role, part in enumerate(roles.slices()):
        seats = roles.players[role]
        for name, strategy in roles.axis[part][1:]:
            key = f"mix {name}.{strategy}"
            st.session_state.setdefault(key, _unasked(scenario, name, strategy))
            st.session_state[key] = min(st.session_state[key], seats)
            mix[f"{name}.{strategy}"] = st.slider(f"How many of the {seats} {name} are {strategy}", 0, seats, key=key)
    return mix


def write_link(chosen: Chosen, mix: Mapping[str, int]) -> None:
    """Put the whole state into the page's address: the differences from the scenario's defaults."""
    base = defaults(chosen.name)
    link = {"scenario": chosen.name}
    link |= {key: _text(value) for key, value in chosen.values.items() if value != base[key]}
    for key, count in mix.items():
        if chosen.scenario is None or count != _unasked(chosen.scenario, *key.rsplit(".", 1)):
            link[f"mix.{key}"] = str(count)
    if st.query_params.to_dict() != link:
        st.query_params.from_dict(link)
    st.session_state["address"] = link
    st.session_state["widgets"] = _widgets()


def command(verb: str, chosen: Chosen, mix: Mapping[str, int] | None = None) -> str:
    """The line for the terminal that gives the same numbers."""
    base = Scenario.named(chosen.name).flat()
    words = ["yuma", verb, chosen.name]
    for key, value in chosen.values.items():
        if value != base[key]:
            words += ["--set", f"{key}={_text(value)}"]
    for key, count in (mix or {}).items():
        words += ["--mix", f"{key}={count}"]
    return shlex.join(words)


def _unasked(scenario: Scenario, role: str, strategy: str) -> int:
    """How many seats play a strategy until somebody moves its slider: one, of the validators' second."""
    listed = scenario.roles.strategies[scenario.roles.names.index(role)]
    return int(role.startswith("validators") and listed.index(strategy) == 1)


def _chosen() -> Chosen:
    state = st.session_state
    name, values = state["scenario"], {}
    for key in Scenario.keys():  # noqa: SIM118 - a method of ours, not a dictionary's
        value = state[f"set {key}"]
        values[key] = ",".join(value) if isinstance(value, list) else value
    try:
        values["validators.stake"], values["start"] = values["validators.stake"].strip(), values["start"].strip()
        return Chosen(name=name, values=values, scenario=Scenario.named(name, values), problem=None)
    except (BadInput, QuantityError) as error:
        return Chosen(name=name, values=values, scenario=None, problem=str(error))


def _widget(key: str, declared: Quantity) -> None:
    """The control of one key, made from its declaration."""
    own, label = f"set {key}", label_of(declared)
    kind, about = declared.kind, _help(key)
    if declared.name == "strategies":
        st.multiselect(label, list(policies(key.rpartition(".")[0])), key=own, help=about)
    elif kind is bool:
        st.toggle(label, key=own, help=about)
    elif declared.choices:
        st.selectbox(label, declared.choices, key=own, help=about)
    elif kind is str:
        st.text_input(label, key=own, help=about, max_chars=200)
    else:
        high = MOST_WORLDS if key in ("answer.max_worlds", "worlds") else declared.high
        if kind is int and high is not None:
            high = min(high, _LARGEST_WHOLE)
        st.number_input(
            label,
            min_value=None if declared.low is None else kind(declared.low),
            max_value=None if high is None else kind(high),
            value=None if declared.optional else "min",
            step=1 if kind is int else _step(declared),
            format="%d" if kind is int else "%g",
            key=own,
            help=about,
            placeholder="none" if declared.optional else None,
        )


def _step(declared: Quantity) -> float:
    """A tenth or less of a share, else a tenth of the default."""
    if declared.high is not None and declared.high <= 1:
        return 0.05
    return max(abs(declared.default or 0.0) / 10, 0.1)


def _help(key: str) -> str:
    declared = Scenario.keys()[key]
    return plain(f"{declared.help} It is {declared.unit}: {declared.range}. Set by: {declared.set_by}. Key: {key}")


def _scenario_changed() -> None:
    """Values that were the old scenario's defaults become the new one's; what was changed stays changed."""
    state = st.session_state
    before, after = defaults(state["scenario before"]), defaults(state["scenario"])
    for key, value in after.items():
        if _as_value(state[f"set {key}"]) == before[key]:
            state[f"set {key}"] = _as_state(key, value)
    state["scenario before"] = state["scenario"]


def _set_back() -> None:
    for key, value in defaults(st.session_state["scenario"]).items():
        st.session_state[f"set {key}"] = _as_state(key, value)


def _as_state(key: str, value: Any) -> Any:
    return _words(value) if key.endswith(".strategies") else value


def _as_value(value: Any) -> Any:
    return ",".join(value) if isinstance(value, list) else value


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _widgets() -> dict[str, Any]:
    """The state of all controls."""
    state = st.session_state
    return {key: state[key] for key in state if key == "scenario" or str(key).startswith(("set ", "mix "))}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value is None else str(value)
