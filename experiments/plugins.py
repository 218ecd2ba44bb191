"""Files of a person's own policies: read once, and known by name from then on."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from agents.registry import kind_of, policies_in, register
from econ.errors import InputError
from experiments.errors import BadInput
from experiments.scenario import Scenario
from experiments.source_file import SourceFile, source_name

__all__ = ["load_plugins", "plugins_of", "register_policies"]


def load_plugins(files: Iterable[str]) -> tuple[SourceFile, ...]:
    """Run each file of Python and register the policies that it defines; returns the files, for other processes.

    `BadInput` for a file that is not there, fails, defines no policy or one that cannot be registered.
    """
    read = tuple(SourceFile.read(file, "--plugin") for file in files)
    for file in read:
        register_policies(file)
    return read


def plugins_of(scenario: Scenario) -> list[str]:
    """The names of the files that bring what a scenario's players may choose: what its command must name.

    >>> plugins_of(Scenario.named("cabal"))
    []
    """
    kinds = [kind_of(role.partition(".")[0], name) for role, name in scenario.roles.axis]
    modules = [sys.modules.get(kind.__module__) for kind in kinds]
    return list(dict.fromkeys(file for file in map(source_name, modules) if file))


def register_policies(file: SourceFile) -> None:
    """Let scenarios and commands know the policies of a file; the same file again changes nothing."""
    try:
        found = policies_in(file.module())
        if not found:
            raise BadInput(
                f"{file.name} defines no policy; give it a class with a name, traits and its acts "
                "(`yuma new policy NAME` writes one)"
            )
        register(*found)
    except InputError as error:
        raise BadInput(f"--plugin {error}") from None
