"""A visitor's file: checked before it is read, shown as text, written nowhere.

    read = uploaded("A scenario", ("toml", "json"), scenario_from_text, key="scenario file")

gives what the reader makes of it; None, with the reason in one line, where it is refused or none was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from econ.errors import InputError
from views.limits import limits
from views.words import clipped, plain

__all__ = ["uploaded"]

Read = TypeVar("Read")


def uploaded(
    label: str, endings: Sequence[str], reader: Callable[[bytes, str], Read], *, key: str, help: str = ""
) -> Read | None:
    """The reader's result for the file that was sent, at most as large as the server allows."""
    most = limits().upload
    sent = st.file_uploader(label, list(endings), key=key, help=help or None, max_upload_size=most)
    if sent is None:
        return None
    if sent.size > most * 2**20:
        st.error(plain(f"the file has {sent.size} bytes; at most {most} MB are read: send a smaller one"))
        return None
    try:
        return reader(sent.getvalue(), sent.name)
    except InputError as error:
        st.error(plain(clipped(str(error))))
    except MemoryError:
        st.error("The file does not fit into memory; send a smaller one.")
    return None
