"""Games in normal form as .nfg text, in the payoff and in the outcome form, written and read.

The format is that of Gambit (The Gambit Project, "Game representation formats"): a header
`NFG 1 R "title" { players } { strategies }`, an optional comment in quotes, then a number per player for every
profile, or outcomes in braces and a number of an outcome for every profile; the first player's strategy runs fastest.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from econ.games.normal_form import NormalForm

__all__ = ["format_nfg", "parse_nfg"]

LARGEST_EXPONENT = 400
"""Of a number that is read exactly; doubles end at 308."""

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[{}]|,|[^\s{}",]+|")')
_MOST_PROFILES = 10_000_000


def parse_nfg(text: str) -> NormalForm:
    """The game that an .nfg text describes; `ValueError` says the line, what is wrong and what is expected.

    >>> parse_nfg('NFG 1 R "" { "Ann" "Bob" } { 2 1 } 1 2 3 4').payoffs[1].tolist()
    [[2.0], [4.0]]
    """
    tokens = _Tokens.of(text)
    for expected in (("NFG",), ("1",), ("R", "D")):
        word, line = tokens.take()
        if word not in expected:
            raise _error(line, word, f"the header NFG 1 R, here {' or '.join(expected)}")
    tokens.text("the title in quotes")
    tokens.expect("{")
    players = []
    while tokens.peek() != "}":
        players.append(tokens.text("a player's name in quotes"))
    tokens.expect("}")
    if not players:
        raise _error(tokens.line, "{ }", "at least one player")
    listed = _strategies(tokens, len(players))
    if tokens.peek().startswith('"'):
        tokens.take()  # the comment
    shape = tuple(own if isinstance(own, int) else len(own) for own in listed)
    if math.prod(shape) > _MOST_PROFILES:
        raise ValueError(
            f"the game has {' x '.join(map(str, shape))} = {math.prod(shape)} profiles; at most {_MOST_PROFILES} are "
            "read: remove dominated strategies"
        )
    rows = _outcomes(tokens, len(players), shape) if tokens.peek() == "{" else _payoffs(tokens, len(players), shape)
    if tokens.peek():
        word, line = tokens.take()
        raise _error(line, word, f"the end after {math.prod(shape)} profiles of {len(players)} players")
    strategies = [[str(k) for k in range(1, own + 1)] if isinstance(own, int) else own for own in listed]
    payoffs = [rows[:, k].reshape(shape, order="F") for k in range(len(players))]
    try:
        return NormalForm(payoffs, players=players, strategies=strategies)
    except ValueError as error:
        raise ValueError(f"the .nfg text is no legal game: {error}") from None


def format_nfg(game: NormalForm, title: str = "", *, outcomes: bool = False) -> str:
    """The .nfg text of a game in the payoff form, or in that of outcomes; reading it gives the same numbers.

    >>> print(format_nfg(NormalForm([np.array([1.0, 2.5])], players=["Ann"])), end="")
    NFG 1 R "" { "Ann" } { { "1" "2" } }
    <BLANKLINE>
    1
    2.5
    """
    players = " ".join(_quoted(name) for name in game.players)
    strategies = " ".join("{ " + " ".join(_quoted(s) for s in listed) + " }" for listed in game.strategies)
    flat = np.stack([table.ravel(order="F") for table in game.payoffs], axis=1)
    lines = [" ".join(_number(x) for x in row) for row in flat.tolist()]
    if outcomes:
        known = {line: number for number, line in enumerate(dict.fromkeys(lines), 1)}
        told = [f'{{ "" {", ".join(line.split())} }}' for line in known]
        lines = ["{", *told, "}", " ".join(str(known[line]) for line in lines)]
    return f"NFG 1 R {_quoted(title)} {{ {players} }} {{ {strategies} }}\n\n" + "\n".join(lines) + "\n"


def _strategies(tokens: _Tokens, players: int) -> list[int | list[str]]:
    """The number of strategies or their names, by player."""
    tokens.expect("{")
    strategies: list[int | list[str]] = []
    while tokens.peek() != "}":
        own: int | list[str]
        if tokens.peek() == "{":
            tokens.expect("{")
            names: list[str] = []
            while tokens.peek() != "}":
                names.append(tokens.text("a strategy's name in quotes"))
            tokens.expect("}")
            own = names
        else:
            word, line = tokens.take()
            if not re.fullmatch(r"[0-9]{1,7}", word):
                raise _error(line, word, "the number of a player's strategies or their names in braces")
            own = int(word)
        if not own:
            raise _error(tokens.line, "0", f"at least one strategy of player {len(strategies) + 1}")
        strategies.append(own)
    tokens.expect("}")
    if len(strategies) != players:
        raise ValueError(
            f"line {tokens.line}: strategies of {len(strategies)} players are listed; the header names {players}"
        )
    return strategies


def _payoffs(tokens: _Tokens, players: int, shape: tuple[int, ...]) -> np.ndarray:
    numbers = [
        tokens.number(f"payoff {k + 1} of {math.prod(shape) * players}") for k in range(math.prod(shape) * players)
    ]
    return np.array(numbers).reshape(-1, players)


def _outcomes(tokens: _Tokens, players: int, shape: tuple[int, ...]) -> np.ndarray:
    rows = [[0.0] * players]  # outcome 0: nobody is paid
    tokens.expect("{")
    while tokens.peek() != "}":
        tokens.expect("{")
        tokens.text("an outcome's name in quotes")
        row = []
        while tokens.peek() != "}":
            if tokens.peek() == ",":
                tokens.take()
            else:
                row.append(tokens.number(f"a payoff of outcome {len(rows)}"))
        tokens.expect("}")
        if len(row) != players:
            raise ValueError(f"line {tokens.line}: outcome {len(rows)} has {len(row)} payoffs; it needs {players}")
        rows.append(row)
    tokens.expect("}")
    chosen = []
    for k in range(math.prod(shape)):
        word, line = tokens.take()
        if not re.fullmatch(r"[0-9]{1,7}", word) or int(word) >= len(rows):
            raise _error(line, word, f"the outcome of profile {k + 1} of {math.prod(shape)}, 0 to {len(rows) - 1}")
        chosen.append(int(word))
    return np.array(rows)[chosen]


@dataclass(slots=True)
class _Tokens:
    items: list[tuple[str, int]]
    place: int = 0

    @classmethod
    def of(cls, text: str) -> _Tokens:
        items, line, at = [], 1, 0
        text = text.lstrip("\ufeff").rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            assert match is not None
            line += text.count("\n", at, match.start(1))
            if match[1] == '"':
                raise ValueError(f"line {line}: a quote is opened and never closed; close it")
            items.append((match[1], line))
            line += match[1].count("\n")
            at = match.end()
        return cls(items)

    @property
    def line(self) -> int:
        return self.items[max(min(self.place, len(self.items)) - 1, 0)][1] if self.items else 1

    def peek(self) -> str:
        return self.items[self.place][0] if self.place < len(self.items) else ""

    def take(self) -> tuple[str, int]:
        if self.place >= len(self.items):
            raise ValueError(f"line {self.line}: the text ends too early; is the file cut off?")
        self.place += 1
        return self.items[self.place - 1]

    def expect(self, word: str) -> None:
        found, line = self.take()
        if found != word:
            raise _error(line, found, word)

    def text(self, what: str) -> str:
        found, line = self.take()
        if not found.startswith('"'):
            raise _error(line, found, what)
        return re.sub(r"\\(.)", r"\1", found[1:-1])

    def number(self, what: str) -> float:
        found, line = self.take()
        try:
            if "_" in found or not found.isascii():
                raise ValueError
            exact = Fraction(found) if _is_short(found) else Fraction(float(found))
            value = float(exact)
        except (ValueError, ZeroDivisionError, OverflowError):
            value, exact = math.nan, Fraction(0)
        if not math.isfinite(value):
            raise _error(line, found, f"a finite number, {what}")
        if found.lstrip("+-").isdigit() and exact != value:
            raise _error(line, found, f"an integer that a double holds, {what}: subtract a constant or scale the game")
        return value


def _is_short(found: str) -> bool:
    """Whether a number's exponent is one of doubles: a fraction of any other has more digits than memory holds."""
    _, written, exponent = found.lower().partition("e")
    return not written or abs(int(exponent)) <= LARGEST_EXPONENT


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _error(line: int, found: str, expected: str) -> ValueError:
    return ValueError(f"line {line}: found {found[:40]!r}; expected {expected}")
