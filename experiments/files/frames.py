"""Data frames as CSV files, each written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import BadInput
from experiments.files.npz import shown
from experiments.files.whole import written_whole

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_folder", "save_frames"]


def save_frames(frames: Mapping[str, pd.DataFrame], folder: str | os.PathLike[str]) -> list[Path]:
    """Write NAME.csv of each frame into a folder, which is made if the one around it exists; returns the paths.

    `BadInput` for a place that cannot be written.
    """
    place = Path(folder)
    paths = [place / f"{name}.csv" for name in frames]
    try:
        place.mkdir(exist_ok=True)
        for path, frame in zip(paths, frames.values(), strict=True):
            with written_whole(path) as temporary:
                temporary.write_bytes(frame.to_csv(index=False).encode())
    except OSError as error:
        raise BadInput(
            f"{shown(os.fspath(folder))} cannot be written: {error.strerror or error}; name a folder that is yours"
        ) from None
    return paths


def check_folder(folder: str | os.PathLike[str]) -> None:
    """Raise `BadInput` now, before long work, if `save_frames` could not write there."""
    place = Path(folder)
    name = shown(os.fspath(folder))
    if place.exists() and not place.is_dir():
        raise BadInput(f"{name} is a file; name a folder")
    around = place if place.exists() else place.parent
    if not around.is_dir() or not os.access(around, os.W_OK):
        raise BadInput(f"{name} cannot be written; name a folder that is yours to write")
