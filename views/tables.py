"""Tables that fit: on a narrow screen each row becomes a card of its own, every value behind its column's name.

A cell cannot explain its terms itself: it is plain Markdown, and heads are not there on a narrow screen. A line does.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from views.terms import mentioned, say, told

__all__ = ["show_table"]

_NARROW = """
<style>
@media (max-width: 640px) {{
  {here} table, {here} tbody, {here} tr, {here} td {{ display: block; width: 100%; border: 0;
    box-sizing: border-box; min-width: 0; max-width: 100%; white-space: normal; overflow-wrap: anywhere; }}
  {here} thead {{ display: none; }}
  {here} tr {{ padding: .4rem 0; border-bottom: 1px solid rgba(128, 128, 128, .35) !important; }}
  {here} td {{ padding: .1rem .6rem; }}
  {labels}
}}
</style>
"""


_SHORT = 24
"""Letters of a cell that is a word or two, no text."""


def show_table(frame: pd.DataFrame, name: str, *, hidden: tuple[str, ...] = ()) -> None:
    """The frame under a name of its own on the page; a narrow screen leaves the `hidden` columns out."""
    here = f".st-key-table-{name}"
    labels = [
        f"{here} td:nth-child({number}) {{ display: none; }}"
        if column in hidden
        else f'{here} td:nth-child({number})::before {{ content: "{column}{": " if column else ""}"; opacity: .65; }}'
        for number, column in enumerate(frame.columns, start=1)
    ]
    inline = f"{here} td * {{ display: inline !important; }}"  # long text stands in a block of its own else
    st.html(_NARROW.format(here=here, labels="\n  ".join([*labels, inline])))
    with st.container(key=f"table-{name}"):
        st.table(frame, hide_index=True)
    seen = frame.drop(columns=list(hidden))
    short = (cell for cell in seen.to_numpy().ravel() if len(str(cell)) <= _SHORT)
    if terms := mentioned(*map(str, [*seen.columns, *short])):
        say(f"Words in this table: {told(' · '.join(terms))}", kind="soft")
