"""What a network remembers of its course, as data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Record"]


class Record:
    """Rows kept while a network is stepped; `frame` makes a data frame of one kind of them."""

    def __init__(self) -> None:
        self._kept: dict[str, list[dict[str, Any]]] = {}

    def keep(self, kind: str, columns: dict[str, Any]) -> None:
        """Columns of one epoch: numbers, or arrays of one length."""
        self._kept.setdefault(kind, []).append(
            {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in columns.items()}
        )

    def frame(self, kind: str) -> pd.DataFrame:
        """All rows of a kind, in the order of time; `ValueError` for a kind that was not kept."""
        import pandas as pd

        if kind not in self._kept:
            known = ", ".join(sorted(self._kept)) or "nothing so far"
            raise ValueError(f"no {kind!r} is kept; there is {known}")
        rows = self._kept[kind]
        size = max(np.size(value) for value in rows[0].values())
        return pd.DataFrame(
            {
                name: np.concatenate([np.broadcast_to(np.asarray(row[name]), (size,)) for row in rows])
                for name in rows[0]
            }
        )
