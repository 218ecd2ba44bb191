"""Declarations of parameters: limits written as intervals, and what is refused with them."""

from dataclasses import dataclass

import pytest

from econ.quantity import QuantityError, Settings, quantity


@dataclass(frozen=True, kw_only=True)
class Table(Settings):
    """One row of each kind."""

    share: float = quantity(0.5, "a share", "[0, 1]", "root", "Both ends belong to it.")
    shape: float = quantity(1.2, "a shape", "(1, 1_000]", "root", "One does not.")
    count: int = quantity(3, "seats", "[-2, inf)", "root", "No upper end.")
    least: float = quantity(-1.0, "a slope", "(-inf, 1e-5]", "root", "No lower end.")
    name: str = quantity("a", "a name", "", "root", "No limits.")
    maybe: float = quantity(None, "USD", "(0, inf)", "root", "May be none.", kind=float)


def test_limits_are_read_and_said():
    said = {name: declared.range for name, declared in Table.quantities().items()}
    assert said == {
        "share": "a number in [0, 1]",
        "shape": "a number in (1, 1000]",
        "count": "a whole number of at least -2",
        "least": "a number of at most 1e-05",
        "name": "text",
        "maybe": "a number above 0",
    }


@pytest.mark.parametrize(
    "wrong",
    [{"share": 1.5}, {"shape": 1.0}, {"count": -3}, {"count": 1.0}, {"least": 1.0}, {"name": 5}, {"maybe": 0.0}],
)
def test_what_lies_outside_is_refused(wrong):
    with pytest.raises(QuantityError, match=f"{next(iter(wrong))} is "):
        Table(**wrong)
    assert Table(share=1.0, shape=1000.0, count=-2, least=1e-5, maybe=None).share == 1.0


@pytest.mark.parametrize(
    "limits", ["0, 1", "[0; 1]", "[0, 1", "[0, inf]", "[-inf, 1]", "[0, 1)", "[a, 1]", "[0, 1, 2]"]
)
def test_what_is_no_interval_is_a_mistake_of_the_programmer(limits):
    with pytest.raises(ValueError, match=r"limits are .* write them as"):
        quantity(0.5, "a share", limits, "root", "Not declared.")
