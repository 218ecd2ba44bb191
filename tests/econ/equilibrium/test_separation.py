import numpy as np
import pytest
from scipy.optimize import linprog

from econ.equilibrium import crew as crews
from econ.equilibrium import exclusion
from econ.equilibrium.bernstein import basis
from econ.equilibrium.crew import Crew
from econ.equilibrium.exclusion import Excluding, all_roots
from econ.equilibrium.face import face_of
from econ.equilibrium.separation import FEW, NONE, separated, space_of
from econ.games import Roles, RoleSymmetric

ROLES = Roles(names=("x", "y"), players=(3, 2), strategies=(("a", "b", "c"), ("u", "v")))


def at_random(roles, seed):
    rng = np.random.default_rng(seed)
    return RoleSymmetric.from_function(roles, lambda counts: rng.normal(size=counts.shape)).to_empirical()


def of_form(game, supports):
    listed = tuple(tuple(range(size)) for size in game.roles.sizes)
    face = face_of(game.gains(0.95), supports, listed)
    return face, Excluding(face)


def search(cells, coefficients):
    """Whether a direction was found, by the compiled search from nothing."""
    form = cells._form.form
    equations = len(form[3]) + form[5][-1] + len(form[8])
    basis, few = np.full((equations, 2), NONE), np.zeros((len(form[3]), FEW), dtype=np.int64)
    return separated(coefficients, form, 1e-13, 60, basis, np.empty(equations), few, space_of(form))


def possible(cells, coefficients):
    """The same question as a linear program: points of the hulls at which gains are 0, or none outside is positive."""
    start, count, width, size, sides, _, shares, share_start, links = cells._form.form
    hulls = [r for r in range(len(size)) if width[r] > 1]
    begin = dict(zip(hulls, np.cumsum([0, *(count[r] for r in hulls)])[:-1], strict=True))
    total = sum(int(count[r]) for r in hulls)
    equal, level, below = [], [], []
    places = {}
    for r in hulls:
        here = slice(begin[r], begin[r] + count[r])
        whole = np.zeros(total)
        whole[here] = 1.0
        equal.append(whole)
        level.append(1.0)
        for j in range(1, width[r]):
            row = np.zeros(total)
            row[here] = coefficients[start[r] + (j - 1) * count[r] : start[r] + j * count[r]]
            (equal if j < size[r] else below).append(row)
            level.extend([0.0] if j < size[r] else [])
        column = 0
        for p in range(len(size)):
            numbers = np.arange(count[r]) // int(np.prod(sides[r, p + 1 :])) % sides[r, p]
            for c in range(size[p] - 1):
                places[r, column] = np.zeros(total)
                places[r, column][here] = shares[share_start[r, p] + c * sides[r, p] + numbers]
                column += 1
    for column, one, other in links.tolist():
        equal.append(places[one, column] - places[other, column])
        level.append(0.0)
    found = linprog(
        np.zeros(total),
        A_eq=np.array(equal),
        b_eq=level,
        A_ub=np.array(below) if below else None,
        b_ub=np.zeros(len(below)) if below else None,
    )
    return found.status == 0


@pytest.mark.parametrize("supports", [((0, 1, 2), (0, 1)), ((0, 1), (0, 1)), ((0, 2), (1,))])
def test_a_direction_is_found_where_the_linear_program_says_that_there_is_one(supports):
    told = []
    for seed in range(30):
        _, cells = of_form(at_random(ROLES, seed), supports)
        blocks = [block + 0.4 * np.random.default_rng(seed).normal(size=block.shape[1]) for block in cells._blocks]
        coefficients = np.concatenate([block.T.ravel() for block in blocks])
        told.append((search(cells, coefficients), possible(cells, coefficients)))
    assert [found for found, _ in told] == [not room for _, room in told]
    assert len({found for found, _ in told}) == 2


def test_no_cell_with_an_equilibrium_is_excluded():
    """A root is laid into the middle of a face: the gains are lowered by what they are there."""
    for seed in range(40):
        face, cells = of_form(at_random(ROLES, seed), ((0, 1, 2), (0, 1)))
        point = np.array([0.3, 0.3, 0.4, 0.5, 0.5])
        blocks = [block - basis(face.degrees(r), face.sizes, point) @ block for r, block in enumerate(cells._blocks)]
        assert not search(cells, np.concatenate([block.T.ravel() for block in blocks]))


def test_a_face_dealt_to_threads_is_answered_alike_by_any_number_of_them(monkeypatch):
    roles = Roles(names=("x", "y"), players=(3, 3), strategies=(("a", "b", "c", "d"), ("u", "v", "w")))
    face, cells = of_form(at_random(roles, 3), ((0, 1, 2, 3), (0, 1, 2)))
    monkeypatch.setattr(exclusion, "WORTH", 0)
    answers = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("NUMBA_NUM_THREADS", threads)
        answers.append(all_roots(face, 1e12))
    roots, proved, spent = answers[0]
    assert proved
    assert [one[1:] for one in answers] == [(proved, spent)] * 3
    assert all(np.array_equal(a, b) for one in answers for a, b in zip(one[0], roots, strict=True))
    looks = int(spent / cells.price)
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("NUMBA_NUM_THREADS", threads)
        with Crew() as crew:
            assert not cells.left([], looks + 1, crew, guess=True, parts=True).spent
            assert cells.left([], looks // 2, crew, guess=True, parts=True).cells == looks // 2


def test_threads_are_those_that_may_be_used(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")
    assert crews._threads() == 3
    monkeypatch.setenv("NUMBA_NUM_THREADS", "many")
    assert 1 <= crews._threads() <= crews.MOST_THREADS


def test_a_face_of_five_dimensions_is_proved_and_holds_what_many_starts_find():
    roles = Roles(names=("x", "y"), players=(4, 4), strategies=(("a", "b", "c", "d"), ("u", "v", "w")))
    face, _ = of_form(at_random(roles, 0), ((0, 1, 2, 3), (0, 1, 2)))
    roots, proved, _ = all_roots(face, 1e10)
    rng = np.random.default_rng(0)
    starts = np.concatenate([rng.dirichlet(np.ones(size), 3000) for size in face.sizes], axis=1)
    reached = face.newton(starts)
    inside = reached[np.isfinite(reached).all(axis=1)]
    inside = inside[inside.min(axis=1) > 1e-9]
    assert proved
    assert len(roots) > 1
    for point in inside:
        assert min(np.abs(point - root).max() for root in roots) < 1e-6
