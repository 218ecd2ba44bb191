"""A part of a page that is folded away: what it holds is made and sent only while it is open.

    with fold("More rules", "rules") as is_open:
        if is_open:
            ...

Sixty controls that nobody looks at cost a browser as long as the answer itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

__all__ = ["fold"]


@contextmanager
def fold(label: str, name: str) -> Iterator[bool]:
    """Draw inside the part; gives whether it is open. `name` is unique on the page."""
    with st.expander(label, key=f"fold {name}", on_change="rerun") as part:
        yield bool(part.open)
