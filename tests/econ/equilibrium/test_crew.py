import threading

import numpy as np
import pytest

from econ.equilibrium import face_search
from econ.equilibrium.crew import STOP, Crew
from econ.equilibrium.nash import solve_nash
from econ.games import Roles, RoleSymmetric

ROLES = Roles(names=("x", "y"), players=(4, 4), strategies=(("a", "b", "c", "d"), ("u", "v")))


@pytest.mark.parametrize("budget", [1e11, 3e6, 1e6])
def test_faces_begun_before_their_turn_change_no_answer_however_much_work_there_is(monkeypatch, budget):
    rng = np.random.default_rng(5)
    game = RoleSymmetric.from_function(ROLES, lambda counts: rng.normal(size=counts.shape))
    monkeypatch.setattr(face_search, "AHEAD", 0)
    in_turn = solve_nash(game, budget=budget)
    monkeypatch.undo()
    assert (in_turn.complete is True) == (budget > 1e10)
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("NUMBA_NUM_THREADS", threads)
        assert solve_nash(game, budget=budget) == in_turn


def test_parts_are_shared_out_and_given_back_in_order(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")
    met = threading.Barrier(3, timeout=10.0)

    def work(part):
        if part < 3:
            met.wait()  # three threads are at it
        return part * part

    with Crew() as crew:
        assert crew.submit(lambda: crew.each(work, 20)).result() == [part * part for part in range(20)]


def test_who_leaves_ends_the_work_that_runs_and_what_begins_later(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    begun, looks = threading.Event(), []

    def count(crew):
        with crew.counter(1) as counter:
            begun.set()
            while counter[0] < STOP:
                pass
            looks.append(int(counter[0]))

    with Crew() as crew:
        crew.submit(lambda: count(crew))
        begun.wait(10.0)
    count(crew)
    assert looks == [STOP, STOP]


def test_a_part_that_fails_fails_the_whole(monkeypatch):
    def work(part):
        raise MemoryError(part)

    with Crew() as crew, pytest.raises(MemoryError):
        crew.submit(lambda: crew.each(work, 4)).result()
