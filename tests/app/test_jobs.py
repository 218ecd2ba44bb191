"""Jobs: shared, kept, stopped, and done by processes that may die."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import app_work
import pytest

from experiments import Scenario, solve_scenario
from views.jobs import Job, Jobs
from views.limits import limits


@pytest.fixture
def jobs(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    made = Jobs()
    yield made
    made.close()


def until(holds, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_job_is_shared_and_its_value_kept(jobs) -> None:
    first = jobs.ask("a", app_work.doubled, (21,), "one")
    assert jobs.ask("a", app_work.doubled, (21,), "two") is first
    assert first.ended.wait(30)
    assert (first.value, first.error) == (42, None)
    assert jobs.known("a") == 42
    assert jobs.ask("a", app_work.doubled, (21,), "three").value == 42


def test_a_solution_comes_back_whole(jobs) -> None:
    small = {"validators.count": 2, "miners.count": 4, "epochs": 12, "burn_in": 4, "answer.max_worlds": 8}
    scenario = Scenario.named("weight-copying", small)
    job = jobs.ask(scenario.digest, solve_scenario, (scenario,))
    assert job.ended.wait(60)
    here = solve_scenario(scenario)
    assert job.value.answer == here.answer
    assert job.value.to_json() | {"seconds": 0} == here.to_json() | {"seconds": 0}


def test_a_job_ends_when_nobody_wants_it_and_not_before(jobs) -> None:
    job = jobs.ask("long", app_work.endless, (), "one")
    jobs.ask("long", app_work.endless, (), "two")
    until(lambda: job.share > 0)
    jobs.leave("long", "one")
    assert not job.ended.wait(0.5)
    jobs.leave("long", "two")
    assert job.ended.wait(10)
    assert (job.value, job.error) == (None, None)
    again = jobs.ask("b", app_work.doubled, (1,))  # by the same worker, which heard and stopped
    assert again.ended.wait(20)
    assert again.process_id == job.process_id


def test_a_worker_that_does_not_hear_is_ended(jobs) -> None:
    job = jobs.ask("deaf", app_work.deaf, (), "one")
    until(lambda: job.share > 0)
    jobs.leave("deaf", "one")
    assert job.ended.wait(10)
    with pytest.raises(ProcessLookupError):
        os.kill(job.process_id, 0)


def test_who_asks_for_work_that_is_being_given_up_begins_it_anew(jobs) -> None:
    job = jobs.ask("key", app_work.deaf, (), "one")
    until(lambda: job.share > 0)
    jobs.leave("key", "one")
    until(lambda: not jobs.is_asked("key"))
    assert not job.ended.is_set()  # its worker has a while to stop by itself
    again = jobs.ask("key", app_work.doubled, (21,), "one")
    assert again is not job
    assert again.ended.wait(30)
    assert (again.value, job.value, job.error) == (42, None, None)


def test_a_killed_worker_is_replaced_and_the_work_done(jobs) -> None:
    job = jobs.ask("slow", app_work.slow, (1.0,), "one")
    until(lambda: job.share > 0)
    killed = job.process_id
    os.kill(killed, signal.SIGKILL)
    assert job.ended.wait(30)
    assert job.replaced == 1
    assert job.value == job.process_id != killed


def test_work_that_kills_every_worker_ends_with_a_line(jobs) -> None:
    job = jobs.ask("deadly", app_work.deadly, (), "one")
    assert job.ended.wait(60)
    assert job.value is None
    assert "died several times" in job.error


def test_refusals_and_faults_are_one_line(jobs) -> None:
    for function, said in ((app_work.refused, "no"), (app_work.broken, "log")):
        job = jobs.ask(function.__name__, function, (), "one")
        assert job.ended.wait(30)
        assert said in job.error


def test_sessions_that_have_gone_want_nothing(monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    here = {"one"}
    jobs = Jobs(alive=lambda who: who in here)
    job = jobs.ask("long", app_work.endless, (), "one")
    until(lambda: job.share > 0)
    here.clear()
    assert job.ended.wait(10)
    jobs.close()


def test_a_server_is_limited_by_its_environment(monkeypatch) -> None:
    monkeypatch.setenv("YUMA_APP_WORLDS", "128")
    monkeypatch.setenv("YUMA_APP_SECONDS", "9.5")
    found = limits.__wrapped__()
    assert (found.worlds, found.seconds, found.upload) == (128, 9.5, 16)


def test_the_share_of_a_job_never_falls_and_no_time_is_guessed_just_after_work_was_added() -> None:
    job = Job("a", print, ())
    job.began = time.monotonic() - 10
    job.progress(0.5)
    assert job.seconds_left == pytest.approx(10, abs=0.5)
    job.progress(0.3)
    assert job.share == 0.5
    assert job.seconds_left is None
    job.progress(0.8)
    assert job.share == 0.8
    assert job.seconds_left == pytest.approx(2.5, abs=0.5)
