"""Which part of a study's text decides the results of its rows, and which lays out a design or reads results.

A result is named by the source that made it. The title of a figure stands in the same file as the task, and editing it
must not cost the results: what the task cannot reach is left out of their name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache

__all__ = ["deciding_text"]

_TOLD = {"question", "expected", "source", "design", "findings", "figures", "sentence"}
"""What a `Study` is told that decides no row."""

_MADE = (("Study", []), ("Study.of", ["globals()"]))
"""How a module makes its study."""

_UNNAMED = re.compile(
    r"\b(globals|locals|vars|eval|exec|modules|inspect|import_module|__import__|__dict__|__getattr__)\b"
)
"""Ways to reach a function without naming it: a text that knows one is taken whole."""

_PLAIN = (
    *(ast.Constant, ast.Name, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Starred, ast.BinOp, ast.UnaryOp),
    *(ast.operator, ast.unaryop, ast.expr_context),
)
"""Parts of a constant: making it calls nothing."""


@cache
def deciding_text(text: str, functions: frozenset[str]) -> str:
    """The parts of a module that these functions of it may rest on, in their order.

    Left out are the other functions and constants of the top level that nothing kept names, what `STUDY` is told in
    words, and comments between statements. Lambdas are functions of the statement they stand in.

    >>> text = "TITLE = 'Gain'\\ndef task(row):\\n    return gain(row)\\ndef figures(results):\\n    return draw(TITLE)"
    >>> print(deciding_text(text, frozenset({"task"})))
    def task(row):
        return gain(row)
    """
    body = ast.parse(text).body
    bound = [name for statement in body for name in _bound(statement)]
    if not functions - {"<lambda>"} <= set(bound):
        return text
    apart = {name: each for each in body if (name := _name(each)) is not None and bound.count(name) == 1}
    kept = {each: _deciding(each) for each in body if each not in apart.values()}
    waiting = {*functions, *(name for parts in kept.values() for name in _named(parts))}
    while waiting:
        found = apart.pop(waiting.pop(), None)
        if found is not None:
            kept[found] = [found]
            waiting |= set(_named([found]))
    left = "\n".join(_written(part, text) for each in body for part in kept.get(each, ()))
    return text if _UNNAMED.search(left) else left


def _name(statement: ast.stmt) -> str | None:
    """The name of a plain function or constant of the top level, which does nothing until it is named."""
    match statement:
        case ast.FunctionDef(name=name, decorator_list=[]) | ast.AsyncFunctionDef(name=name, decorator_list=[]):
            return name
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(target=ast.Name(id=name), value=value)
        ):
            return name if value is None or all(isinstance(part, _PLAIN) for part in ast.walk(value)) else None
    return None


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds at the top level, or may."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name.partition(".")[0]


def _deciding(statement: ast.stmt) -> list[ast.AST]:
    """A statement, or of the one that makes the study what decides its rows; nothing of a text that stands alone."""
    match statement:
        case ast.Expr(value=ast.Constant()):
            return []
        case ast.Assign(value=ast.Call(func=made, args=given, keywords=told)):
            if (ast.unparse(made).removeprefix("experiments."), [*map(ast.unparse, given)]) in _MADE:
                return [each for each in told if each.arg not in _TOLD]
    return [statement]


def _named(parts: Iterable[ast.AST]) -> Iterator[str]:
    return (node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name))


def _written(part: ast.AST, text: str) -> str:
    """The lines of a statement, its decorators among them; of an argument its own words."""
    if isinstance(part, ast.keyword):
        return ast.get_source_segment(text, part) or ""
    first = min(each.lineno for each in (part, *getattr(part, "decorator_list", ())))  # type: ignore[attr-defined]
    return "\n".join(text.split("\n")[first - 1 : part.end_lineno])  # type: ignore[attr-defined]
