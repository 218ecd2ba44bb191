"""`yuma epoch`: replay the epochs of a file, in the chain's arithmetic or in float."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from experiments.commands.output import Output
from experiments.errors import BadInput, nearest
from experiments.files.npz import shown

if TYPE_CHECKING:  # what runs an epoch is compiled: it is imported where one is run
    from experiments.files.replay import ReplayCase
    from experiments.replay import ReplayedEpoch
    from experiments.replay_check import Difference

__all__ = ["HELP", "add_arguments", "run"]

HELP = "replay the epochs of a file as the chain computes them"

_ARITHMETICS = ("chain", "float")
_ROWS = 12
_CASES = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", metavar="FILE", help="a replay file (JSON, schema bittensor-epoch-case/1)")
    parser.add_argument(
        "--arithmetic",
        metavar="chain|float",
        default="chain",
        help="the chain's fixed point, equal to the last bit (default), or float64",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="compare with the figures in the file; exit 1 at the first difference, saying where",
    )
    parser.add_argument("--case", metavar="ID", help="only this case of the file")
    parser.add_argument("--explain", metavar="UID", help="where this validator's dividend comes from, in parts")
    parser.add_argument("--epoch", metavar="N", help="the epoch to explain, from 0 (default: the last)")


def run(arguments: argparse.Namespace) -> Output:
    """Read the file, run its epochs, compare, report."""
    from experiments.files.replay import read_replay

    if arguments.arithmetic not in _ARITHMETICS:
        given = shown(repr(arguments.arithmetic), 40)
        raise BadInput(f"arithmetic is {given}; {nearest(str(arguments.arithmetic), _ARITHMETICS)}")
    cases = read_replay(arguments.file)
    if arguments.case is not None:
        named = {case.id: case for case in cases}
        if arguments.case not in named:
            raise BadInput(f"case '{shown(arguments.case, 60)}' is not in the file; {_hint(arguments.case, named)}")
        cases = (named[arguments.case],)
    return _replayed(cases, arguments, _asked(cases, arguments))


def _asked(cases: tuple[ReplayCase, ...], arguments: argparse.Namespace) -> tuple[int, int] | None:
    """The UID and the epoch to explain, None where nothing is."""
    if arguments.explain is None:
        if arguments.epoch is not None:
            given = shown(repr(arguments.epoch), 40)
            raise BadInput(f"epoch is {given}, which only chooses what --explain explains; add --explain UID")
        return None
    if len(cases) > 1:
        names = shown(", ".join(case.id for case in cases), 200)
        raise BadInput(f"explain needs one case and the file holds {len(cases)}; choose with --case: {names}")
    from experiments.replay_explain import asked_epoch, asked_uid

    return asked_uid(arguments.explain, cases[0]), asked_epoch(arguments.epoch, cases[0])


def _replayed(cases: tuple[ReplayCase, ...], arguments: argparse.Namespace, asked: tuple[int, int] | None) -> Output:
    from experiments.replay import replay
    from experiments.replay_check import check_epoch

    explained: dict[str, Any] | None = None
    printed: list[dict[str, Any]] = []
    lines: list[str] = []
    left_out: list[str] = []
    figures, difference, last = 0, None, None
    total, done = sum(len(case.epochs) for case in cases), 0
    for case in cases:
        epochs: list[dict[str, Any]] = []
        printed.append({"id": case.id, "epochs": epochs})
        if arguments.check and arguments.arithmetic == "float" and case.fixed_point_sensitive:
            left_out.append(case.id)
        previous = None
        for epoch, result in zip(case.epochs, replay(case, arguments.arithmetic), strict=True):
            if arguments.json:
                epochs.append(result.outputs())
            if asked is not None and result.number == asked[1]:
                from experiments.replay_explain import explain_dividend

                explained = explain_dividend(case, result, asked[0])
            if arguments.check:
                checked = check_epoch(case, epoch, result, previous)
                figures += checked.figures
                difference = checked.difference
            done += 1
            arguments.progress(done / total)
            previous = last = result
            if difference is not None:
                break
        lines.append(_case_line(case))
        if difference is not None:
            break
    text = _text(cases, lines, None if asked else last, arguments.arithmetic)
    if asked is not None:
        text += _explanation(explained, asked[1])
    if arguments.check:
        text += [_verdict(figures, difference, left_out, arguments.arithmetic)]
    document: dict[str, Any] = {"arithmetic": arguments.arithmetic, "cases": printed}
    if asked is not None:
        document["explain"] = explained
    if arguments.check:
        document["check"] = {
            "figures": figures,
            "left_out": left_out,
            "difference": None if difference is None else _difference_json(difference),
        }
    return Output(text="\n".join(text), json=document, exit_code=0 if difference is None else 1)


def _explanation(explained: dict[str, Any] | None, number: int) -> list[str]:
    from experiments.replay_explain import explanation_lines

    if explained is None:
        return [f"Epoch {number} is not explained: the check stopped before it; leave --check out.", ""]
    return [*explanation_lines(explained), ""]


def _hint(word: str, known: dict[str, ReplayCase]) -> str:
    hint = nearest(word, known)
    return shown(hint, 200) if hint.startswith("did") else f"it holds {shown(', '.join(known), 200)}"


def _case_line(case: ReplayCase) -> str:
    rule = case.hyperparameters
    version = ("Yuma 3 with liquid alpha" if rule.liquid_alpha_on else "Yuma 3") if rule.yuma3_on else "Yuma 2"
    count = len(case.epochs)
    return f"{shown(case.id, 60)}: {case.neurons} UIDs, {count} epoch{'s' if count > 1 else ''}, {version}"


def _text(cases: tuple[ReplayCase, ...], lines: list[str], last: ReplayedEpoch | None, arithmetic: str) -> list[str]:
    text = lines[:_CASES]
    if len(lines) > _CASES:
        text += [f"and {len(lines) - _CASES} cases more"]
    if len(cases) == 1 and last is not None:
        text += ["", *_table(last, arithmetic)]
    return [*text, ""]


def _table(last: ReplayedEpoch, arithmetic: str) -> list[str]:
    """The last epoch of a single case, the UIDs that earn or rate most first."""
    unit = "u16 integers" if arithmetic == "chain" else "fractions"
    outputs = last.outputs()
    names = ("consensus", "incentive", "dividends", "validator_trust")
    columns = [outputs[name] for name in names]
    size = [column[1] + column[2] for column in zip(*columns, strict=True)]
    shown_uids = sorted((uid for uid in range(len(size)) if any(column[uid] for column in columns)), key=_by(size))
    rows = [
        (str(uid), *(str(column[uid]) if arithmetic == "chain" else f"{column[uid]:.6f}" for column in columns))
        for uid in shown_uids[:_ROWS]
    ]
    head = ("uid", "consensus", "incentive", "dividends", "validator trust")
    widths = [max(len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)]
    rest = len(shown_uids) - len(rows)
    more = [f"({rest} more UIDs that are not 0 are in --json)"] if rest > 0 else []
    return [f"Epoch {last.number}, {unit}:", *lines, *more]


def _by(size: list[Any]) -> Any:
    return lambda uid: (-size[uid], uid)


def _verdict(figures: int, difference: Difference | None, left_out: list[str], arithmetic: str) -> str:
    if difference is not None:
        return f"First difference, after {figures - 1} figures that agree: {difference}."
    held = "equal" if arithmetic == "chain" else "within 2 units of u16"
    rest = ""
    if left_out:
        rest = f" Not held to them, since they depend on fixed point: {shown(', '.join(left_out), 300)}."
    if not figures:
        return f"The file asks for no figure that could be compared.{rest}"
    return f"All {figures} figures compared are {held}.{rest}"


def _difference_json(difference: Difference) -> dict[str, Any]:
    return {
        "case": difference.case,
        "epoch": difference.epoch,
        "field": difference.field,
        "index": difference.index,
        "expected": difference.expected,
        "got": difference.got,
    }
