"""Numbers and tables as people read them: every number with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

from econ.tokens import MarketSettings

__all__ = ["as_text", "counted", "money", "percent", "table", "with_interval"]


def as_text(value: object) -> str:
    """A setting's value as `--set` reads it.

    >>> as_text(True), as_text(None), as_text(0.5), as_text("honest:40")
    ('true', 'none', '0.5', 'honest:40')
    """
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def counted(number: int, noun: str, many: str | None = None) -> str:
    """A number with what it counts.

    >>> counted(1, "world"), counted(2, "world"), counted(0, "equilibrium", "equilibria")
    ('1 world', '2 worlds', '0 equilibria')
    """
    return f"{number} {noun if number == 1 else many or noun + 's'}"


def with_interval(values: Sequence[float | None] | None, digits: int = 2) -> str:
    """`50.12 [49.90, 50.33]`; `-` where it is undefined; no interval where one world gives none.

    >>> with_interval((1.0, 0.5, 1.5)), with_interval(None)
    ('1.00 [0.50, 1.50]', '-')
    """
    if values is None or values[0] is None or not math.isfinite(values[0]):
        return "-"
    mean, low, high = values
    if low is None or high is None or not math.isfinite(low) or not math.isfinite(high):
        return f"{_fixed(mean, digits)} [no interval]"
    return f"{_fixed(mean, digits)} [{_fixed(low, digits)}, {_fixed(high, digits)}]"


def percent(share: float) -> str:
    """A share as `37%`, with a decimal where it needs one; never rounded to nobody or everybody.

    >>> percent(0.367), percent(1.0), percent(0.95), percent(0.0001), percent(0.9999)
    ('36.7%', '100%', '95%', '<0.1%', '>99.9%')
    """
    if 0 < share < 0.0005:
        return "<0.1%"
    if 0.9995 < share < 1:
        return ">99.9%"
    text = f"{100 * share:.1f}"
    return text.removesuffix(".0") + "%"


def money(market: MarketSettings, thousandths: float) -> str:
    """What so many thousandths are a day, `-4.8 alpha a day`, with TAO and USD where prices are given."""
    parts = [f"{_fixed(value, 2)} {unit}" for unit, value in market.money_a_day(thousandths).items()]
    return " = ".join(parts) + " a day before slippage"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of text, the first flush left and the others flush right.

    >>> print(table(["who", "gain"], [["copier", "1.5"]]))
    who     gain
    copier   1.5
    """
    widths = [max(len(str(line[column])) for line in [head, *rows]) for column in range(len(head))]
    lines = []
    for line in [head, *rows]:
        cells = [str(line[0]).ljust(widths[0])]
        cells += [str(cell).rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _fixed(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text
