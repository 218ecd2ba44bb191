"""Agreement with Nashpy, QuantEcon and Gambit on 500 random and textbook games, where these are installed and right.

They are the extra `check`; without it the tests skip and say so. Where a peer is known to lose equilibria, what it
finds must be among ours, and ours are verified by their regret.
"""

import warnings

import numpy as np
import pytest

from econ.equilibrium import solve, solve_bimatrix, solve_logit, solve_zero_sum
from econ.equilibrium.lemke_howson import lemke_howson
from econ.games import NormalForm, format_nfg, parse_nfg

CLOSE = 1e-6


@pytest.fixture(scope="module")
def nashpy():
    return pytest.importorskip("nashpy", reason="install the extra `check` to compare with Nashpy")


@pytest.fixture(scope="module")
def quantecon(tmp_path_factory):
    """QuantEcon with its compiled code in a folder of its own: loaded from an earlier run's it crashes the process."""
    config = pytest.importorskip("numba").config
    before, config.CACHE_DIR = config.CACHE_DIR, str(tmp_path_factory.mktemp("quantecon"))
    try:
        return pytest.importorskip(
            "quantecon.game_theory", reason="install the extra `check` to compare with QuantEcon"
        )
    finally:
        config.CACHE_DIR = before


@pytest.fixture(scope="module")
def gambit():
    return pytest.importorskip("pygambit", reason="install the extra `check` to compare with Gambit")


def ours(game):
    answer = solve(game)
    assert all(e.regret <= CLOSE for e in answer.equilibria)
    return [np.concatenate([list(shares.values()) for shares in e.strategy.values()]) for e in answer.equilibria]


def same(one, other):
    """Whether two lists hold the same points."""
    return len(one) == len(other) and among(one, other) and among(other, one)


def among(some, every):
    return all(any(np.abs(a - b).max() < CLOSE for b in every) for a in some)


def by_nashpy(nashpy, game):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = list(nashpy.Game(*game.payoffs).vertex_enumeration())
    return distinct([np.concatenate(pair) for pair in found])


def by_quantecon(quantecon, game):
    first, second = (np.ascontiguousarray(table) for table in (game.payoffs[0], game.payoffs[1].T))
    peer = quantecon.NormalFormGame((quantecon.Player(first), quantecon.Player(second)))
    return distinct([np.concatenate(pair) for pair in quantecon.vertex_enumeration(peer)])


def gambit_game(gambit, game):
    return gambit.StrategicGame.from_arrays(*game.payoffs)


def gambit_points(game, found):
    return distinct(
        [
            np.array([float(one[str(p + 1)][str(s + 1)]) for p, size in enumerate(game.sizes) for s in range(size)])
            for one in found
        ]
    )


def by_gambit(gambit, game, rational):
    return gambit_points(game, gambit.nash.enummixed_solve(gambit_game(gambit, game), rational=rational).equilibria)


def distinct(points):
    kept = []
    for point in points:
        if not any(np.abs(point - other).max() < CLOSE for other in kept):
            kept.append(point)
    return kept


def generic(seed):
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(2, 9, size=2)
    return NormalForm([rng.normal(size=(rows, columns)) for _ in range(2)])


def degenerate(seed):
    rng = np.random.default_rng(1000 + seed)
    rows, columns = rng.integers(2, 5, size=2)
    return NormalForm([rng.integers(0, 3, size=(rows, columns)).astype(float) for _ in range(2)])


def cycling(seed):
    """Everyone loses to one neighbour and beats the other; best replies run in a circle."""
    rng = np.random.default_rng(2000 + seed)
    size = int(rng.choice([3, 4, 5, 6]))
    table = rng.random((size, size)) / 10
    table += 3 * np.roll(np.eye(size), 1, axis=0) - 2 * np.roll(np.eye(size), -1, axis=0)
    return NormalForm([table, table.T])


def zero_sum(seed):
    rng = np.random.default_rng(3000 + seed)
    table = rng.normal(size=rng.integers(2, 7, size=2))
    return NormalForm([table, -table])


HAWK, STAG, PRISON = np.array([[-1.0, 4], [0, 2]]), np.array([[4.0, 0], [3, 3]]), np.array([[3.0, 0], [5, 1]])
RPS, PENNIES = np.array([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]), np.array([[1.0, -1], [-1, 1]])
TEXTBOOK = [
    (HAWK, HAWK.T),
    (STAG, STAG.T),
    (PRISON, PRISON.T),
    (RPS, -RPS),
    (PENNIES, -PENNIES),
    (np.array([[2.0, 0], [0, 1]]), np.array([[1.0, 0], [0, 2]])),
    (np.array([[3.0, 3], [2, 5], [0, 6]]), np.array([[3.0, 2], [2, 6], [3, 1]])),
    (np.array([[3.0, 3], [2, 5], [0, 6]]), np.array([[3.0, 3], [2, 6], [3, 1]])),
    (
        -np.array([[0.0, 0, 6, 0, 0], [0, 0, 3, 2, 1], [4, 3, 0, 0, 1]]),
        -np.array([[3.0, 0, 2, 1, 0], [0, 2, 0, 0, 4], [4, 0, 2, 4, 4]]),
    ),
    (np.eye(3), np.eye(3)),
    (np.eye(4), np.eye(4)),
    (np.ones((3, 3)), np.ones((3, 3))),
    (np.ones((2, 3)), np.arange(6.0).reshape(2, 3)),
    (np.array([[0.0, 1, 0, -1], [-1, 0, 1, 1], [0, -1, 0, 1], [1, -1, -1, 0]]),) * 2,  # Nashpy's issue 39
    (np.array([[-3.0, 3], [-3, 5]]), np.array([[2.0, 7], [4, 2]])),  # Nashpy's issue 222
    (np.array([[0.0, 7], [2, 6]]), np.array([[0.0, 2], [7, 6]])),
    (np.array([[1.0, 2], [1, 2]]), np.array([[1.0, 1], [2, 2]])),
    (np.array([[1.0, 0], [0, 0]]), np.array([[1.0, 0], [0, 0]])),
    (np.array([[5.0]]), np.array([[7.0]])),
    (np.array([[1.0, 2, 2]]), np.array([[0.0, 1, 1]])),
]


@pytest.mark.parametrize("tens", range(20))
def test_generic_games(nashpy, quantecon, gambit, tens):
    for seed in range(10 * tens, 10 * tens + 10):
        game = generic(seed)
        mine = ours(game)
        assert same(mine, by_quantecon(quantecon, game)), seed
        if max(game.sizes) <= 6:
            assert same(mine, by_gambit(gambit, game, rational=False)), seed
        if max(game.sizes) <= 4:
            assert same(mine, by_nashpy(nashpy, game)), seed


@pytest.mark.parametrize("tens", range(12))
def test_degenerate_games(gambit, tens):
    for seed in range(10 * tens, 10 * tens + 10):
        game = degenerate(seed)
        assert same(ours(game), by_gambit(gambit, game, rational=True)), seed


@pytest.mark.parametrize("tens", range(4))
def test_cycling_games(quantecon, gambit, tens):
    for seed in range(10 * tens, 10 * tens + 10):
        game = cycling(seed)
        mine = ours(game)
        assert same(mine, by_gambit(gambit, game, rational=False)), seed
        assert same(mine, by_quantecon(quantecon, game)), seed
        found = lemke_howson(game)
        assert among([np.concatenate([list(s.values()) for s in found.strategy.values()])], mine)


@pytest.mark.parametrize("tens", range(6))
def test_zero_sum_games(quantecon, gambit, tens):
    for seed in range(10 * tens, 10 * tens + 10):
        game = zero_sum(seed)
        (point,) = gambit_points(game, [gambit.nash.lp_solve(gambit_game(gambit, game), rational=False).equilibrium])
        x, y = point[: game.sizes[0]], point[game.sizes[0] :]
        assert solve_zero_sum(game).figures["value"] == pytest.approx(x @ game.payoffs[0] @ y, abs=1e-9)
        assert same(ours(game), by_quantecon(quantecon, game)), seed


@pytest.mark.parametrize("number", range(len(TEXTBOOK)))
def test_textbook_games(gambit, number):
    game = NormalForm(list(TEXTBOOK[number]))
    assert same(ours(game), by_gambit(gambit, game, rational=True))


@pytest.mark.slow
@pytest.mark.parametrize("tens", range(6))
def test_three_players(gambit, tens):
    """Gambit's polynomial solver in doubles loses equilibria of one game in three: it must not find others."""
    for seed in range(10 * tens, 10 * tens + 10):
        rng = np.random.default_rng(4000 + seed)
        game = NormalForm([rng.normal(size=(3, 3, 3)) for _ in range(3)])
        found = gambit_points(game, gambit.nash.enumpoly_solve(gambit_game(gambit, game)).equilibria)
        assert among(found, ours(game)), seed


@pytest.mark.parametrize("seed", range(5))
def test_the_logit_branch_ends_where_gambits_does(gambit, seed):
    rng = np.random.default_rng(5000 + seed)
    game = NormalForm([rng.normal(size=(3, 3)) for _ in range(2)])
    (point,) = gambit_points(game, [gambit.nash.logit_solve(gambit_game(gambit, game)).equilibrium])
    end = solve_logit(game).equilibria[-1]
    assert np.abs(np.concatenate([list(s.values()) for s in end.strategy.values()]) - point).max() < 0.05


def test_gambit_reads_what_is_written_and_we_what_it_writes(gambit, tmp_path):
    rng = np.random.default_rng(6000)
    game = NormalForm([rng.integers(-5, 6, size=(2, 3, 2)) for _ in range(3)])
    file = tmp_path / "game.nfg"
    file.write_text(format_nfg(game, "three"))
    again = parse_nfg(gambit.read_nfg(str(file)).to_nfg())
    for mine, theirs in zip(game.payoffs, again.payoffs, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_two_peers_lose_equilibria_of_the_degenerate_game(nashpy, quantecon):
    """Why ours are compared with Gambit there: eight exist."""
    game = NormalForm(list(TEXTBOOK[8]))
    assert len(ours(game)) == len(by_nashpy(nashpy, game)) == 8
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(list(nashpy.Game(*game.payoffs).support_enumeration())) < 8
    assert len(by_quantecon(quantecon, game)) < 8
    assert solve_bimatrix(game).complete is False
