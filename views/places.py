"""The pages and their order. A page is a module of `views` with a function `page()`; add a line to PLACES.

`page()` begins with `heading(TITLE, TWO_SENTENCES)` of `views.terms`, then what it shows. The parts that any page uses,
each explained at the head of its module: controls by declaration (`views.sheet`), the state in the link
(`views.link`), a glossary on hover (`views.terms`), work in the background (`views.waiting`), what a visitor may take
along (`views.takeaway`), values in words (`views.words`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
from altair.utils.schemapi import disable_debug_mode

from views.limits import plugins

__all__ = ["PLACES", "Place", "door", "navigation", "place", "show"]


@dataclass(frozen=True, slots=True)
class Place:
    """A page: the section it stands in, its title, the word for it in the address, and its module in `views`."""

    section: str
    title: str
    url: str
    module: str


PLACES = (
    Place("", "Start", "start", "start"),
    Place("What players do", "Equilibrium", "equilibrium", "equilibrium"),
    Place("What players do", "Play", "play", "play"),
    Place("Rules", "Two rule sets", "rules", "rules"),
    Place("Rules", "Map", "map", "map"),
    Place("Lab", "Lab", "lab", "lab"),
    Place("Money and machines", "Compute", "compute", "compute"),
    Place("Money and machines", "Economy", "economy", "economy"),
)
"""All pages, the first is shown to a visitor without a link."""


def place(url: str) -> Place:
    """The page of that address; `KeyError` if there is none."""
    return {one.url: one for one in PLACES}[url]


def navigation() -> None:
    """Show the bar of all pages, and run the one that is open."""
    plugins()  # what the server was started with, before anything is asked of it
    disable_debug_mode()  # Altair checks each part of each chart else: a third of what a preview takes
    sections: dict[str, list[st.Page]] = {}
    for number, one in enumerate(PLACES):
        made = st.Page(_runner(one.url), title=one.title, url_path=one.url, default=number == 0)
        sections.setdefault(one.section, []).append(made)
        st.session_state.setdefault("pages", {})[one.url] = made
    st.navigation(sections, position="top").run()


def door(url: str, label: str, query: Mapping[str, str] | None = None, *, icon: str | None = None) -> None:
    """A link to a page within the app, with the state that its address would say."""
    page = st.session_state["pages"].get(url)
    if page is not None:
        st.page_link(page, label=label, query_params=dict(query or {}), icon=icon)


def show(url: str) -> None:
    """Run one page."""
    from views.collecting import keep_out
    from views.sheet import keep_state
    from views.style import dress

    st.session_state["page"] = url
    keep_state()
    dress()
    page = importlib.import_module(f"views.{place(url).module}").page
    keep_out(f"{url} is known")
    try:
        page()
    finally:
        keep_out(f"{url} was drawn")


def _runner(url: str) -> Callable[[], None]:
    return lambda: show(url)
