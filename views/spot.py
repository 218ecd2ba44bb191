"""A place on a page for one element that changes there, and does not vanish in between.

    spot = Spot()
    spot.show(lambda: say("Sharpening."))
    spot.show(lambda: say("All copy."))

What stood there in the run before stays until something else is shown. `st.empty` empties its place at once: the page
jumps, and a browser that could have moved its chart to new rows throws it away and makes another.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

__all__ = ["Spot"]


class Spot:
    """A place where the page stands now, or within a container of its own."""

    def __init__(self, within: DeltaGenerator | None = None) -> None:
        self._at = st.container() if within is None else within

    def show(self, make: Callable[[], DeltaGenerator]) -> None:
        """Show what `make` draws, one element, in the place of what is there."""
        with self._at:
            self._at = make()
