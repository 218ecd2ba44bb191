"""The app in a real browser: each page at two widths and in both colours, sliders, links, files, jobs, sessions.

Skipped where Debian's Chromium or Playwright is not there. Pictures of all pages land in results/screens. With
YUMA_LONG=1 all four looks are drawn, and eight sessions move sliders for a minute instead of some seconds.
"""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import psutil
import pytest
from opening import SMALL

from benchmarks.browser import ARGUMENTS, CHROMIUM, served
from experiments.files.metagraph import OPTIONAL, REQUIRED, synthetic_metagraph
from views.places import PLACES

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "results" / "screens"
LONG = os.environ.get("YUMA_LONG") == "1"

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: no browser tests")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),  # one server and one browser for all
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed: no browser tests"),
]


@pytest.fixture(scope="module")
def server():
    with served("experiments.cli", "app", "--headless", "--max-upload", "2") as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def visit(server, browser):
    """Opens a page in a session of its own and waits until it is done."""
    contexts = []

    def opened(place: str, *, width: int = 1280, scheme: str = "light", wait: bool = True, **link: str):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        path = "" if place == PLACES[0].url else place
        page.goto(f"{server[0]}/{path}?{urlencode(link)}")
        page.wait_for_selector("h1")
        if wait:
            rested(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def rested(page, seconds: float = 60.0) -> None:
    """Wait until the script has run to its end and no element is still on its way."""
    app, coming = page.locator('[data-testid="stApp"]'), page.locator('[data-testid="stSkeleton"]')
    calm, end = 0, time.monotonic() + seconds
    while calm < 3:
        assert time.monotonic() < end, "the page did not come to rest"
        still = app.get_attribute("data-test-script-state") == "notRunning" and not coming.count()
        calm = calm + 1 if still else 0
        page.wait_for_timeout(120)


def until(page, holds: Callable[[Any], bool], seconds: float = 20.0) -> None:
    """Wait for what follows a moment after the script's end, as a key's last press does."""
    end = time.monotonic() + seconds
    while not holds(page):
        assert time.monotonic() < end, holds.__name__.strip("_").replace("_", " ")
        page.wait_for_timeout(120)
    rested(page)
    assert holds(page)


def link_of(page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def said(page) -> str:
    return page.locator('[data-testid="stMain"]').inner_text()


_STILL = "*, *::before, *::after { transition: none !important; animation: none !important; }"

_CONTROLS = """() => {
  const shown = e => e.getClientRects().length && e.checkVisibility({ visibilityProperty: true }) && !e.disabled;
  const all = document.querySelectorAll('a[href], button, input, textarea, summary, [tabindex], [role=slider]');
  const inner = e => e.tabIndex < 0 || e.role === 'radio' && e.ariaChecked !== 'true';  // the arrow keys reach these
  return [...all].filter(e => shown(e) && !inner(e)).map((e, number) => {
    e.dataset.walk = number;
    return `${number} ${e.tagName} ${e.ariaLabel || e.innerText || e.type}`.slice(0, 60);
  });
}"""
"""Gives every control in sight a number, and says what they are."""

_FOCUS = """() => {
  const here = document.activeElement;
  const near = [here, ...here.querySelectorAll('*')];
  for (let e = here, up = 0; up < 5 && e.parentElement; up++) near.push(e = e.parentElement);
  const looks = () => near.map(e => { const s = getComputedStyle(e);
    return [s.outline, s.boxShadow, s.borderColor, s.backgroundColor, s.color].join(); }).join();
  const focused = looks();
  here.blur();
  const shows = focused !== looks();
  here.focus({ focusVisible: true });
  return [here.dataset.walk, shows || here.tagName === 'MAIN' || here === document.body];
}"""
"""The number of what has the focus, and whether one sees that: the whole page scrolls by keys without a frame."""


def walked(page) -> tuple[list[str], list[str]]:
    """What the Tab key does not reach of all that is in sight, and where it does not show that it is there."""
    page.add_style_tag(content=_STILL)
    left, dull = dict(enumerate(page.evaluate(_CONTROLS))), []
    assert len(left) > 10
    for _ in range(2 * len(left)):
        page.keyboard.press("Tab")
        number, shows = page.evaluate(_FOCUS)
        if number is None:
            continue
        if int(number) not in left:
            break
        name = left.pop(int(number))
        dull += [] if shows else [name]
    return list(left.values()), dull


@pytest.mark.parametrize("place", [one.url for one in PLACES])
def test_every_page_is_walked_by_keys_and_drawn_wide_and_narrow_light_and_dark(visit, place) -> None:
    link = SMALL if place in ("equilibrium", "play", "rules", "map") else {}
    link = {**link, "b.rules.reveal_period": "3"} if place == "rules" else link
    page = visit(place, **link)
    assert walked(page) == ([], [])
    SCREENS.mkdir(parents=True, exist_ok=True)
    looks = [(1280, "light"), (390, "dark"), *([(1280, "dark"), (390, "light")] if LONG else [])]
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(300)
        height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": width, "height": min(int(height) + 60, 6000)})
        page.wait_for_timeout(400)
        page.screenshot(path=str(SCREENS / f"{place}-{width}-{scheme}.png"))
        wider = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wider <= width, f"{place} is {wider} pixels wide at {width}"
    assert not page.locator('[data-testid="stException"]').count()
    assert not page.locator('[data-testid="stAlertContentError"]').count()


def test_a_slider_moves_the_chart_the_sentence_and_the_link(visit) -> None:
    page = visit("equilibrium", **SMALL)
    before = said(page)
    handle = page.get_by_role("slider", name="Noise of a validator's scores")
    for _ in range(4):  # one step at a time: the page is drawn anew after each
        was = link_of(page).get("validators.noise")
        handle.focus()
        handle.press("ArrowRight")
        page.wait_for_function("was => new URLSearchParams(location.search).get('validators.noise') !== was", arg=was)
    rested(page)
    assert link_of(page)["validators.noise"] == "0.5"
    assert said(page) != before
    page.go_back()
    page.wait_for_function("() => new URLSearchParams(location.search).get('validators.noise') === '0.45'")
    until(page, lambda page: handle.input_value() == "0.45")


def test_two_tabs_and_a_reload_do_not_disturb_each_other(visit) -> None:
    one = visit("equilibrium", **SMALL)
    other = one.context.new_page()
    other.goto(one.url + "&validators.noise=0.7")
    other.wait_for_selector("h1")
    rested(other)
    one.get_by_role("slider", name="Drift of miners' quality").press("ArrowRight")
    one.wait_for_function("() => new URLSearchParams(location.search).get('miners.drift') === '0.35'")
    one.reload()
    one.wait_for_selector("h1")
    rested(one)
    assert one.get_by_role("slider", name="Drift of miners' quality").input_value() == "0.35"
    assert other.get_by_role("slider", name="Noise of a validator's scores").input_value() == "0.7"
    assert "miners.drift" not in link_of(other)


def test_a_reload_in_the_midst_of_a_job_goes_on_with_it(visit) -> None:
    page = visit("equilibrium", wait=False, **{**LARGE, "seed": "2"})
    page.wait_for_function("/Sharpening: [0-9]+%/.test(document.body.innerText)")
    page.reload()
    page.get_by_role("button", name="Stop").click()
    page.wait_for_selector("text=Stopped. What is shown is a preview.")
    assert not page.locator('[data-testid="stException"]').count()


def test_a_term_explains_itself_to_the_keyboard(visit) -> None:
    page = visit("lab")
    term = page.locator(".term").first
    term.focus()
    shown = page.evaluate("getComputedStyle(document.activeElement, '::after').content")
    assert "run long" in shown


def test_the_tour_sets_the_controls(visit) -> None:
    page = visit("start")
    page.get_by_text("Let six copy", exact=False).or_(
        page.get_by_text("4. But let six copy", exact=False)
    ).first.click()
    page.wait_for_url(re.compile("/play"))
    page.wait_for_selector("text=Why did this validator earn that?")
    rested(page)
    assert link_of(page)["mix.validators.weight-copier"] == "6"
    assert page.get_by_role("slider", name="How many of the 10 validators").input_value() == "6"


def test_controls_outlive_a_visit_to_another_page(visit) -> None:
    page = visit("equilibrium", **{**SMALL, "validators.noise": "0.55"})
    page.get_by_role("link", name="Watch this subnet at work").click()
    page.wait_for_url(re.compile("/play"))
    rested(page)
    assert link_of(page)["validators.noise"] == "0.55"


def test_a_run_plays_and_pauses_and_the_epoch_is_in_the_link(visit) -> None:
    page = visit("play", **{**SMALL, "epochs": "400", "epoch": "5"})  # more than are run through before the pause
    switch, step = page.locator("label", has_text=re.compile("^Run$")), page.get_by_role("button", name="Step")
    switch.click()
    page.wait_for_function("() => Number(document.querySelectorAll('input[type=range]')[2].value) > 7")
    assert step.is_disabled()
    switch.click()
    until(page, lambda page: step.is_enabled())
    epoch = page.get_by_role("slider", name=re.compile("^Epoch"))
    stood = int(epoch.input_value())
    assert stood > 7
    until(page, lambda page: link_of(page)["epoch"] == str(stood))
    epoch.press("ArrowLeft")
    until(page, lambda page: link_of(page)["epoch"] == str(stood - 1))
    assert epoch.input_value() == str(stood - 1)


def sent(page, number: int, name: str, data: bytes, answer: str) -> None:
    """Send a file and wait for the answer."""
    page.locator('input[type="file"]').nth(number).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    page.locator(f"text={answer}").first.wait_for()
    rested(page)


def archive(**changes) -> bytes:
    graph = synthetic_metagraph(0)
    arrays = {name: getattr(graph, name) for name in (*REQUIRED, *OPTIONAL) if getattr(graph, name) is not None}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{name: np.asarray(value) for name, value in (arrays | changes).items()})
    return buffer.getvalue()


def test_files_are_taken_or_refused_and_their_names_are_text(visit) -> None:
    page = visit("lab")
    page.get_by_role("tab", name="Your files").click()
    sent(page, 0, "mine.toml", b'base = "cabal"\n[rules]\nkappa = 0.6\n', "values of its own")
    sent(page, 0, "bad.toml", b"[rules]\nkappa = 7\n", "rules.kappa is 7")
    evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>[x](javascript:alert(1))'
    hotkeys = np.array([evil, *(f"key-{n}" for n in range(63))])
    sent(page, 1, "subnet.npz", archive(hotkeys=hotkeys), "Subnet 999")
    assert page.evaluate("window.hit") is None
    sent(page, 1, "<b>evil</b>.npz", b"\x80\x04pickle", "is a pickle")
    assert not page.locator('[data-testid="stMain"] b').count()


LARGE = {"scenario": "weight-copying", "validators.count": "16", "miners.count": "256", "epochs": "400"}


def test_a_job_is_stopped_and_goes_on(visit) -> None:
    page = visit("equilibrium", wait=False, **LARGE)
    page.get_by_role("button", name="Stop").click()
    page.wait_for_selector("text=Stopped. What is shown is a preview.")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Stop").click()
    page.wait_for_selector("text=Stopped. What is shown is a preview.")


def test_a_killed_worker_is_replaced_and_the_page_says_so(visit, server) -> None:
    page = visit("equilibrium", wait=False, **{**LARGE, "seed": "1"})
    page.get_by_role("button", name="Stop").wait_for()
    page.wait_for_function("/Sharpening: [0-9]+%/.test(document.body.innerText)")  # so the work has begun
    workers = [p for p in psutil.Process(server[1].pid).children(recursive=True) if "views.worker" in p.cmdline()]
    assert workers
    for worker in workers:
        worker.kill()
    page.wait_for_selector("text=was replaced")
    page.get_by_role("button", name="Stop").click()
    page.wait_for_selector("text=Stopped. What is shown is a preview.")


def test_eight_sessions_move_sliders_without_error_or_cross_talk(visit, server) -> None:
    small = {**SMALL, "miners.count": "8"}
    pages = [visit("equilibrium", **{**small, "seed": str(n + 1)}) for n in range(8)]
    memory = _memory(server[1].pid)
    end, moves = time.monotonic() + (60 if LONG else 5), [0] * 8
    while time.monotonic() < end:
        for number, page in enumerate(pages):
            handle = page.get_by_role("slider", name="Drift of miners' quality")
            handle.press("ArrowRight" if (moves[number] + number) % 2 else "ArrowLeft")
            moves[number] += 1
    for number, page in enumerate(pages):
        rested(page)
        assert link_of(page)["seed"] == str(number + 1)
        assert not page.locator('[data-testid="stException"]').count()
        until(page, _link_says_its_slider)
    assert _memory(server[1].pid) < memory + 400e6


def _link_says_its_slider(page) -> bool:
    value = page.get_by_role("slider", name="Drift of miners' quality").input_value()
    return float(link_of(page).get("miners.drift", 0.3)) == pytest.approx(float(value))


def _memory(pid: int) -> float:
    process = psutil.Process(pid)
    return sum(p.memory_info().rss for p in [process, *process.children(recursive=True)])


def test_the_demonstration_works_without_a_network(browser, tmp_path) -> None:
    from experiments.cli import main

    assert main(["report", "--demo", str(tmp_path / "demo.html"), "--size", "small"]) == 0
    context = browser.new_context(offline=True)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((tmp_path / "demo.html").as_uri())
    page.wait_for_selector("#gains svg")
    before = page.locator("#says").inner_text()
    page.get_by_role("slider", name="Reveal period, epochs").press("ArrowLeft")
    page.wait_for_function("text => document.getElementById('says').innerText !== text", arg=before)
    page.get_by_role("slider", name="copy at first").press("End")
    assert "all copy" in page.locator("#follows").inner_text()
    assert not faults
    context.close()
