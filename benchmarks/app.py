"""From a key's press on a slider to what it changes on the screen: `python -m benchmarks app`.

A server on 127.0.0.1 and Debian's Chromium share the machine. Each page's slider is pressed twelve times, with a pause
until its full answer stands (at most ten seconds). The browser itself takes the times: from the key's event to the
first mutation that leaves other words in the page's result, and to the first that leaves other marks in its charts. The
floor is the same for a page of Streamlit's with one slider and one text; every figure is given as a ratio to it too.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.browser import ARGUMENTS, CHROMIUM, served

__all__ = ["rows"]

PRESSES = 12
REST = 10.0
"""Seconds that the full answer has before the next press."""

FLOOR = (
    'import streamlit as st\n\nvalue = st.slider("Value", 0, 100, 50)\nst.html(f\'<p class="result">{value}</p>\')\n'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A page, what its link sets, and the slider that is pressed: its label, which of that name, and in which folds."""

    name: str
    page: str
    slider: str
    link: tuple[tuple[str, str], ...] = ()
    which: int = 0
    folds: tuple[str, ...] = ()


_COPYING = ("scenario", "weight-copying")
_NOISE = "Noise of a validator's scores"
CASES = (
    Case(name="start", page="", slider="How many of ten validators copy at first", link=(("copiers", "0"),)),
    Case(name="equilibrium, two strategies", page="equilibrium", slider=_NOISE, link=(_COPYING,)),
    Case(name="equilibrium, three strategies", page="equilibrium", slider=_NOISE, link=(("scenario", "subnet"),)),
    Case(name="map", page="map", slider=_NOISE, link=(_COPYING,), folds=("More rules", "Validators")),
    Case(name="play", page="play", slider="Reveal period, epochs", link=(_COPYING,)),
    Case(
        name="rules",
        page="rules",
        slider="Reveal period, epochs",
        link=(_COPYING, ("b.rules.reveal_period", "5")),
        which=1,
    ),
    Case(name="compute", page="compute", slider="TAO price, USD"),
    Case(name="economy", page="economy", slider="TAO recycled a day"),
)

_WATCH = """() => {
  const watch = window.__watch = { at: null, said: null, drawn: null, words: '', marks: '' };
  const all = chosen => [...document.querySelectorAll(chosen)];
  const words = () => all('.result').map(e => e.innerText).join('|');
  const marks = () => all('svg.marks').map(e => e.innerHTML.replace(/clip\\d+/g, '')).join('|');
  document.addEventListener('keydown', () => {
    Object.assign(watch, { words: words(), marks: marks(), said: null, drawn: null, at: performance.now() });
  }, true);
  const inChart = one => (one.target.closest || (() => null)).call(one.target, '.vega-embed, .stVegaLiteChart')
    || [...one.addedNodes].some(e => e.querySelector && (e.matches('svg.marks') || e.querySelector('svg.marks')));
  new MutationObserver(seen => {
    if (watch.at === null) return;
    const after = performance.now() - watch.at;
    if (watch.said === null) {
      const said = words();
      if (said && said !== watch.words) watch.said = after;
    }
    if (watch.drawn === null && seen.some(inChart)) {
      const drawn = marks();
      if (drawn && drawn !== watch.marks) watch.drawn = after;
    }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}"""
"""Notes, after a key's event, when the words of a result and when the marks of a chart are others."""


def rows() -> Iterator[tuple[str, str]]:
    """(what, figure) for the floor and every page, or one line where there is no browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        yield "app: Playwright is not installed", "skipped"
        return
    if not CHROMIUM.exists():
        yield f"app: no browser at {CHROMIUM}", "skipped"
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        try:
            floor = _floor(browser)
            yield "app, Streamlit's floor, key to text: median, worst", _figure(floor)
            usual = statistics.median(floor)
            with served("experiments.cli", "app", "--headless") as (address, _):
                for case in CASES:
                    said, drawn = _measured(browser, address, case)
                    yield f"app, {case.name}, key to sentence: median, worst", _figure(said, usual)
                    yield f"app, {case.name}, key to chart: median, worst", _figure(drawn, usual)
        finally:
            browser.close()


def _figure(seconds: Sequence[float], floor: float | None = None) -> str:
    """`.21 s, .28 s; 2.1 x floor`, and how many presses changed nothing, if any."""
    if not seconds:
        return "nothing changed"
    usual, worst = statistics.median(seconds), max(seconds)
    text = f"{usual:.3f} s, {worst:.3f} s"
    if floor is not None:
        text += f"; {usual / floor:.1f} x the floor"
    return text if len(seconds) == PRESSES else f"{text} ({len(seconds)} of {PRESSES} presses changed it)"


def _floor(browser: Any) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "floor.py"
        page.write_text(FLOOR)
        options = ("--server.headless", "true", "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false")
        with served("streamlit", "run", str(page), *options, port="--server.port") as (address, _):
            return _measured(browser, address, Case(name="floor", page="", slider="Value"))[0]


def _measured(browser: Any, address: str, case: Case) -> tuple[list[float], list[float]]:
    """Seconds from each press to the sentence and to the chart, where these changed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(f"({_WATCH})()")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/{case.page}?{urlencode(case.link)}")
    page.wait_for_selector(".result", state="attached")
    _rest(page)
    for fold in case.folds:
        page.locator("summary", has_text=fold).first.click()
        _rest(page)
    handle = page.get_by_role("slider", name=case.slider).nth(case.which)
    said, drawn = [], []
    try:
        for _ in range(PRESSES):
            handle.focus()
            handle.press("ArrowRight")
            _rest(page)
            found = page.evaluate("({ said: __watch.said, drawn: __watch.drawn })")
            said += [] if found["said"] is None else [found["said"] / 1000]
            drawn += [] if found["drawn"] is None else [found["drawn"] / 1000]
    finally:
        context.close()
    return said, drawn


def _rest(page: Any) -> None:
    """Wait until the script has run to its end and half a second more, `REST` at most."""
    app, end, calm = page.locator('[data-testid="stApp"]'), time.monotonic() + REST, 0
    page.wait_for_timeout(400)
    while calm < 4 and time.monotonic() < end:
        calm = calm + 1 if app.get_attribute("data-test-script-state") == "notRunning" else 0
        page.wait_for_timeout(150)
