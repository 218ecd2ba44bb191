"""What made a result: the engine's version and a hash of the source behind each policy, rule and study."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Any

from experiments.errors import BadInput
from experiments.study_text import deciding_text

__all__ = ["engine_version", "module_source", "source_digest", "sources_of"]

_ENGINE = {
    "econ": (),
    "agents": ("validators", "miners", "wrap", "delegators.py", "owners.py", "learning.py"),
}
"""Rooms whose every file is the engine, except for what a game may or may not use: policies, and below, rules."""

_RULES = "variants"
_SAMPLING = {
    *("answer_settings.py", "coalitions.py", "growing.py", "intervals.py", "levers.py", "payoffs.py", "playing.py"),
    *("sampling.py", "scenario.py", "searching.py", "simulation.py", "solution.py", "solving.py"),
}
_CARRYING = {
    *("batch", "design_report", "designs", "engine", "errors", "kept", "manifest", "plugins", "preset", "provenance"),
    *("report", "source_file", "store", "study", "study_code", "study_text", "work"),
}
"""Modules that bring studies, designs and results to and fro, and decide no number: they are in no hash."""


@cache
def engine_version() -> str:
    """The package's version and a hash of the source of rule, table and sampling: `0.1.0+3f2a…`.

    Policies and variants are left out of the hash: a result names those that it used.
    """
    digest = hashlib.sha256()
    for room, apart in _ENGINE.items():
        for path, text in sorted(_files(room)):
            parts = path.split("/")
            if parts[0] not in apart and _RULES not in parts:
                digest.update(f"{room}/{path}\0{text}\0".encode())
    for path, text in sorted(_files("experiments")):
        if path in _SAMPLING:
            digest.update(f"experiments/{path}\0{text}\0".encode())
    return f"{_package_version()}+{digest.hexdigest()[:12]}"


def source_digest(things: Iterable[object], functions: Mapping[str, frozenset[str]] = MappingProxyType({})) -> str:
    """A hash of the source files in which things (classes, functions, objects, modules) and their bases are defined.

    With them come the modules that these files import of the same package, and of this one what a study measures with.
    What the engine's version covers already, and what comes from other packages, is left out. Of a module in
    `functions` that none of the others imports, only what these functions of it may rest on counts.

    >>> from agents import HonestValidator, WeightCopier
    >>> source_digest([HonestValidator()]) == source_digest([HonestValidator])
    True
    >>> source_digest([HonestValidator]) == source_digest([WeightCopier])
    False
    """
    homes = {name for thing in things for name in sources_of(thing)}

    def part(name: str) -> str:
        source = module_source(name)
        return deciding_text(source, functions[name]) if name in functions else source

    modules = _with_imports(homes, part)
    if any(name in _imported(other, part(other)) for name in functions for other in modules - {name}):
        part, modules = module_source, _with_imports(homes, module_source)
    text = "".join(f"{known}\0{source}\0" for known, source in sorted((_known(each), part(each)) for each in modules))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sources_of(thing: Any) -> set[str]:
    """The names of the modules that define a thing and what it is derived from, the engine's own left out."""
    if hasattr(thing, "__spec__") and hasattr(thing, "__path__") | hasattr(thing, "__file__"):
        names = {thing.__name__}
    elif hasattr(thing, "__qualname__") and not isinstance(thing, type):
        names = {thing.__module__}
    else:
        kind = thing if isinstance(thing, type) else type(thing)
        names = {base.__module__ for base in kind.__mro__}
        names |= {name for inner in _inner(thing) for name in sources_of(inner)}
    return {name for name in names if not _is_engine(name)}


def _with_imports(names: set[str], source: Callable[[str], str]) -> set[str]:
    """The modules, and those of their own packages that they import, and so on; the engine's own left out."""
    found: set[str] = set()
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _imported(name, source(name))
    return found


@cache
def _imported(name: str, source: str) -> tuple[str, ...]:
    """The modules of the same package, and of `experiments`, that a module's source imports."""
    package = name.partition(".")[0]
    imported: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = importlib.util.resolve_name("." * node.level + base, _parent(name))
            imported |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    rooms = (package, "experiments")  # a study of one's own measures with what no engine's version covers
    inside = (other for other in imported if other.partition(".")[0] in rooms and not _is_engine(other))
    return tuple(sorted(other for other in inside if _is_module(other)))


def _parent(name: str) -> str:
    """The package in which a module's relative imports begin."""
    spec = importlib.util.find_spec(name)
    return spec.parent or "" if spec else name.rpartition(".")[0]


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _inner(thing: object) -> Iterable[object]:
    """Policies inside a wrapper: the fields of an object that are objects of ours."""
    if isinstance(thing, type):
        return ()
    fields = getattr(type(thing), "__dataclass_fields__", {})
    values = (getattr(thing, name, None) for name in fields)
    return [part for value in values for part in (value if isinstance(value, tuple) else (value,)) if _is_ours(part)]


def _is_ours(thing: object) -> bool:
    return hasattr(type(thing), "__dataclass_fields__") and not isinstance(thing, type)


def _is_engine(module: str) -> bool:
    room, *rest = module.split(".")
    if room == "experiments":
        return not rest or f"{rest[0]}.py" in _SAMPLING or rest[0] in _CARRYING
    if room in _ENGINE:
        apart = {name.removesuffix(".py") for name in _ENGINE[room]}
        return not (rest and rest[0] in apart) and _RULES not in rest
    return room in sys.stdlib_module_names  # such as builtins, the home of object


def _known(name: str) -> str:
    """What names a module whatever its text: one that came as a text is named by its file."""
    return getattr(sys.modules.get(name), "YUMA_FILE", name)


def module_source(name: str) -> str:
    """The text of a module; `BadInput` where it has none that can be read."""
    text = getattr(sys.modules.get(name), "YUMA_SOURCE", None)  # code that came as text, as a worker receives it
    return text if isinstance(text, str) else _installed_source(name)


@cache
def _installed_source(name: str) -> str:
    module = sys.modules.get(name)
    spec = getattr(module, "__spec__", None) or importlib.util.find_spec(name)
    loader = getattr(spec, "loader", None)
    source = loader.get_source(name) if loader is not None and hasattr(loader, "get_source") else None
    if source is None:
        raise BadInput(f"module {name} has no source that can be read; keep policies and studies in .py files")
    return str(source)


def _files(room: str) -> Iterable[tuple[str, str]]:
    """The source files of a room by their path in it, without importing it."""
    spec = importlib.util.find_spec(room)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for file in Path(place).rglob("*.py"):
            yield file.relative_to(place).as_posix(), file.read_text("utf-8")


def _package_version() -> str:
    try:
        return metadata.version("yuma-games")
    except metadata.PackageNotFoundError:
        return "unknown"
