"""Files of a person's own policies: read once, and known by name from then on."""

from __future__ import annotations

from collections.abc import Iterable

from agents.registry import policies_in, register
from econ.errors import InputError
from experiments.errors import BadInput
from experiments.source_file import SourceFile

__all__ = ["load_plugins", "register_policies"]


def load_plugins(files: Iterable[str]) -> None:
    """Run each file of Python and register the policies that it defines.

    `BadInput` for a file that is not there, fails, defines no policy or one that cannot be registered.
    """
    for file in files:
        register_policies(SourceFile.read(file, "--plugin"))


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
