"""Prices of TAO from a file: CSV with a header and two columns, the date and USD a TAO, one line a day and no gaps."""

from __future__ import annotations

import csv
import datetime
import io
import math
import os

from agents.network import PriceSeries
from experiments.errors import BadInput
from experiments.files.bounded import read_bounded
from experiments.files.npz import shown

__all__ = ["MAX_BYTES", "prices_from_text", "read_prices"]

MAX_BYTES = 2**20
"""The largest file: some hundred years of days."""


def read_prices(path: str | os.PathLike[str]) -> PriceSeries:
    """The series of a CSV file of at most `MAX_BYTES`; `BadInput`, one line, for anything else."""
    return prices_from_text(read_bounded(path, MAX_BYTES, kind="CSV"), shown(os.fspath(path)))


def prices_from_text(data: bytes, name: str) -> PriceSeries:
    """The series that a file's bytes describe; `name` begins every refusal.

    >>> prices_from_text(b"date,usd\\n2024-01-01,300\\n2024-01-02,310\\n", "tao.csv").prices
    (300.0, 310.0)
    >>> prices_from_text(b"date,usd\\n2024-01-01,300\\n2024-01-04,310\\n", "tao.csv")
    Traceback (most recent call last):
    experiments.errors.BadInput: tao.csv, line 3: 2024-01-04 comes after 2024-01-01, 2 days are missing: fill the gap
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not UTF-8 text (byte {error.start}); write it again") from None
    try:
        lines = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(text)), 1) if any(row)]
    except csv.Error as error:
        raise BadInput(f"{name} is not CSV ({shown(str(error), 80)}); write it again") from None
    if not lines or _is_date(lines[0][1][0]):
        raise BadInput(f"{name} has no header; its first line names the two columns: date,usd")
    prices: list[float] = []
    day: datetime.date | None = None
    for number, row in lines[1:]:
        where = f"{name}, line {number}"
        if len(row) != 2:
            raise BadInput(f"{where} has {len(row)} columns; a line is a date and a price: 2024-01-31,420.5")
        now = _date(row[0], where)
        if day is not None:
            _follows(day, now, where)
        day = now
        prices.append(_price(row[1], where))
    if len(prices) < 2:
        raise BadInput(f"{name} holds {len(prices)} prices; give at least two days")
    return PriceSeries(prices)


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def _date(text: str, where: str) -> datetime.date:
    if not _is_date(text):
        raise BadInput(f"{where}: {shown(text, 40)!r} is no date; write it as 2024-01-31")
    return datetime.date.fromisoformat(text.strip())


def _follows(day: datetime.date, now: datetime.date, where: str) -> None:
    missing = (now - day).days - 1
    if missing > 0:
        said = "1 day is" if missing == 1 else f"{missing} days are"
        raise BadInput(f"{where}: {now} comes after {day}, {said} missing: fill the gap")
    if missing < 0:
        said = "comes twice" if now == day else f"comes after {day}"
        raise BadInput(f"{where}: {now} {said}; days come in order, each once: sort the file")


def _price(text: str, where: str) -> float:
    try:
        price = float(text) if "_" not in text else math.nan
    except ValueError:
        price = math.nan
    if not (math.isfinite(price) and price > 0):
        said = shown(text.strip(), 40)
        raise BadInput(f"{where}: the price is {said!r}; it is USD a TAO and must be above 0: fill it in")
    return price
