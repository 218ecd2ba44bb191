"""Opens a page of the app in a test, with games small enough that every answer is there in a moment."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from experiments import Scenario
from views.claim import CLAIM
from views.economy import SHEET
from views.machines import MARKET
from views.places import PLACES
from views.play import LOOK
from views.rules import B
from views.scenario_sheet import scenario_sheet

APP = Path(__file__).parents[2] / "app.py"
SMALL = {
    "scenario": "weight-copying",
    "validators.count": "3",
    "miners.count": "4",
    "start": "honest:2",
    "epochs": "10",
    "burn_in": "3",
}
SCENARIO = Scenario.named("weight-copying", {key: value for key, value in SMALL.items() if key != "scenario"})


SHEETS = (scenario_sheet(), B, LOOK, CLAIM, MARKET, SHEET)
FOLDS = (
    "changes",
    "concepts",
    *(f"{one.name}{section}" for one in SHEETS for section in ("", *(f" {s}" for s in one.sections))),
)


def opened(place: str = "equilibrium", *, small: bool = True, unfolded: bool = True, **link: str) -> AppTest:
    """A page with that link, all that is folded away laid open (what is closed is not drawn)."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    if place != PLACES[0].url:
        app._page_hash = calc_hash(place)  # AppTest.switch_page knows pages that are files only
    for key, value in {**(SMALL if small else {}), **link}.items():
        app.query_params[key] = value
    for name in FOLDS if unfolded else ():
        app.session_state[f"fold {name}"] = True
    return app.run()


def address(app: AppTest) -> dict[str, str]:
    return {k: v[0] if isinstance(v, list) else v for k, v in app.query_params.items()}


def lasting(app: AppTest) -> None:
    assert not app.exception, app.exception[0].value


def paragraphs(app: AppTest) -> list[str]:
    """All that a page says in words, as plain text: what is set as HTML first."""
    kinds = (app.get("html"), app.markdown, app.caption, app.info, app.warning, app.error, app.success)
    said = [getattr(element, "value", None) or element.proto.body for kind in kinds for element in kind]
    without = (re.sub("<[^>]+>", "", text) if text.lstrip().startswith("<") else text for text in said)
    return [unescape(text).replace("\\", "").strip() for text in without]


def words(app: AppTest) -> str:
    """All that a page says in words, in one piece."""
    return " ".join(paragraphs(app))
