"""`yuma new policy NAME`: begin a policy of one's own, in a file that works as it stands."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from keyword import iskeyword
from pathlib import Path

from agents.registry import ROLES, policies
from experiments.commands.output import Output
from experiments.errors import BadInput

__all__ = ["HELP", "add_arguments", "run"]

HELP = "write a file with a policy of your own to begin with: yuma new policy NAME"

_FILE = '''"""A policy of one's own: `python {file}` checks it, `--plugin {file}` plays it."""

from dataclasses import dataclass

from agents import {imported}, testing


@dataclass(frozen=True)
class {kind}({base}):
    """{story}"""

    name = "{name}"
    traits = {traits}

{act}

if __name__ == "__main__":
    print(testing.check({kind}()) or "{name} keeps its promises")
'''

_ROLES = {
    "validators": (
        "ValidatorPolicy",
        "My own scores and the last consensus, about half and half.",
        'Traits(evaluates=True, sees={"consensus"})',
        """    def weights(self, view):  # weights[row, miner]: a row for each world and seat that plays this
        return view.scores + view.miners * view.public.consensus[view.world]
""",
    ),
    "miners": (
        "MinerPolicy",
        "Work less the better I am paid.",
        'Traits(sees={"incentive"}, adapts=True)',
        """    def effort(self, view):  # effort[row] in [0, 1]: a row for each world and seat that plays this
        return 1.0 - view.public.incentive[view.world, view.uid]
""",
    ),
    "delegators": (
        "DelegatorPolicy",
        "Leave half of the stake where it is and spread the rest.",
        "Traits()",
        """    def stake(self, view):  # stake[row, validator]: a row for each world and seat that plays this
        return view.held + 1.0 / view.held.shape[1]
""",
    ),
    "owner": (
        "OwnerPolicy",
        "Burn a tenth of the miners' emission.",
        "Traits()",
        """    def burn(self, view):  # burn[row] in [0, 1]: a row for each world
        return 0.1 + 0.0 * view.world
""",
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is new, its name, its role and where it goes."""
    parser.add_argument("what", choices=["policy"], help="what to begin")
    parser.add_argument("name", help="its name: lower case with hyphens, for example patient-copier")
    parser.add_argument("--role", choices=ROLES, default="validators", help="whose policy (default: validators)")
    parser.add_argument("--out", default=".", help="the folder of the new file (default: this one)")


def run(arguments: argparse.Namespace) -> Output:
    """Write the file, unless there is one."""
    name, role = arguments.name, arguments.role
    parts = name.split("-")
    if not (name.isascii() and name == name.lower() and all(part.isalnum() for part in parts) and name[0].isalpha()):
        raise BadInput(f"the name is {name[:60]!r}; write it in lower case with hyphens, a letter first")
    if name in policies(role):
        raise BadInput(f"{role} already have a strategy {name!r}; choose another name")
    path = Path(arguments.out) / f"{name.replace('-', '_')}.py"
    if path.exists():
        raise BadInput(f"{path} exists and is not overwritten; choose another name or --out")
    if find_spec(path.stem):
        raise BadInput(
            f"the name is {name!r}, and {path.stem} is a module of Python or of a package; choose another name"
        )
    base, story, traits, act = _ROLES[role]
    kind = "".join(part.capitalize() for part in parts)
    kind = f"My{kind}" if kind in (base, "Traits") or iskeyword(kind) else kind
    imported = ", ".join(sorted((base, "Traits")))
    text = _FILE.format(
        file=path.name, base=base, imported=imported, kind=kind, story=story, name=name, traits=traits, act=act
    )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror}); name a folder that can, with --out") from None
    first = next(iter(policies(role))) if role != "delegators" else "loyal"
    seats = {"delegators": " --set delegators.count=4", "owner": ""}.get(role, f" --mix {role}.{name}=2")
    played = f"yuma play --plugin {path} --set {role}.strategies={first},{name}{seats}"
    if role == "owner":
        played = f"yuma play --plugin {path} --set owner.strategies={name}"
    return Output(
        text=f"Wrote {path}. Next:\n  python {path}\n  {played}",
        json={"file": str(path), "role": role, "name": name},
    )
