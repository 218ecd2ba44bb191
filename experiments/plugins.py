"""Files of a person's own policies: read once, and known by name from then on."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path

from agents.registry import policies_in, register
from econ.errors import InputError
from experiments.errors import BadInput

__all__ = ["load_plugins"]


def load_plugins(files: Iterable[str]) -> None:
    """Run each file of Python and register the policies that it defines.

    `BadInput` for a file that is not there, fails, defines no policy or one that cannot be registered.
    """
    for file in files:
        _load(file)


def _load(file: str) -> None:
    path = Path(file)
    if not path.is_file() or path.suffix != ".py":
        raise BadInput(f"--plugin {file!r} is no file of Python; name one that ends in .py and exists")
    where = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    name = f"yuma_plugin_{path.stem}_{where}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadInput(f"--plugin {file!r} cannot be read as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # so that its policies can be pickled
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever a person's file raises
        del sys.modules[name]
        raise BadInput(f"--plugin {file!r} fails: {type(error).__name__}: {error}") from error
    found = policies_in(module)
    if not found:
        raise BadInput(
            f"--plugin {file!r} defines no policy; give it a class with a name, traits and its acts "
            "(`yuma new policy NAME` writes one)"
        )
    try:
        register(*found)
    except InputError as error:
        raise BadInput(f"--plugin {file!r}: {error}") from None
