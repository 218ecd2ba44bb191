import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.games.roles import Roles, compositions, rank

TWO = Roles(names=("validators", "miners"), players=(4, 3), strategies=(("x", "y", "z"), ("u", "v")))


def test_with_two_strategies_profile_k_has_k_of_the_second():
    roles = Roles(names=("r",), players=(5,), strategies=(("a", "b"),))
    assert roles.profiles().tolist() == [[5 - k, k] for k in range(6)]


def test_profiles_are_in_order_and_numbered_by_index():
    profiles = TWO.profiles()
    assert len(profiles) == TWO.profile_count == 15 * 4
    assert profiles[0].tolist() == [4, 0, 0, 3, 0]
    assert profiles[1].tolist() == [4, 0, 0, 2, 1]
    assert profiles[4].tolist() == [3, 1, 0, 3, 0]
    np.testing.assert_array_equal(TWO.index(profiles), np.arange(len(profiles)))
    assert TWO.index(profiles.reshape(6, 10, 5)).shape == (6, 10)


def test_lists_do_as_well_as_tuples():
    roles = Roles(names=["validators", "miners"], players=[4, 3], strategies=[["x", "y", "z"], ["u", "v"]])
    assert roles == TWO
    np.testing.assert_array_equal(roles.profiles(), TWO.profiles())


@given(st.integers(0, 9), st.integers(1, 5))
def test_rank_inverts_compositions(total, parts):
    rows = compositions(total, parts)
    assert len({tuple(row) for row in rows.tolist()}) == len(rows)
    assert (rows.sum(axis=1) == total).all()
    np.testing.assert_array_equal(rank(rows), np.arange(len(rows)))


def test_opponents_of_one_player():
    assert TWO.without_one(1).players == (4, 2)
    assert TWO.axis[3] == ("miners", "u")
    assert TWO.starts == (0, 3, 5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"players": (4,)}, "players has 1 entries; it needs one for each of 2 roles"),
        ({"players": (4, -1)}, "role 'miners' has -1 players"),
        ({"players": (4, 1.5)}, "role 'miners' has 1.5 players"),
        ({"names": ("a", "a")}, "roles list 'a' 2 times"),
        ({"strategies": (("x", "x"), ("u",))}, "strategies of role 'validators' list 'x' 2 times"),
        ({"strategies": (("x",), ())}, "role 'miners' has 0 strategies"),
    ],
)
def test_bad_roles_are_refused(change, message):
    good = {"names": TWO.names, "players": TWO.players, "strategies": TWO.strategies}
    with pytest.raises(ValueError, match=message):
        Roles(**{**good, **change})


@pytest.mark.parametrize("counts", [[4, 0, 1, 3, 0], [5, -1, 0, 3, 0], [4, 0, 0, 2, 0]])
def test_bad_counts_are_refused(counts):
    with pytest.raises(ValueError, match="must be at least 0 and sum to"):
        TWO.index(np.array(counts))
    with pytest.raises(ValueError, match="last axis must have length 5"):
        TWO.index(np.array([1, 2]))


def test_many_strategies_of_few_players_are_numbered():
    roles = Roles(names=("r",), players=(1,), strategies=(tuple(map(str, range(1200))),))
    np.testing.assert_array_equal(roles.index(roles.profiles()), np.arange(1200))
    assert roles.without_one(0).profiles().shape == (1, 1200)
    with pytest.raises(ValueError, match="600 players of 1200 strategies have more than"):
        rank(np.bincount([0], minlength=1200) * 600)


def test_names_are_compared_in_one_pass():
    """Counting every name against all would take minutes."""
    names = tuple(map(str, range(200_000)))
    Roles(names=("r",), players=(1,), strategies=(names,))
    with pytest.raises(ValueError, match="list '7' 2 times"):
        Roles(names=("r",), players=(1,), strategies=((*names, "7"),))
