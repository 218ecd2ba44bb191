"""All role-symmetric Nash equilibria of a sampled game, and its asymmetric pure ones.

What is listed are the equilibria of the estimated game, in which every gain is its mean. What the band of the data
leaves open goes into `complete` and into the intervals: `complete` is True only if every game of the band has exactly
one equilibrium within the interval of each that is listed, and no other.
"""

from __future__ import annotations

from econ.equilibrium.answer import Answer
from econ.equilibrium.face_search import ALL_WORK, FaceSearch
from econ.equilibrium.listing import Listing
from econ.equilibrium.pure_profiles import list_corners, list_nearest, list_profiles
from econ.equilibrium.search import Purse
from econ.games.empirical import EmpiricalGame
from econ.games.role_symmetric import RoleSymmetric

__all__ = ["ALL_WORK", "nash_of_roles", "pure_answer"]


def nash_of_roles(
    game: EmpiricalGame | RoleSymmetric, *, epsilon: float = 0.5, level: float = 0.95, budget: float = ALL_WORK
) -> Answer:
    """All symmetric equilibria, face by face, and the asymmetric pure ones, each with its certificate.

    Faces are skipped where a strictly dominated strategy rules them out. The work is bounded by `budget`, a number of
    multiplications: what was not searched is counted in `unsearched`, and the answer then holds what was found so far.

    >>> import numpy as np
    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("hunters",), players=(2,), strategies=(("hare", "stag"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [1.0, 0.0], [np.nan, 2.0]]))
    >>> answer = nash_of_roles(game)
    >>> [e.strategy["hunters"]["stag"] for e in answer.equilibria], answer.complete
    ([0.0, 0.5, 1.0], True)
    """
    if isinstance(game, RoleSymmetric):
        game = game.to_empirical()
    found = Listing.of(game, epsilon, level)
    listed = FaceSearch(listing=found, work=Purse(budget), proof=Purse(budget / 2.0)).run()
    list_corners(found, listed)
    if not found.found and not found.unsearched:
        found.unsearched = 1  # some symmetric equilibrium exists (Nash 1951): a face was searched in vain
    list_profiles(found)
    return found.answer("nash")


def pure_answer(game: EmpiricalGame, *, epsilon: float = 0.5, level: float = 0.95, budget: int | None = None) -> Answer:
    """The pure equilibria alone: symmetric ones and count profiles (of these the first `budget`, if it is given).

    If some are left out and no other is an equilibrium, the one of the least regret is listed.

    >>> import numpy as np
    >>> from econ.games.roles import Roles
    >>> roles = Roles(names=("drivers",), players=(2,), strategies=(("left", "right"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[1.0, np.nan], [0.0, 0.0], [np.nan, 1.0]]))
    >>> [e.kind for e in pure_answer(game).equilibria]
    ['symmetric-pure', 'symmetric-pure']
    """
    found = Listing.of(game, epsilon, level)
    found.listed = tuple(tuple(range(size)) for size in game.roles.sizes)
    found.twins = {}
    list_corners(found, found.listed)
    list_profiles(found, budget)
    if found.unsearched and not found.found:
        list_nearest(found, max(budget or 0, 1))
    return found.answer("pure")
