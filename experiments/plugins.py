"""Files of a person's own policies: read once, and known by name from then on."""

from __future__ import annotations

from collections.abc import Iterable

from agents.registry import ROLES, policies, policies_in, register
from econ.errors import InputError
from experiments.errors import BadInput
from experiments.source_file import SourceFile

__all__ = ["load_plugins", "register_policies"]


def load_plugins(files: Iterable[str]) -> None:
    """Run each file of Python and register the policies that it defines.

    `BadInput` for a file that is not there, fails, defines no policy or one that cannot be registered.
    """
    register_policies(*(SourceFile.read(file, "--plugin") for file in files))


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
