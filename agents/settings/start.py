"""How a run begins."""

from __future__ import annotations

from econ.quantity import QuantityError

__all__ = ["parse_start"]


def parse_start(text: str) -> int:
    """Epochs in which every validator is honest before epoch 0: 0 for `uniform`, N for `honest:N`.

    >>> parse_start("honest:40"), parse_start("uniform")
    (40, 0)
    """
    kind, _, number = str(text).partition(":")
    if text == "uniform":
        return 0
    if kind == "honest" and number.isascii() and number.isdigit() and len(number) <= 6 and 1 <= int(number) <= 100_000:
        return int(number)
    raise QuantityError(f"start is {text!r:.62}; it must be uniform or honest:N with N from 1 to 100000")
