"""Work that takes longer than a glance, on a page: awaited with a bar, the time left and a button to stop.

    solution = awaited("equilibrium", scenario.digest, solve_scenario, (scenario,), place)

gives the result of a job (`views.jobs`), or None while it is stopped or where it was refused, which stands in `place`.
The function takes `progress=` (called with the share that is done) and lives in an importable module. One job is wanted
a session and slot (here "equilibrium"): who asks for another key there wants the former no more, and a job that no
session wants ends. For what takes less than a second there is `quick`, one place for all sessions:

    chart = quick().made(("map", digest), lambda: draw(...))
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from views.jobs import Job, Jobs
from views.limits import plugins
from views.shared import Known, Turns
from views.words import clipped, plain
from views.worker import ready

__all__ = ["awaited", "breath", "hand_off", "jobs", "quick", "turn_to"]

_AT_ONCE = 2
"""Quick things computed at once, for all sessions together; the others wait."""

_LOOK_EVERY = 0.02
"""Seconds between two looks whether the work is done, or the visitor has moved something else."""

_TELL_EVERY = 0.2
"""Seconds between two steps of the bar."""

_HAND_OFF = 0.3
"""Seconds without a move of a slider after which its answer is sharpened: work that nobody waits for slows the hand."""

_BREATH = 0.04
"""Seconds in which a browser shows a sentence and a chart."""

_SERVER = "the server"


@st.cache_resource
def jobs() -> Jobs:
    """The one place of all jobs."""
    made = Jobs(alive=lambda who: who == _SERVER or _is_here(who), plugins=plugins())
    made.ask("ready", ready, (), _SERVER)
    return made


@st.cache_resource
def quick() -> Known:
    """What takes less than a second, by key: the last results, made a few at a time."""
    return Known(256, Turns(_AT_ONCE))


def _is_here(who: str) -> bool:
    """Whether a session is still connected; without a server (in tests) everybody is."""
    return not exists() or get_instance().is_active_session(who)


def _session() -> str:
    context = get_script_run_ctx()
    return context.session_id if context is not None else ""


def awaited(
    slot: str,
    key: Hashable,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    place: DeltaGenerator,
    *,
    doing: str = "Sharpening",
) -> Any:
    """The job's value, waited for with a bar, the time left and a button to stop in `place`; None while stopped.

    Where the work was refused the reason stands there too, in one line.
    """
    state, here, who = st.session_state, jobs(), _session()
    turn_to(slot, key)
    value = here.known(key)
    if value is not None:
        return value
    if state.get(f"stopped {slot}") == key:
        with place.container():
            st.info("Stopped. What is shown is a preview.")
            if st.button("Go on", key=f"go on {slot}"):
                state.pop(f"stopped {slot}")
                st.rerun()
        return None
    with place.container():
        told = st.empty()
        bar = st.progress(0.0)
        if st.button("Stop", key=f"stop {slot}", help="What is shown stays; nothing else is lost."):
            here.leave(key, who)
            state[f"stopped {slot}"] = key
            st.rerun()
    if not here.is_asked(key):
        hand_off()
    job = here.ask(key, function, arguments, who)
    while not _pass(_TELL_EVERY, job.ended):
        bar.progress(min(job.share, 1.0), text=_progress_text(job, doing))
        if job.replaced:
            told.info("The process that worked on this died and was replaced; the work began again.")
    place.empty()
    if job.value is None:
        place.error(plain(clipped(job.error or "The work was given up; move a control to ask again.")))
    return job.value


def turn_to(slot: str, key: Hashable) -> None:
    """Want the job of `key` in this slot and no other any more; said before a preview is made, it has the cores."""
    state = st.session_state
    before = state.get(f"wants {slot}")
    if before not in (None, key):
        jobs().leave(before, _session())
        state.pop(f"stopped {slot}", None)
    state[f"wants {slot}"] = key


def hand_off() -> None:
    """Wait until a hand is off its slider: what takes long begins only then, and a next move is answered at once."""
    if exists():
        _pass(_HAND_OFF, threading.Event())


def breath() -> None:
    """Let a browser show the first it was told: what follows at once it takes in first, and shows all together."""
    if exists():
        _pass(_BREATH, threading.Event())


def _pass(seconds: float, ended: threading.Event) -> bool:
    """Wait so long or until `ended`, which is given back; a visitor's next move ends the script within a look."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if ended.wait(_LOOK_EVERY):
            return True
        st.session_state.get("page")  # Streamlit ends a script that has been overtaken where it touches its state
    return ended.is_set()


def _progress_text(job: Job, doing: str) -> str:
    if job.began is None:
        return f"{doing}: waiting for other work to end"
    left = job.seconds_left
    return doing if left is None else f"{doing}: {100 * job.share:.0f}%, {left:.0f} s left"
