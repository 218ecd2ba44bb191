"""The page Lab: the registry of players, files of one's own, and stored runs."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from agents.registry import ROLES, policies, quantities_of
from econ.errors import InputError
from econ.quantity import Settings, quantity
from econ.yuma import Hyperparameters
from experiments.files.metagraph import metagraph_from_bytes
from experiments.files.scenario_file import scenario_from_text
from experiments.metagraph_epoch import MetagraphEpoch, run_metagraph
from experiments.report import FINDING_COLUMNS, StudyReport, finding_cells
from experiments.stored_runs import opened_run, stored_runs
from experiments.wording import as_text
from views.limits import results_folder
from views.link import open_link, write_link
from views.places import door
from views.scenario_sheet import scenario_sheet
from views.sheet import Sheet
from views.tables import show_table
from views.takeaway import Drawn, show_chart, take_along
from views.terms import heading, say
from views.upload import uploaded
from views.waiting import quick
from views.words import clipped, plain

__all__ = ["page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Settings):
    """What one looks at."""

    role: str = quantity("validators", "a role", "", "visitor", "Whose strategies.", choices=ROLES)
    player: str = quantity("honest", "a strategy", "", "visitor", "The one that is told.")


SHOWN = Sheet(name="lab", declared=Shown.quantities())


def page() -> None:
    """Three parts, each of which says what to do where it is empty."""
    heading(
        "Lab",
        "Every [[strategy]] with its story, what it may see, and where it comes from; your own files; and results that "
        "were computed before. Nothing that you send is kept or run.",
    )
    open_link(SHOWN)
    players, files, runs = st.tabs(["Players", "Your files", "Stored runs"])
    with players:
        _players()
    with files:
        _scenario_file()
        _metagraph_file()
    with runs:
        _runs()
    write_link(SHOWN)


def _players() -> None:
    st.segmented_control("Role", list(ROLES), key="lab set role", required=True)
    role = SHOWN.values["role"]
    kinds = policies(role)
    if st.session_state["lab set player"] not in kinds:
        st.session_state["lab set player"] = next(iter(kinds))
    rows = [
        {
            "Strategy": name,
            "Story": _story(kind).partition("\n\n")[0],
            "Evaluates": "yes" if kind.traits.evaluates else "no",
            "Sees": ", ".join(sorted(kind.traits.sees)).replace("_", " ") or "nothing",
            "Colludes": "yes" if kind.traits.colludes else "no",
        }
        for name, kind in kinds.items()
    ]
    frame = pd.DataFrame(rows)
    show_table(frame.map(plain), "players", hidden=("Evaluates", "Sees", "Colludes"))
    name = st.selectbox("Tell me more about", list(kinds), key="lab set player")
    kind = kinds[name]
    with st.container(border=True):
        st.markdown(f"**{plain(name)}**")
        st.text(_story(kind))
        for field, declared in quantities_of(kind).items():
            says = f"{field}: {declared.help} It is {declared.unit}: {declared.range}; default "
            st.caption(plain(says + as_text(declared.default) + "."))
        for source in kind.sources:
            st.caption(plain(f"Source: {source}"))
        if role == "validators" and name != "honest":
            rival = {"scenario": "weight-copying", "validators.strategies": f"honest,{name}"}
            door("equilibrium", f"Play {name} against honest", rival, icon=":material/query_stats:")
    with st.expander("Its code"):
        try:
            st.code(inspect.getsource(kind), language="python")
        except (OSError, TypeError):
            st.caption("The source is not at hand.")
    take_along(
        "players",
        commands=[f"yuma players {name}", "yuma new policy NAME"],
        tables={role: frame},
    )


def _story(kind: type) -> str:
    """A policy's docstring, each paragraph in one line, so that it fits any screen."""
    paragraphs = inspect.cleandoc(kind.__doc__ or "No story was written.").split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in paragraphs).replace("`", "")


def _scenario_file() -> None:
    st.subheader("A scenario", anchor=False)
    say("A file in TOML or JSON, as <code>yuma scenario</code> writes it. It sets the controls of all pages.")
    found = uploaded("Open a scenario", ("toml", "json"), scenario_from_text, key="scenario file")
    if found is None:
        return
    sheet = scenario_sheet()
    base = found.name if found.name in sheet.bases else "subnet"
    usual = sheet.defaults(base)
    query = {"scenario": base}
    for key, value in found.flat().items():
        if value != usual[key] and key != "answer.max_worlds":
            query[key] = as_text(value)
    for key, most in sheet.most.items():
        if key in query and float(query[key]) > most:
            st.info(plain(f"{key} is {query[key]}; this server plays at most {most:g}, and so it will."))
            query[key] = f"{most:g}"
    st.success(
        plain(clipped(f"{found.name}: read, digest {found.digest}, {len(found.differences)} values of its own."))
    )
    door("equilibrium", "Solve it", query, icon=":material/query_stats:")
    door("play", "Watch it", query, icon=":material/play_circle:")


def _metagraph_file() -> None:
    st.subheader("A real subnet", anchor=False)
    say("A [[subnet]]'s metagraph as a .npz file: who earns what by one [[epoch]] of the chain's rule.")
    metagraph = uploaded("Open a metagraph", ("npz",), metagraph_from_bytes, key="metagraph file")
    if metagraph is None:
        st.caption("`yuma example` writes one to try; docs/how-to/export-your-subnet.md shows how to export yours.")
        return
    version = st.segmented_control("Rule", ["3", "2"], default="3", key="metagraph rule", format_func="Yuma {}".format)
    least = st.number_input("Least stake of a validator", 0.0, 1e12, 1000.0, key="metagraph stake")
    try:
        ran = run_metagraph(metagraph, Hyperparameters(version=version or "3"), least)
    except InputError as error:
        st.error(plain(clipped(str(error))))
        return
    _subnet(ran)


def _subnet(ran: MetagraphEpoch) -> None:
    measures = ran.measures
    say(
        f"Subnet {ran.metagraph.netuid} at block {ran.metagraph.block}: {len(ran.uids)} validators are paid, "
        f"{measures.incentive_earners} miners earn; {measures.nakamoto_coefficient} validators hold more than half of "
        f"the [[stake]] (a calculation, no sample: no interval).",
        kind="result",
    )
    hotkeys = ran.metagraph.hotkeys
    frame = pd.DataFrame(
        {
            "uid": ran.uids,
            "hotkey": [hotkeys[uid][:100] for uid in ran.uids],
            "stake, %": (100 * ran.stake_share).round(3),
            "dividends, %": (100 * ran.dividends).round(3),
            "dividends per stake": ran.dividends_per_stake.round(4),
            "validator trust": ran.validator_trust.round(4),
            "distance to others": ran.distance_to_consensus.round(4),
        }
    )
    st.dataframe(frame, hide_index=True, width="stretch")
    for note in ran.notes:
        st.caption(plain(note))
    take_along(
        f"subnet-{ran.metagraph.netuid}",
        commands=["yuma metagraph FILE.npz"],
        tables={"validators": frame},
    )


def _runs() -> None:
    folder = results_folder()
    runs = stored_runs(folder)
    if not runs:
        say(
            "No stored runs yet. <code>yuma run consensus-map --size small</code> computes one in the folder that the "
            "app was started in; then it stands here, to be read and compared."
        )
        return
    rows = [
        {"Run": r.name, "Study": r.study, "Size": r.size, "Done": f"{r.parts} of {r.tasks}", "Opens here": _yes(r.own)}
        for r in runs
    ]
    show_table(pd.DataFrame(rows).map(plain), "runs")
    own = [run.name for run in runs if run.own]
    chosen = st.multiselect("Open, or compare two", own, max_selections=2, key="runs chosen")
    if not chosen:
        say("Choose one run to read it, or two to see their findings side by side.", kind="soft")
        return
    reports = {}
    for name in chosen:
        parts = next(run.parts for run in runs if run.name == name)
        try:
            reports[name] = quick().made(("run", folder, name, parts), lambda name=name: opened_run(folder, name))
        except InputError as error:
            st.error(plain(clipped(str(error))))
    for column, (name, (report, results)) in zip(st.columns(max(len(reports), 1)), reports.items(), strict=False):
        with column:
            _report(name, report, results)


def _report(name: str, report: StudyReport, results: pd.DataFrame) -> None:
    st.subheader(plain(name), anchor=False)
    st.caption(plain(report.study.question))
    st.markdown(f"**{plain(report.sentence)}**")
    cells = [finding_cells(finding) for finding in report.findings]
    if cells:
        st.dataframe(pd.DataFrame(cells, columns=list(FINDING_COLUMNS)), hide_index=True, width="stretch")
    charts = {}
    for label, chart in report.figures.items():
        charts[label] = Drawn.of(chart, f"{report.completeness}; bands and bars are 95% intervals.")
        show_chart(charts[label])
    take_along(name, sentence=report.sentence, charts=charts, commands=report.commands, tables={"results": results})


def _yes(fact: bool) -> str:
    return "yes" if fact else "in the terminal: its code came from a file"
