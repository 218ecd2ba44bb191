"""Pictures of charts, and pages: written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import BadInput
from experiments.files.npz import shown
from experiments.files.whole import written_whole

if TYPE_CHECKING:
    import altair as alt

__all__ = ["check_place", "save_chart", "save_page"]


def save_chart(chart: alt.TopLevelMixin, path: str | os.PathLike[str]) -> Path:
    """Write the chart as the .png, .svg or .pdf that `path` names and return the path; an older picture is replaced.

    The folder is made if the one around it exists. Raises `BadInput` for another ending or a place that cannot be
    written.
    """
    from charts.export import KINDS, chart_bytes  # here: Altair is slow to import and few commands draw

    target, name = Path(path), shown(os.fspath(path))
    kind = target.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise BadInput(f"{name} ends in {target.suffix or 'nothing'!r}; a figure is .png, .svg or .pdf: name it so")
    return _save(target, chart_bytes(chart, kind))


def save_page(page: str, path: str | os.PathLike[str]) -> Path:
    """Write the text of a page as the .html that `path` names and return the path, as `save_chart` does a chart."""
    target = Path(path)
    if target.suffix.lower() != ".html":
        raise BadInput(f"{shown(os.fspath(path))} does not end in .html; a page is a file such as demo.html")
    return _save(target, page.encode())


def _save(target: Path, data: bytes) -> Path:
    try:
        target.parent.mkdir(exist_ok=True)
        with written_whole(target) as temporary:
            temporary.write_bytes(data)
    except OSError as error:
        raise BadInput(
            f"{shown(os.fspath(target))} cannot be written: {error.strerror or error}; name a file in a folder that is "
            "yours to write"
        ) from None
    return target


def check_place(path: str | os.PathLike[str]) -> None:
    """Raise `BadInput` now, before hours of work, if `save_chart` could not write there."""
    folder = Path(path).parent
    place = folder if folder.exists() else folder.parent
    if not place.is_dir() or not os.access(place, os.W_OK):
        raise BadInput(f"{shown(os.fspath(folder))} cannot be written; name a folder that is yours to write")
