"""What a visitor may take along from any page: the link, the same numbers in Python and in a terminal, files.

    take_along(
        "equilibrium",
        sentence="Going alone does not pay.",
        charts={"gain": Drawn(spec, "95% intervals.")},
        commands=["yuma solve weight-copying"],
        python=solving_code(scenario),
        tables={"payoffs": frame},
    )

Files are made when they are asked for, not before.
"""

from __future__ import annotations

import io
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts import chart_bytes
from charts.export import specification
from charts.picture import picture
from experiments import Scenario
from experiments.plugins import plugins_of
from views.link import address
from views.sheet import Sheet

__all__ = [
    "Drawn",
    "Shown",
    "playing_code",
    "scenario_code",
    "setting_code",
    "setting_command",
    "show_chart",
    "solving_code",
    "take_along",
]

_MEMORY = "The address of this page holds every control. Share it, or keep it as a bookmark."


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart's specification, and the line below it that says how sure it is."""

    spec: Mapping[str, Any]
    caption: str

    @classmethod
    def of(cls, chart: alt.TopLevelMixin, caption: str) -> Drawn:
        """A chart as it is: its specification is checked in tests, where there is time."""
        return cls(specification(chart), caption)


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a chart and its line stand on the page; of a chart in which one may choose, what is chosen."""

    chart: Any
    line: DeltaGenerator | None


def show_chart(drawn: Drawn, at: Shown | None = None, **options: Any) -> Shown:
    """The chart in the colours of the page, with its line; `at` is where one was shown that it takes the place of.

    A browser that has a chart of the same specification moves it to the new rows.
    """
    spec, rows = dict(drawn.spec), drawn.spec.get("data", {}).get("values")
    if rows is not None:
        del spec["data"]
        rows = _columns(rows)
    chart, line = (st, st) if at is None else (at.chart, at.line)
    return Shown(
        chart=chart.vega_lite_chart(rows, spec, width="stretch", **options),
        line=line.caption(drawn.caption) if drawn.caption else None,
    )


def _columns(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as the columns that they are sent in; what a row does not say is absent."""
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def take_along(
    name: str,
    *,
    sentence: str = "",
    charts: Mapping[str, Drawn] | None = None,
    commands: Sequence[str] = (),
    python: str = "",
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> None:
    """The block at a page's end. `name` begins the names of files; keys of charts and tables end them."""
    st.subheader("Take it with you", anchor=False)
    link = address()
    tabs = {"Link": lambda: _link(link)}
    if commands:
        tabs["Copy as command"] = lambda: st.code("\n".join(commands), language="bash", wrap_lines=True)
    if python:
        tabs["Copy as Python"] = lambda: st.code(python, language="python", wrap_lines=True)
    if charts or tables:
        tabs["Save"] = lambda: _files(name, sentence, charts or {}, tables or {}, link)
    for tab, fill in zip(st.tabs(list(tabs)), tabs.values(), strict=True):
        with tab:
            fill()


def solving_code(scenario: Scenario) -> str:
    """The Python that solves the scenario and says what the page says."""
    return (
        "from experiments import Scenario, solve_scenario\n"
        "from experiments.sentences import sentences\n\n"
        f"{scenario_code(scenario)}\n"
        "solution = solve_scenario(scenario)\n"
        'print(*sentences(solution), sep="\\n")\n'
        "for found in solution.answer.equilibria:\n"
        "    print(found.strategy, found.verdict, found.regret_interval, found.stable)\n"
    )


def playing_code(scenario: Scenario, mix: Mapping[str, int]) -> str:
    """The Python that plays one profile and says what each strategy earns."""
    return (
        "from experiments import Scenario, play\n\n"
        f"{scenario_code(scenario)}\n"
        f"played = play(scenario, {dict(mix)!r})\n"
        "for row in played.rows:\n"
        "    print(row.strategy, row.players, row.payoff, row.dividends_per_stake)\n"
    )


def scenario_code(scenario: Scenario) -> str:
    """The lines of Python that make the scenario."""
    base = Scenario.named(scenario.name).flat()
    changes = {key: value for key, value in scenario.flat().items() if value != base[key]}
    files = plugins_of(scenario)
    before = f"from experiments.plugins import load_plugins\n\nload_plugins({files!r})\n" if files else ""
    inside = "".join(f"    {key!r}: {value!r},\n" for key, value in changes.items()).replace("'", '"')
    given = f", {{\n{inside}}}" if changes else ""
    return f'{before}scenario = Scenario.named("{scenario.name}"{given})'


def setting_command(verb: str, sheet: Sheet) -> str:
    """The line for the terminal, `yuma VERB --set KEY=VALUE`, of a sheet of plain settings."""
    return shlex.join(["yuma", verb, *(word for pair in sheet.link().items() for word in ("--set", "=".join(pair)))])


def setting_code(sheet: Sheet) -> str:
    """What stands between the brackets of a sheet's settings class: `tao_price=900.0, miners=3`."""
    usual = sheet.defaults(sheet.chosen_base)
    changed = {key: value for key, value in sheet.values.items() if value != usual[key]}
    return ", ".join(f"{key.partition('.')[2]}={value!r}" for key, value in changed.items())


def _link(link: str) -> None:
    st.caption(_MEMORY)
    st.code(link, language=None, wrap_lines=True)


def _files(
    name: str, sentence: str, charts: Mapping[str, Drawn], tables: Mapping[str, pd.DataFrame], link: str
) -> None:
    st.caption("A picture holds the sentence, the chart, its interval and the link. Tables: CSV for people, Parquet.")
    made: list[tuple[str, str, str, Callable[[], bytes]]] = []
    for key, drawn in charts.items():
        made += [
            (f"Picture: {key}", f"{name}-{key}.png", "image/png", _picture(drawn, sentence, link)),
            (f"SVG: {key}", f"{name}-{key}.svg", "image/svg+xml", _svg(drawn)),
        ]
    for key, frame in tables.items():
        made += [
            (f"CSV: {key}", f"{name}-{key}.csv", "text/csv", _csv(frame)),
            (f"Parquet: {key}", f"{name}-{key}.parquet", "application/vnd.apache.parquet", _parquet(frame)),
        ]
    with st.container(horizontal=True):
        for label, file, mime, make in made:
            st.download_button(label, data=make, file_name=file, mime=mime, key=f"save {file}", on_click="ignore")


def _picture(drawn: Drawn, sentence: str, link: str) -> Callable[[], bytes]:
    return lambda: picture(drawn.spec, sentence=sentence, caption=drawn.caption, link=link)


def _svg(drawn: Drawn) -> Callable[[], bytes]:
    return lambda: chart_bytes(alt.Chart.from_dict(dict(drawn.spec)), "svg")


def _csv(frame: pd.DataFrame) -> Callable[[], bytes]:
    return lambda: frame.map(as_cell).to_csv(index=False).encode()


def _parquet(frame: pd.DataFrame) -> Callable[[], bytes]:
    def made() -> bytes:
        buffer = io.BytesIO()
        frame.to_parquet(buffer, index=False)
        return buffer.getvalue()

    return made


def as_cell(value: Any) -> Any:
    """A table's value as a spreadsheet may read it: a text that would be a formula there is marked as text.

    >>> as_cell("=1+1"), as_cell("honest"), as_cell("-"), as_cell(-1.5)
    ("'=1+1", 'honest', '-', -1.5)
    """
    formula = isinstance(value, str) and value != "-" and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if formula else value
