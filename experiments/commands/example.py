"""`yuma example`: a synthetic subnet to try `yuma metagraph` on."""

from __future__ import annotations

import argparse

from experiments.commands.output import Output
from experiments.errors import BadInput
from experiments.files.metagraph import synthetic_metagraph, write_metagraph
from experiments.files.npz import shown

__all__ = ["HELP", "add_arguments", "run"]

HELP = "write the file of a synthetic subnet, for `yuma metagraph`"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", metavar="FILE.npz", help="the file to write")
    parser.add_argument("--seed", metavar="N", default="0", help="another seed, another subnet (default 0)")
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")


def run(arguments: argparse.Namespace) -> Output:
    """Write the file, say what is in it."""
    text = str(arguments.seed)
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise BadInput(f"seed is {shown(text, 60)}; it must be a whole number from 0 to 9999999999999999999")
    if not arguments.file.endswith(".npz"):
        raise BadInput(f"{shown(arguments.file) or 'the name'} does not end in .npz; name the file so")
    metagraph = synthetic_metagraph(int(text))
    write_metagraph(arguments.file, metagraph, force=arguments.force)
    file = shown(arguments.file)
    validators = int(metagraph.weights.any(axis=1).sum())
    return Output(
        text=f"Wrote {file}: an invented subnet of {len(metagraph.stake)} UIDs, {validators} of them "
        f"validators, seed {int(text)}.\nNext: yuma metagraph {file}",
        json={
            "file": str(arguments.file),
            "seed": int(text),
            "uids": len(metagraph.stake),
            "validators": validators,
        },
    )
