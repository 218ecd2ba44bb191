"""The page's address follows its controls, also when a browser tells the address of before."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from views import link


class Address(dict):
    """Query parameters as Streamlit has them: what the browser told, and what it is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, str]] = []

    def to_dict(self) -> dict[str, str]:
        return dict(self)

    def from_dict(self, said: dict[str, str]) -> None:
        self.clear()
        self.update(said)
        self.told.append(dict(said))


class Part:
    """A part with one control."""

    value = ".3"

    def claims(self, key: str) -> bool:
        return key == "drift"

    def read(self, given: dict[str, str]) -> list[str]:
        self.value = given.get("drift", ".3")
        return []

    def link(self) -> dict[str, str]:
        return {} if self.value == ".3" else {"drift": self.value}

    def state(self) -> dict[str, str]:
        return {"drift": self.value}


@pytest.fixture
def browser(monkeypatch):
    address = Address()
    monkeypatch.setattr(link, "st", SimpleNamespace(query_params=address, session_state={}))
    return address


def test_an_address_that_is_said_is_not_said_again(browser) -> None:
    part = Part()
    link.write_link(part)
    assert browser.told == []  # a link of defaults is an empty one
    part.value = ".25"
    link.write_link(part)
    link.write_link(part)
    assert browser.told == [{"drift": ".25"}]


def test_a_control_moved_back_before_the_browser_has_its_address_is_said(browser) -> None:
    part = Part()
    link.write_link(part)
    part.value = ".25"
    link.write_link(part)
    browser.clear()  # the next key was pressed before the browser had {"drift": ".25"}: it still tells the old address
    part.value = ".3"
    link.write_link(part)
    assert browser.told == [{"drift": ".25"}, {}]


@pytest.mark.parametrize(("button", "stands"), [(True, ".25"), (False, ".2")], ids=["a button", "the way back"])
def test_an_address_of_before_that_comes_with_a_press_sets_nothing(browser, button, stands) -> None:
    part = Part()
    for part.value in (".2", ".25"):
        link.open_link(part)
        link.write_link(part)
    browser["drift"] = ".2"  # as a browser that is a step behind tells it, or as one that has gone back does
    if button:
        link.pressed()
    link.open_link(part)
    assert part.value == stands
