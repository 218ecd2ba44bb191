"""The whole state of a page in its address: what differs from the defaults, and nothing else.

    open_link(SHEET, MIX)     # first: takes a new address in (a link, a bookmark, the browser's back button)
    ...                       # the controls
    write_link(SHEET, MIX)    # then: the address says what the controls say
    address()                 # the whole link, from the server's own address on, to show or to copy

A page has one or several parts in its link, each a `Linked` (a `Sheet` is one).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from experiments.errors import nearest
from views.words import clipped, plain

__all__ = ["Linked", "address", "open_link", "pressed", "query_of", "write_link"]


class Linked(Protocol):
    """A part of a page that its link holds."""

    def claims(self, key: str) -> bool:
        """Whether a key of a link belongs to it."""

    def read(self, given: Mapping[str, str]) -> list[str]:
        """Take a link's values in; returns a line for everything that was wrong."""

    def link(self) -> dict[str, str]:
        """What a link must say of it."""

    def state(self) -> dict[str, Any]:
        """Its controls' state, to tell whether one was moved."""


def open_link(*parts: Linked, keys: tuple[str, ...] = ()) -> None:
    """Take the page's address into the controls if it is new, and say what was wrong in it.

    An address without anything in it, as after a click in the navigation, leaves standing what other pages set.
    `keys` are known words of a link that belong to no part, for the nearest-word hint.
    """
    state, here = st.session_state, st.session_state.get("page", "")
    given = st.query_params.to_dict()
    moved = state.get("page of link") != here
    state["page of link"] = here
    fresh = [part for part in parts if not _is_open(part)]
    same = not moved and given == state.get("link") and not fresh
    lags = not moved and not fresh and _states(parts) != state.get("link state")
    if same or lags:  # nothing new; or a control was moved and the address is one step behind
        return
    problems = []
    for part in parts if given else fresh:
        problems += part.read({key: text for key, text in given.items() if part.claims(key)})
    known = {key for part in parts for key in getattr(part, "declared", ())} | set(keys)
    for key in given:
        if not any(part.claims(key) for part in parts) and key not in keys:
            problems.append(f"key {key!r} is unknown; {nearest(key, known)}")
    for problem in problems:
        st.warning(plain(f"The link was not read in full: {clipped(problem)}"))


def write_link(*parts: Linked) -> None:
    """Put the state of all parts into the page's address.

    A browser that is a step behind tells the address of before: equal to what is said now does not mean that the
    address it was last told is.
    """
    said: dict[str, str] = {}
    for part in parts:
        said |= part.link()
    if st.query_params.to_dict() != said or st.session_state.get("link", said) != said:
        st.query_params.from_dict(said)
    st.session_state["link"] = said
    st.session_state["link state"] = _states(parts)


def pressed() -> None:
    """Say that a hand did something no control holds: an address told now may be a step behind, and sets nothing."""
    st.session_state["link state"] = None


def address(page: str | None = None, said: Mapping[str, str] | None = None) -> str:
    """The whole link of this page (or of another), starting with the server's own address."""
    parts = urlsplit(st.context.url or "http://localhost:8501/")
    path = parts.path if page is None else f"/{page}"
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query_of(said)), ""))


def query_of(said: Mapping[str, str] | None = None) -> dict[str, str]:
    """What stands behind the question mark: of this page as last written, unless given."""
    return dict(st.session_state.get("link", {}) if said is None else said)


def _is_open(part: Linked) -> bool:
    try:
        part.state()
    except KeyError:
        return False
    return True


def _states(parts: tuple[Linked, ...]) -> list[dict[str, Any]]:
    return [part.state() for part in parts]
