"""Relations between figures, such as `bonds[0][3] <= prev.bonds[0][3]`: read through a whitelist, never run as code."""

from __future__ import annotations

import ast
import difflib
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

from experiments.errors import BadInput
from experiments.files.npz import shown

__all__ = ["holds", "known_relation"]

_MAX_DEPTH = 40
_MAX_BITS = 512

_COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {"abs": abs, "min": min, "max": max, "sum": sum, "len": len}
_FORM = "compare numbers, name[i], prev.name[i], + - * and abs, min, max, sum, len"


def holds(text: str, figures: Mapping[str, Any], previous: Mapping[str, Any] | None) -> bool:
    """Whether a relation is true of the figures of an epoch; `prev.NAME` are those of the epoch before.

    Figures are whole numbers in lists, or in lists of lists. `BadInput` for anything but comparisons of sums,
    differences and products of them, and for a name or a place that does not exist.

    >>> holds("abs(sum(emission) - 10) <= 1", {"emission": [4, 5]}, None)
    True
    >>> holds("__import__('os')", {}, None)
    Traceback (most recent call last):
    experiments.errors.BadInput: relation "__import__('os')" is not a comparison; compare numbers, name[i], \
prev.name[i], + - * and abs, min, max, sum, len
    """
    return _Reader(text, figures, previous).comparison(_allowed(text, figures))


def known_relation(text: str, names: Collection[str]) -> str:
    """The text, if it is a relation between figures of these names; `BadInput` before any figure is known.

    >>> known_relation("bonds[0][1] < 7", ["bonds"])
    'bonds[0][1] < 7'
    """
    _allowed(text, names)
    return text


def _allowed(text: str, names: Collection[str]) -> ast.Compare:
    """A relation of which every part is one that may be: the only whitelist, by which the reader goes."""
    tree = _parsed(text)
    waiting: list[tuple[ast.AST, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        inside: list[ast.AST] = []
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others):
                strange = [type(op).__name__ for op in ops if type(op) not in _COMPARISONS]
                if strange:
                    raise _refused(text, f"uses {strange[0]}")
                inside = [left, *others]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                inside = [left, right]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inside = [operand]
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                pass
            case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="prev"), attr=name):
                if name not in names:
                    raise _refused(text, _no_figure(name, names))
            case ast.Subscript(value=of, slice=index):
                inside = [of, index]
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS and arguments:
                inside = list(arguments)
            case _:
                raise _refused(text, f"uses {type(node).__name__}")
        if depth > _MAX_DEPTH:
            raise _refused(text, "is nested too deeply")
        waiting += [(each, depth + 1) for each in inside]
    return tree


def _parsed(text: str) -> ast.Compare:
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _refused(text, "cannot be read") from None
    if not isinstance(tree, ast.Compare):
        raise _refused(text, "is not a comparison")
    return tree


def _no_figure(name: str, names: Collection[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    hint = f"did you mean {close[0]}?" if close else f"figures are {', '.join(names)}"
    return f"names '{shown(name, 40)}', which is no figure ({hint})"


def _refused(text: str, problem: str) -> BadInput:
    return BadInput(f'relation "{shown(text, 100)}" {problem}; {_FORM}')


class _Reader:
    """The value of a relation that is allowed; `BadInput` where its figures do not fit it."""

    def __init__(self, text: str, figures: Mapping[str, Any], previous: Mapping[str, Any] | None) -> None:
        self.text, self.figures, self.previous = text, figures, previous

    def comparison(self, node: ast.Compare) -> bool:
        values = [self._number(part) for part in (node.left, *node.comparators)]
        return all(
            _COMPARISONS[type(op)](left, right) for op, left, right in zip(node.ops, values, values[1:], strict=False)
        )

    def _value(self, node: ast.AST) -> Any:
        match node:
            case ast.Compare():
                return self.comparison(node)
            case ast.BinOp(left=left, op=op, right=right):
                return _ARITHMETIC[type(op)](self._number(left), self._number(right))
            case ast.UnaryOp(operand=operand):
                return -self._number(operand)
            case ast.Constant(value=number):
                return number
            case ast.Name(id=name):
                return self.figures[name]
            case ast.Attribute(attr=name):
                if self.previous is None:
                    raise _refused(self.text, "asks for the epoch before the first")
                return self.previous[name]
            case ast.Subscript(value=of, slice=index):
                return self._entry(self._value(of), self._value(index))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, [self._value(argument) for argument in arguments])
        raise AssertionError(f"{type(node).__name__} is allowed but not read")

    def _entry(self, of: Any, index: Any) -> Any:
        if not isinstance(of, list) or not isinstance(index, int) or isinstance(index, bool):
            raise _refused(self.text, "takes an entry of what is no list, or one that is no whole number")
        if not 0 <= index < len(of):
            raise _refused(self.text, f"takes entry {index} of {len(of)}")
        return of[index]

    def _call(self, name: str, arguments: list[Any]) -> Any:
        """abs of a number, min and max of numbers or of a list of them, sum of such a list, len of any list."""
        only = arguments[0] if len(arguments) == 1 else arguments
        numbers = isinstance(only, list) and all(isinstance(value, int | float) for value in only)
        if name == "len":
            fits = isinstance(only, list) and len(arguments) == 1
        elif name == "sum":
            fits = numbers and len(arguments) == 1
        elif name == "abs":
            fits = isinstance(only, int | float)
        else:
            fits = numbers and only != []
        if not fits:
            raise _refused(self.text, f"gives {name} what it does not take")
        return _FUNCTIONS[name](only)

    def _number(self, node: ast.AST) -> int | float:
        value = self._value(node)
        if not isinstance(value, int | float):
            raise _refused(self.text, "compares or adds a list; take its entries, or its sum")
        if isinstance(value, int) and value.bit_length() > _MAX_BITS:
            raise _refused(self.text, f"reaches a number of more than {_MAX_BITS} bits")
        return value
