"""The page Equilibrium: move a control, see which strategy pays and where the subnet settles."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from econ.errors import InputError
from experiments import Scenario, Solution, solve_scenario
from experiments.sentences import outcome, sentences
from experiments.what_changes import RULES, Change, what_changes, worlds_of
from experiments.wording import as_text, with_interval
from views.answer import chart_specs, payoff_points, show_equilibria, show_sentence, show_sharpening
from views.fold import fold
from views.limits import limits
from views.link import open_link, write_link
from views.live import has_preview, previews_of, too_large
from views.places import door
from views.scenario_sheet import command, scenario_sheet, show_scenario
from views.spot import Spot
from views.tables import show_table
from views.takeaway import Shown, scenario_code, show_chart, solving_code, take_along
from views.terms import heading, say
from views.waiting import awaited, jobs, quick, turn_to
from views.words import clipped, label_of, minus, plain

__all__ = ["page"]

_CONCEPTS = {
    "correlated": "a mediator advises each seat in private, and nobody gains by disobeying",
    "coarse": "the same, where one agrees before hearing the advice",
    "stackelberg": "one role commits, the others answer",
    "pure": "only outcomes in which nobody mixes, named seats included",
    "qre": "players make mistakes, dearer ones less often (logit)",
    "ess": "what a few mutants cannot invade",
    "alpha-rank": "how often a population that imitates is found at each outcome",
}


def page() -> None:
    """Everything from the sentence of result down to what may be taken along."""
    heading(
        "Equilibrium",
        "Validators of a [[subnet]] choose how to earn: by evaluating [[miner|miners]], or without. Move a control and "
        "see which choice pays, and at which [[equilibrium]] the subnet settles.",
    )
    sheet = scenario_sheet()
    open_link(sheet)
    result = st.container()
    left, right = st.columns([1, 2], gap="large")
    with left:
        scenario = show_scenario()
    write_link(sheet)
    if scenario is None:
        return
    with left:
        door("play", "Watch this subnet at work", sheet.link(), icon=":material/play_circle:")
        door("rules", "Compare with other rules", sheet.link(), icon=":material/balance:")
    answer = _Answer(told=Spot(result), status=result, charts=right)
    reason = too_large(scenario)
    solution = jobs().known(scenario.digest) if reason is None else None
    try:
        if solution is None:
            solution = _sharpened(scenario, reason, answer)
            if solution is None:
                return
        else:
            answer.charts = right.container()
        answer.told.show(lambda: show_sentence(solution))
        answer.draw(solution)
    except InputError as error:
        reason = str(error)
        answer.told.show(lambda: st.error(plain(clipped(reason))))
        return
    show_equilibria(solution)
    _what_changes(scenario)
    _more(scenario)
    _take_along(solution)


@dataclass(slots=True)
class _Answer:
    """Where the answer's sentence and its charts stand; what was drawn of a preview moves there."""

    told: Spot
    status: DeltaGenerator
    charts: DeltaGenerator
    drawn: dict[str, Shown] = field(default_factory=dict)

    def draw(self, solution: Solution, *, earning: bool = True) -> None:
        key = ("charts", solution.scenario.digest, solution.game.worlds, earning)
        with self.charts:
            for name, drawn in quick().made(key, lambda: chart_specs(solution, earning=earning)).items():
                self.drawn[name] = show_chart(drawn, self.drawn.get(name))


def _sharpened(scenario: Scenario, reason: str | None, answer: _Answer) -> Solution | None:
    """The preview at once, then the full answer; None where it is too large, or was stopped."""
    turn_to("equilibrium", scenario.digest)
    few = previews_of(scenario) if has_preview(scenario) else []
    previews: list[Solution] = []
    answer.charts = answer.charts.container() if few else answer.charts.empty()
    for small in few:  # each is said and drawn as soon as it is there
        previews.append(_preview(small, answer.told))
        answer.told.show(lambda: show_sharpening(*previews))
        answer.draw(previews[-1], earning=len(few) == 1)
    if not few:  # nothing of another game stays in sight meanwhile
        answer.told.show(st.empty)
    status, below = answer.status.empty(), st.empty()
    with below.container():
        st.caption("The equilibria and their verdicts come with the full answer.")
        if reason is not None:
            take_along("equilibrium", commands=[command("solve", scenario)], python=solving_code(scenario))
    if reason is not None:
        status.info(plain(f"{reason} For the full answer run the command at the end of this page."))
        return None
    solution = awaited("equilibrium", scenario.digest, solve_scenario, (scenario,), status)
    if solution is not None:
        below.empty()
        if not few:
            answer.charts = answer.charts.container()
    return solution


def _preview(small: Scenario, told: Spot) -> Solution:
    return quick().made(
        ("preview", small.digest),
        lambda: solve_scenario(small, test_start=False),
        lambda: told.show(lambda: st.caption("Waiting for the games of other visitors.")),
    )


def _what_changes(scenario: Scenario) -> None:
    """For every rule the nearest value that flips the outcome, with all that it does besides."""
    st.subheader("What would change it", anchor=False)
    say(
        "Each rule alone, moved outwards from its present value until a crowd that held falls, or the reverse. Rules "
        "that only [[root]] may set are marked so. Beside each: what it does to copying, to a [[cabal]] and to miners."
    )
    key = ("changes", scenario.digest)
    status, place = st.empty(), st.empty()
    found = jobs().known(key)
    if found is None:
        wanted = st.session_state.get("wants changes of") == scenario.digest
        if not wanted:
            if not place.button("Find what would change it", key="find changes", help="Takes up to three minutes."):
                return
            st.session_state["wants changes of"] = scenario.digest
            place.empty()
        found = awaited("changes", key, what_changes, (scenario,), status, doing="Trying rules")
    if found is None:
        return
    with place.container():
        flipping = [change for change in found if change.value is not None]
        if not flipping:
            say("None of the values tried changes which crowds hold.", kind="result")
        else:
            show_table(pd.DataFrame([_change_row(change) for change in flipping]), "changes")
        still = [f"{_rule(change)} ({_tried(change)})" for change in found if change.value is None]
        if still:
            st.caption(plain(f"Nothing flips by: {'; '.join(still)}."))
        st.caption(
            f"{len(RULES)} rules, each alone, in {len(worlds_of(scenario))} worlds; 95% intervals, each on its own. A "
            "number that flips is bracketed to a step: one epoch, or a hundredth; at the value in brackets it does not "
            "yet flip for certain. Beyond the values tried nothing is said."
        )
        with fold("Take these numbers with you", "changes") as is_open:
            if is_open:
                st.code(f"{command('solve', scenario)} --what-changes", language="bash", wrap_lines=True)
                st.code(_changes_code(scenario), language="python", wrap_lines=True)


def _changes_code(scenario: Scenario) -> str:
    return (
        "from experiments import Scenario\n"
        "from experiments.what_changes import what_changes\n\n"
        f"{scenario_code(scenario)}\n"
        "for change in what_changes(scenario):\n"
        "    print(change.key, change.present, change.value, change.before_value, change.flips)\n"
    )


def _flips_at(change: Change) -> str:
    """`0.43 [0.44 not yet]`: the nearest value, and the last before it; a switch has one other value."""
    if isinstance(change.value, bool | str):
        return as_text(change.value)
    return plain(f"{change.value:g} [{change.before_value:g} not yet]")


def _rule(change: Change) -> str:
    name = label_of(Scenario.keys()[change.key]) if change.key != "rules.version" else "Rule"
    name = change.key.removeprefix("rules.").replace("_", " ") if len(name) > 30 else name
    return f"{name} (root only)" if change.set_by == "root" else name


def _tried(change: Change) -> str:
    tried = sorted(change.tried) if not isinstance(change.present, bool | str) else change.tried
    values = [as_text(value) for value in tried]
    return f"tried {values[0]} to {values[-1]}" if len(values) > 2 else "tried " + ", ".join(values) if values else "–"


def _change_row(change: Change) -> dict[str, str]:
    first = change.before[0].strategy

    def gain(crowds: tuple, strategy: str) -> str:
        switch = next((s for s in crowds[0].switches if s.strategy == strategy), None)
        return "–" if switch is None else plain(minus(with_interval(switch.gain, 1)))

    def quality(crowds: tuple) -> str:
        return plain(minus(with_interval(crowds[0].quality_incentive_correlation)))

    return {
        "Rule": plain(_rule(change)),
        "Now": as_text(change.present),
        "Flips at": _flips_at(change),
        "Then": plain("; ".join(change.flips)),
        f"Lone copier among {first} gains": f"{gain(change.before, 'weight-copier')} → "
        f"{gain(change.after, 'weight-copier')}",
        "Lone colluder gains": f"{gain(change.before, 'colluding')} → {gain(change.after, 'colluding')}",
        "Miners: pay follows quality": f"{quality(change.before)} → {quality(change.after)}",
    }


def _more(scenario: Scenario) -> None:
    """Concepts other than Nash are a command away."""
    with fold("More: other ideas of equilibrium", "concepts") as is_open:
        if not is_open:
            return
        say("Nash's idea, that nobody gains by switching alone, is one of several. The same game, asked otherwise:")
        for concept, story in _CONCEPTS.items():
            line = command("solve", scenario)
            st.markdown(f"**{plain(concept)}**: {plain(story)}")
            st.code(f"{line} --concept {concept}", language="bash", wrap_lines=True)


def _take_along(solution: Solution) -> None:
    scenario = solution.scenario
    key = ("charts", scenario.digest, solution.game.worlds, True)
    points = [point for contest in solution.contests for point in payoff_points(solution, contest)]
    gains = [
        {"role": contest.role, "switch to": contest.second, "others": row.others, "gain": row.mean}
        | {"low": row.low, "high": row.high}
        for contest in solution.contests
        for row in contest.gains
    ]
    settled = [
        {
            "outcome": outcome(found),
            "verdict": found.verdict,
            "regret": found.regret,
            "regret_low": found.regret_interval[0],
            "regret_high": found.regret_interval[1],
            "stable": {True: "yes", False: "no", None: ""}[found.stable],
        }
        for found in solution.answer.equilibria
    ]
    tables = {
        "gains": pd.DataFrame(gains),
        "payoffs": pd.DataFrame([{name: getattr(p, name) for name in type(p).__slots__} for p in points]),
        "equilibria": pd.DataFrame(settled),
    }
    st.caption(f"Up to {limits().worlds} worlds a profile are played here; the command line plays thousands.")
    take_along(
        "equilibrium",
        sentence=minus(" ".join(sentences(solution)[:2])),
        charts=quick().made(key, lambda: chart_specs(solution)),
        commands=[command("solve", scenario)],
        python=solving_code(scenario),
        tables={name: frame for name, frame in tables.items() if len(frame)},
    )
