"""One control on the page, made from a quantity's declaration; its state stands under the name it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from econ.quantity import Quantity
from views.words import label_of, plain

__all__ = ["InSight", "control", "meant", "slider"]

_LARGEST_WHOLE = 2**53 - 1  # what a browser counts exactly


@dataclass(frozen=True, slots=True)
class InSight:
    """A slider for one key: what it is called, from where to where, in what steps, and its value in words.

    A key with declared choices slides along these and needs no ends. `shown` is the format of the number.
    """

    label: str
    low: float = 0.0
    high: float = 1.0
    step: float = 1.0
    words: Callable[[Mapping[str, Any]], str] | None = None
    shown: str | None = None


def slider(own: str, key: str, declared: Quantity, one: InSight, ends: tuple[Any, Any] | None) -> None:
    """A slider between two ends, or along the declared choices."""
    if declared.choices or ends is None:
        st.select_slider(one.label, declared.choices, key=own, help=meant(key, declared))
    else:
        st.slider(one.label, *ends, step=one.step, key=own, help=meant(key, declared), format=one.shown)


def control(
    own: str, key: str, declared: Quantity, *, most: float | None = None, listed: Sequence[str] | None = None
) -> None:
    """The control that fits a declaration; `most` is the app's limit, `listed` what a comma list may name."""
    label, about, kind = label_of(declared), meant(key, declared), declared.kind
    if declared.set_by == "root":
        label += " (root only)"
    if listed is not None:
        chosen = st.session_state[own]
        st.multiselect(label, list(dict.fromkeys([*listed, *chosen])), key=own, help=about)
    elif kind is bool:
        st.toggle(label, key=own, help=about)
    elif declared.choices:
        st.selectbox(label, declared.choices, key=own, help=about)
    elif kind is str:
        st.text_input(label, key=own, help=about, max_chars=200)
    else:
        ends = [end for end in (declared.high, most) if end is not None]
        high = min(ends) if ends else None
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


def meant(key: str, declared: Quantity) -> str:
    """What stands behind a control's question mark."""
    who = {"root": "Only root may set it."}.get(declared.set_by, f"Set by: {declared.set_by}.")
    return plain(f"{declared.help} It is {declared.unit}: {declared.range}. {who} Key: {key}")


def _step(declared: Quantity) -> float:
    """A tenth or less of a share, else a tenth of the default."""
    if declared.high is not None and declared.high <= 1:
        return 0.05
    return max(abs(declared.default or 0.0) / 10, 0.1)
