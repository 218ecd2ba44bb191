"""The empirical game: payoffs of every profile as sampled in many worlds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from econ.errors import InputError
from econ.games.deviations import Place, deviation_payoffs, paired_regret, regret
from econ.games.roles import Roles
from econ.inference.finite import finite_half_width
from econ.inference.sequences import LEAST_WORLDS, asymptotic_half_width

__all__ = ["FAINT", "ROUNDING", "EmpiricalGame", "Gains"]

ROUNDING = 1e-12
"""A gain below this share of the largest payoff is rounding and counts as exactly 0."""


FAINT = 1e-9
"""A gain below this share of the largest one may be taken for none by a search in doubles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """What switching from strategy i to j brings a player of each role, against every profile of its opponents.

    `mean[role][others, j, i]` and `half_width[role][others, j, i]`; others as `roles.without_one(role)` numbers them.
    All intervals hold together; the half-width is infinite where one world says nothing about spread. `faint` says
    that some known gain is so small beside the largest that rounding may hide it: then nothing is proved. `hidden` is
    the largest known gain that counts as 0 beside the largest payoff, though doubles hold it: by so much regret may
    be larger.
    """

    roles: Roles
    mean: tuple[np.ndarray, ...]
    half_width: tuple[np.ndarray, ...]
    faint: bool = False
    hidden: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EmpiricalGame:
    """Payoffs[profile, axis, world]: the mean over the seats of a role-strategy, NaN where nobody plays it.

    A profile that is NaN throughout is missing, nothing is known of it: what meets it is NaN or refused, all else is
    computed. The unit is thousandths of an epoch's emission. Profiles are numbered as `roles.profiles()` does.
    `is_exact` says that the payoffs are known, not sampled: one world, no error. With `ranges`[profile, axis, end], in
    which every payoff must lie, intervals are those that hold for any distribution; without, they are asymptotic.
    `more`[profile, axis, world] are worlds that only some profiles were played in, NaN from the last one of a profile
    on: only `gains`, `paired_mean` and `regret` know of them, all else rests on the worlds that all were played in.

    >>> roles = Roles(names=("animals",), players=(2,), strategies=(("hawk", "dove"),))
    >>> game = EmpiricalGame.exact(roles, np.array([[-1.0, np.nan], [4.0, 0.0], [np.nan, 2.0]]))
    >>> game.gains(0.95).mean[0][:, 1, 0].tolist()
    [1.0, -2.0]
    """

    roles: Roles
    payoffs: np.ndarray
    is_exact: bool = False
    ranges: np.ndarray | None = None
    more: np.ndarray | None = None

    def __post_init__(self) -> None:
        roles = self.roles
        for name, players in zip(roles.names, roles.players, strict=True):
            if players < 1:
                raise ValueError(f"role {name!r} has {players} players; a game needs at least 1 in every role")
        payoffs = np.asarray(self.payoffs, dtype=float)
        profiles = roles.profiles()
        if payoffs.ndim != 3 or payoffs.shape[:2] != profiles.shape or payoffs.shape[2] < 1:
            raise ValueError(
                f"payoffs has shape {payoffs.shape}; it must be [profile, axis, world] = [{profiles.shape[0]}, "
                f"{profiles.shape[1]}, at least 1]"
            )
        if self.is_exact and payoffs.shape[2] != 1:
            raise ValueError(f"an exact game has {payoffs.shape[2]} worlds; it must have 1")
        played = np.broadcast_to((profiles > 0)[..., None], payoffs.shape)
        known = ~np.isnan(payoffs).all(axis=(1, 2), keepdims=True)
        wrong = np.where(played & known, ~np.isfinite(payoffs), ~np.isnan(payoffs))
        if wrong.any():
            profile, place, world = (int(x) for x in np.argwhere(wrong)[0])
            role, strategy = roles.axis[place]
            must = "finite where it is played" if played[profile, place, world] else "NaN where nobody plays it"
            must += " (or NaN in the whole profile, which is then missing)" if played[profile, place, world] else ""
            raise ValueError(
                f"the payoff of {role}.{strategy} in profile {profiles[profile].tolist()}, world {world}, is "
                f"{payoffs[profile, place, world]}; it must be {must}"
            )
        object.__setattr__(self, "payoffs", payoffs)
        if self.more is not None:
            object.__setattr__(self, "more", self._checked_more(np.asarray(self.more, dtype=float), played))
        if self.ranges is not None:
            object.__setattr__(self, "ranges", self._checked_ranges(np.asarray(self.ranges, dtype=float)))

    @classmethod
    def exact(cls, roles: Roles, payoffs: np.ndarray) -> EmpiricalGame:
        """A game whose payoffs[profile, axis] are known."""
        return cls(roles=roles, payoffs=np.asarray(payoffs, dtype=float)[..., None], is_exact=True)

    @property
    def worlds(self) -> int:
        """The number of independent worlds every profile was played in."""
        return int(self.payoffs.shape[2])

    @property
    def worlds_of(self) -> np.ndarray:
        """The number of worlds [profile] that each profile was played in."""
        count = np.full(len(self.payoffs), self.worlds)
        return count if self.more is None else count + (~np.isnan(self.more)).any(axis=1).sum(axis=-1)

    @property
    def most_worlds(self) -> int:
        """The number of worlds of the profile that was played in most."""
        return int(self.worlds_of.max())

    @property
    def mean(self) -> np.ndarray:
        """Payoffs[profile, axis], averaged over worlds."""
        return self.payoffs.mean(axis=2)

    @property
    def covariance(self) -> np.ndarray:
        """Between role-strategies of one profile over worlds [profile, axis, axis]; NaN where one is not played.

        >>> roles = Roles(names=("r",), players=(2,), strategies=(("x", "y"),))
        >>> table = np.full((3, 2, 2), np.nan)
        >>> table[0, 0], table[1, 0], table[1, 1], table[2, 1] = [1.0, 3.0], [0.0, 2.0], [4.0, 0.0], [1.0, 1.0]
        >>> EmpiricalGame(roles=roles, payoffs=table).covariance[1].tolist()
        [[2.0, -4.0], [-4.0, 8.0]]
        """
        apart = self.payoffs - self.mean[..., None]
        return np.asarray(np.einsum("paw,pbw->pab", apart, apart) / max(self.worlds - 1, 1))

    @property
    def missing(self) -> np.ndarray:
        """Which profiles [profile] nothing is known of."""
        return np.isnan(self.payoffs).all(axis=(1, 2))

    @property
    def is_complete(self) -> bool:
        """Whether no profile is missing."""
        return not bool(self.missing.any())

    @property
    def decides(self) -> bool:
        """Whether there are worlds enough for a verdict."""
        return self.is_exact or self.worlds >= LEAST_WORLDS

    def deviation_payoffs(self, mixture: np.ndarray) -> np.ndarray:
        """The estimated payoff [..., axis] of a player of each role-strategy if all others draw from shares[..., axis].

        >>> roles = Roles(names=("animals",), players=(2,), strategies=(("hawk", "dove"),))
        >>> game = EmpiricalGame.exact(roles, np.array([[-1.0, np.nan], [4.0, 0.0], [np.nan, 2.0]]))
        >>> game.deviation_payoffs(np.array([0.5, 0.5])).tolist()
        [1.5, 1.0]
        """
        return deviation_payoffs(self.roles, self.mean, self.roles.checked_mixture(mixture))

    def regret(self, mixture: np.ndarray) -> np.ndarray:
        """The estimated gain [...] from switching alone from shares[..., axis], without its interval."""
        shares = self.roles.checked_mixture(mixture)
        if self.more is not None:
            return paired_regret(self.roles, self.paired_mean, shares)
        return regret(self.roles, deviation_payoffs(self.roles, self.mean, shares), shares)

    def paired_mean(self, here: Place, there: Place) -> np.ndarray:
        """How much more [...] is earned here (profile, axis) than there, over the worlds that both were played in."""
        total = (self.payoffs[here] - self.payoffs[there]).sum(axis=-1)
        if self.more is None:
            return np.asarray(total / self.worlds)
        apart = self.more[here] - self.more[there]
        both = ~np.isnan(apart)
        return np.asarray((total + np.where(both, apart, 0.0).sum(axis=-1)) / (self.worlds + both.sum(axis=-1)))

    def restricted(self, listed: Mapping[str, Sequence[str]]) -> EmpiricalGame:
        """The same worlds with fewer strategies to choose from; roles that are not named keep all of theirs."""
        part = self.roles.restricted(listed)
        number = self.roles.index(self.roles.widened(part, part.profiles()))
        places = self.roles.places(part)
        ranges = None if self.ranges is None else self.ranges[number][:, places]
        more = None if self.more is None else self.more[number][:, places]
        return EmpiricalGame(
            roles=part, payoffs=self.payoffs[number][:, places], is_exact=self.is_exact, ranges=ranges, more=more
        )

    def joined(self, other: EmpiricalGame) -> EmpiricalGame:
        """The same game with the worlds of `other` after its own."""
        if other.roles != self.roles:
            raise ValueError(f"cannot join games of roles {self.roles} and {other.roles}; they must be equal")
        if self.is_exact or other.is_exact:
            raise ValueError("cannot join an exact game: it is not made of sampled worlds")
        if self.more is not None or other.more is not None:
            raise ValueError("cannot join a game of which some profiles were played in more worlds than others")
        payoffs = np.concatenate((self.payoffs, other.payoffs), axis=2)
        return EmpiricalGame(roles=self.roles, payoffs=payoffs, ranges=self.ranges)

    def gains(self, level: float = 0.95) -> Gains:
        """What switching brings, paired by world; intervals hold together at `level`, at any stopping time.

        The error is split evenly over all (role, opponents' profile, pair of strategies).
        """
        if not 0.0 < level < 1.0:
            raise ValueError(f"level is {level}; it is a confidence and must lie between 0 and 1")
        if not self.is_complete:
            first = self.roles.profiles()[self.missing][0].tolist()
            raise ValueError(
                f"the payoffs of {int(self.missing.sum())} profiles are missing, {first} first; sample them, or "
                "restrict the game to strategies whose profiles are all known"
            )
        error = (1.0 - level) / max(self.roles.comparisons, 1)
        rounding = ROUNDING * max(float(np.nanmax(np.abs(self.payoffs))), 1e-300)
        means, halves = [], []
        least, largest, hidden = np.inf, 0.0, 0.0
        payoffs = self.payoffs if self.more is None else np.concatenate((self.payoffs, self.more), axis=-1)
        for role, size in enumerate(self.roles.sizes):
            number = self.roles.joined_by_one(role)
            mean, half = np.zeros((2, number.shape[1], size, size))
            start = self.roles.starts[role]
            earned = np.stack([payoffs[number[j], start + j] for j in range(size)])  # [strategy, others, world]
            for j in range(1, size):
                gain = earned[j] - earned[:j]  # [i, others, world]
                if self.is_exact:
                    reach = np.maximum(np.abs(earned[j]), np.abs(earned[:j]))
                    size = np.abs(gain)
                    real = size > ROUNDING * reach
                    least = min(least, float(size.min(initial=np.inf, where=real)))
                    largest = max(largest, float(size.max(initial=0.0)))
                    known = (size <= rounding) & (size > 4.0 * np.finfo(float).eps * reach)
                    hidden = max(hidden, float(size.max(initial=0.0, where=known)))
                gain[np.abs(gain) <= rounding] = 0.0
                here, there = (number[j], start + j), (number[:j], start + np.arange(j)[:, None])
                for worlds, which in self._by_worlds(number[j], number[:j]):  # which: [i, others]
                    known = gain[..., :worlds]
                    mean[:, j, :j].T[which] = known.mean(axis=-1)[which]
                    if not self.is_exact:
                        half[:, j, :j].T[which] = self.half_width(known, here, there, error)[which]
                mean[:, :j, j], half[:, :j, j] = -mean[:, j, :j], half[:, j, :j]
            means.append(mean)
            halves.append(half)
        faint = bool(least < FAINT * largest or hidden > FAINT * largest)
        return Gains(roles=self.roles, mean=tuple(means), half_width=tuple(halves), faint=faint, hidden=hidden)

    def _by_worlds(self, here: np.ndarray, there: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """The pairs of profiles here and there[...], by the number of worlds that both were played in."""
        if self.more is None:
            yield self.worlds, np.ones(there.shape, dtype=bool)
            return
        both = np.minimum(self.worlds_of[here], self.worlds_of[there])
        for worlds in np.unique(both).tolist():
            yield worlds, both == worlds

    def half_width(
        self,
        gain: np.ndarray,
        here: Place,
        there: Place,
        error: float,
    ) -> np.ndarray:
        """The half-width [...] of the mean of gain[..., world] of payoffs here (profile, axis) over payoffs there.

        Asymptotic, a gain that is the same in every world played gets 0: that is exact only if it really is constant,
        as where a strategy meets no luck; one that merely never varied so far has no such certainty.
        """
        if self.is_exact:
            return np.zeros(gain.shape[:-1])
        if self.ranges is not None:
            (low, high), (least, most) = (np.moveaxis(self.ranges[place], -1, 0) for place in (here, there))
            return finite_half_width(gain, low - most, high - least, error)
        worlds = gain.shape[-1]
        spread = gain.std(axis=-1, ddof=1) if worlds > 1 else np.ones(gain.shape[:-1])
        same = (gain == gain[..., :1]).all(axis=-1) & (worlds > 1)
        return asymptotic_half_width(np.where(same, 0.0, spread), worlds, error)

    def sum_half_width(self, seats: np.ndarray, error: float) -> np.ndarray:
        """The half-width [row, profile] of the mean of seats[row, profile, axis] times payoffs, summed over the axis.

        Missed by any of the entries, at any number of worlds, with chance `error`.
        """
        if self.is_exact:
            return np.zeros(seats.shape[:2])
        share = error / (seats.shape[0] * seats.shape[1])
        sums = np.einsum("rpa,paw->rpw", seats, np.nan_to_num(self.payoffs))
        if self.ranges is not None:
            ends = np.where(np.isnan(self.payoffs[..., :1]), 0.0, self.ranges)
            low, high = (np.einsum("rpa,pa->rp", seats, ends[..., end]) for end in (0, 1))
            return finite_half_width(sums, low, high, share)
        spread = sums.std(axis=-1, ddof=1) if self.worlds > 1 else np.ones(seats.shape[:2])
        return asymptotic_half_width(spread, self.worlds, share)

    def _checked_more(self, more: np.ndarray, played: np.ndarray) -> np.ndarray:
        """Further worlds: of what is played in them all, and none after one that is missing."""
        known = ~np.isnan(more)
        some = known.any(axis=1, keepdims=True)
        if self.is_exact or self.missing.any() or more.shape[:2] != self.payoffs.shape[:2] or more.ndim != 3:
            raise ValueError(
                f"more has shape {more.shape}; it must be [profile, axis, world] like payoffs, of a sampled game with "
                "no profile missing"
            )
        if (
            (known != (some & played[..., :1])).any()
            or (known & ~np.isfinite(more)).any()
            or (some[..., 1:] & ~some[..., :-1]).any()
        ):
            raise ValueError(
                "more must be finite where it is played, NaN where nobody plays it and from a profile's last world on"
            )
        return more

    def _checked_ranges(self, ranges: np.ndarray) -> np.ndarray:
        if ranges.shape != (*self.payoffs.shape[:2], 2):
            raise ValueError(f"ranges has shape {ranges.shape}; it must be [profile, axis, 2]")
        low, high = ranges[..., :1], ranges[..., 1:]
        slack = 1e-9 * np.maximum(np.abs(low), np.abs(high))
        payoffs = self.payoffs if self.more is None else np.concatenate((self.payoffs, self.more), axis=-1)
        outside = (payoffs < low - slack) | (payoffs > high + slack)
        if outside.any():
            profile, place, world = (int(x) for x in np.argwhere(outside)[0])
            role, strategy = self.roles.axis[place]
            raise InputError(
                f"the payoff of {role}.{strategy} in world {world} is {payoffs[profile, place, world]}; its range "
                f"is {ranges[profile, place].tolist()}, on which finite bounds rest: use asymptotic ones"
            )
        return ranges
