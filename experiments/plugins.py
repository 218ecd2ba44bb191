"""Files of a person's own policies: read once, and known by name from then on."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from agents.registry import ROLES, kind_of, policies, policies_in, register
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
    register_policies(*read)
    return read


def plugins_of(scenario: Scenario) -> list[str]:
    """The names of the files that bring what a scenario's players may choose: what its command must name.

    >>> plugins_of(Scenario.named("cabal"))
    []
    """
    kinds = [kind_of(role.partition(".")[0], name) for role, name in scenario.roles.axis]
    modules = [sys.modules.get(kind.__module__) for kind in kinds]
    return list(dict.fromkeys(file for file in map(source_name, modules) if file))


def register_policies(*files: SourceFile) -> None:
    """Let scenarios and commands know the policies of files; the same file again changes nothing.

    What a file of the same name defined in an earlier call is replaced: it has been edited. Files of one call stand
    beside each other, whatever their names.
    """
    here = {file.module().__name__ for file in files}
    for file in files:
        try:
            found = policies_in(file.module())
            if not found:
                raise BadInput(
                    f"{file.name} defines no policy; give it a class with a name, traits and its acts "
                    "(`yuma new policy NAME` writes one)"
                )
            known = [policies(kind.role).get(kind.name) for kind in found if kind.role in ROLES]
            edited = [kind for kind in known if kind and file.was_source_of(kind) and kind.__module__ not in here]
            register(*found, instead_of=edited)
        except InputError as error:
            raise BadInput(f"--plugin {error}") from None
