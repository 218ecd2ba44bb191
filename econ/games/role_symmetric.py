"""Role-symmetric games: players of a role are interchangeable, so a profile is a count and payoffs are a table.

Convention: payoffs[profile, axis] is what a player of a role-strategy earns in a profile. It is NaN where nobody plays
that strategy, and in the whole row of a profile that is missing, one of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from econ.games.deviations import deviation_payoffs, regret
from econ.games.empirical import EmpiricalGame, Gains
from econ.games.roles import Roles

__all__ = ["RoleSymmetric"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoleSymmetric:
    """A game whose payoffs[profile, axis] are known, some profiles perhaps missing.

    >>> roles = Roles(names=("animals",), players=(2,), strategies=(("hawk", "dove"),))
    >>> game = RoleSymmetric(roles=roles, payoffs=np.array([[-1.0, np.nan], [4.0, 0.0], [np.nan, 2.0]]))
    >>> game.deviation_payoffs(np.array([0.5, 0.5])).tolist()
    [1.5, 1.0]
    """

    roles: Roles
    payoffs: np.ndarray

    def __post_init__(self) -> None:
        roles, payoffs = self.roles, np.array(self.payoffs, dtype=float)
        for name, players in zip(roles.names, roles.players, strict=True):
            if players < 1:
                raise ValueError(f"role {name!r} has {players} players; a game needs at least 1 in every role")
        profiles = roles.profiles()
        if payoffs.shape != profiles.shape:
            raise ValueError(f"payoffs has shape {payoffs.shape}; it must be [profile, axis] = {profiles.shape}")
        known = ~np.isnan(payoffs)
        wrong = known.any(axis=1)[:, None] & (known != (profiles > 0)) | np.isinf(payoffs)
        if wrong.any():
            profile, place = (int(x) for x in np.argwhere(wrong)[0])
            role, strategy = roles.axis[place]
            must = "finite where it is played" if profiles[profile, place] else "NaN where nobody plays it"
            raise ValueError(
                f"the payoff of {role}.{strategy} in profile {profiles[profile].tolist()} is "
                f"{payoffs[profile, place]}; it must be {must} (or NaN in the whole profile, which is then missing)"
            )
        payoffs.setflags(write=False)
        object.__setattr__(self, "payoffs", payoffs)

    @classmethod
    def from_function(cls, roles: Roles, payoff: Callable[[np.ndarray], np.ndarray]) -> RoleSymmetric:
        """The game in which payoff(counts[profile, axis]) gives all payoffs[profile, axis] at once.

        >>> roles = Roles(names=("drivers",), players=(3,), strategies=(("road", "rail"),))
        >>> RoleSymmetric.from_function(roles, lambda counts: -1.0 * counts).payoffs[1].tolist()
        [-2.0, -1.0]
        """
        profiles = roles.profiles()
        table = np.broadcast_to(np.asarray(payoff(profiles), dtype=float), profiles.shape)
        return cls(roles=roles, payoffs=np.where(profiles > 0, table, np.nan))

    @property
    def missing(self) -> np.ndarray:
        """Which profiles [profile] nothing is known of."""
        return np.isnan(self.payoffs).all(axis=1)

    @property
    def is_complete(self) -> bool:
        """Whether no profile is missing."""
        return not bool(self.missing.any())

    def deviation_payoffs(self, mixture: np.ndarray) -> np.ndarray:
        """What one player of each role-strategy earns [..., axis] if all others draw from shares[..., axis].

        Equation: sum over the opponents' count vectors c of multinomial(c) p^c u(c and one of the strategy). NaN where
        a missing profile has a chance.
        """
        return deviation_payoffs(self.roles, self.payoffs, self.roles.checked_mixture(mixture))

    def regret(self, mixture: np.ndarray) -> np.ndarray:
        """The most [...] that anybody gains by switching alone from shares[..., axis]; NaN where it is unknown.

        >>> roles = Roles(names=("animals",), players=(2,), strategies=(("hawk", "dove"),))
        >>> game = RoleSymmetric(roles=roles, payoffs=np.array([[-1.0, np.nan], [4.0, 0.0], [np.nan, 2.0]]))
        >>> game.regret(np.array([[0.0, 1.0], [2 / 3, 1 / 3]])).round(12).tolist()
        [2.0, 0.0]
        """
        shares = self.roles.checked_mixture(mixture)
        return regret(self.roles, deviation_payoffs(self.roles, self.payoffs, shares), shares)

    def restricted(self, listed: Mapping[str, Sequence[str]]) -> RoleSymmetric:
        """The same game with fewer strategies to choose from; roles that are not named keep all of theirs."""
        part = self.roles.restricted(listed)
        number = self.roles.index(self.roles.widened(part, part.profiles()))
        return RoleSymmetric(roles=part, payoffs=self.payoffs[number][:, self.roles.places(part)])

    def to_empirical(self) -> EmpiricalGame:
        """The same game for solvers that need every profile; `ValueError` where one is missing."""
        if not self.is_complete:
            first = self.roles.profiles()[self.missing][0].tolist()
            raise ValueError(
                f"the payoffs of {int(self.missing.sum())} profiles are missing, {first} first; give them, or restrict "
                "the game to strategies whose profiles are all known"
            )
        return EmpiricalGame.exact(self.roles, self.payoffs)

    def gains(self, level: float = 0.95) -> Gains:
        """What switching brings against every profile of the opponents; needs every profile."""
        return self.to_empirical().gains(level)
