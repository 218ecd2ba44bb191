"""What a folder of results was made with, so that it can be cited and made again; it names no host."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import TYPE_CHECKING, Any

from experiments.provenance import engine_version

if TYPE_CHECKING:
    from experiments.batch import Batch

__all__ = ["manifest"]

SCHEMA = 1
_PACKAGES = ("mesa", "numpy", "scipy", "numba", "cvxpy", "pandas", "pyarrow")


def manifest(batch: Batch) -> dict[str, Any]:
    """Versions, the processor's features, seeds, and the study's code with a hash of its text."""
    seeds = sorted(set(batch.design["seed"].tolist())) if "seed" in batch.design.columns else []
    return {
        "schema": SCHEMA,
        "study": batch.study.name,
        "size": batch.size,
        "tasks": len(batch),
        "seeds": seeds if len(seeds) <= 16 else [seeds[0], "...", seeds[-1]],
        "engine": engine_version(),
        "text": batch.code.digest,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor_features": _features(),
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        "code": batch.code.to_json(),
    }


def _features() -> list[str]:
    """The instruction sets that NumPy found, which may decide the last bits of a float."""
    import numpy as np

    found = np.show_config(mode="dicts").get("SIMD Extensions", {})
    return [*found.get("baseline", []), *found.get("found", [])]
