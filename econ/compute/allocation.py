"""Where the machines go: the Nash equilibrium of the allocation game, found twice and certified by its regret."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from econ.compute.complementarity import solve_complementarity
from econ.compute.game import AllocationGame, Owners
from econ.errors import InputError
from econ.measures import herfindahl

__all__ = ["Allocation", "replies", "solve_allocation", "warm_up"]

MOST_ROUNDS = 2000
WHOLE_STEPS = 150
"""Where so many rounds do not halve the largest change, owners go half as far towards their best reply from then on:
best replies overshoot where one owner's share is next to nothing."""

STILL = 1e-13
"""Rounds end when no act changes by more than this share of its market's total."""

STARTS_WITH_RISK = 20
SAME = 1e-6
"""Equilibria that differ by less than this share of every market's total are taken for one."""

NOTHING = 1e-6
"""Where answers are compared a total of less than this share of all machines counts as this much."""

ALONE = 1e-9
"""An owner is alone in a contest where the second largest effort is less than this part of its own."""

CENT = 0.01
"""The second route's answer is taken only if its regret is smaller by this much, in USD a day."""

HOURS = 24.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allocation:
    """An equilibrium of the allocation game, with its certificate.

    `hashing[owner]` EH/s, `mining[owner, subnet]` and `cloud[owner]` GPUs, `converted[owner]` MW, `payoff[owner]` USD a
    day; `hash_value[owner]` and `gpu_value[owner]` are what one more EH/s or GPU would earn (USD a day), 0 while some
    stay idle. `undisputed[contest]` names, for hashing and then each subnet, the owner who alone can take part and so
    has the reward for an effort as small as it likes (counted as 0); -1 elsewhere.

    `regret` is the largest gain of an owner from switching alone, in USD a day. `agreement` is the largest difference
    between the answers by best replies and by complementarity (with risk aversion: between the answers from all
    starts), as a share of the market's total; None if the second route gave none. `unique` is True where that is
    proved, False if several equilibria were found, None if it is not known.
    """

    game: AllocationGame
    hashing: np.ndarray
    mining: np.ndarray
    cloud: np.ndarray
    converted: np.ndarray
    payoff: np.ndarray
    hash_value: np.ndarray
    gpu_value: np.ndarray
    undisputed: np.ndarray
    regret: float
    agreement: float | None
    unique: bool | None
    starts: int
    rounds: int

    @property
    def hash_rate(self) -> float:
        """EH/s of all owners."""
        return float(self.hashing.sum())

    @property
    def subnet_gpus(self) -> np.ndarray:
        """GPUs [subnet] of all owners."""
        return self.mining.sum(axis=0)

    @property
    def cloud_gpus(self) -> float:
        """GPUs rented out by all owners."""
        return float(self.cloud.sum())

    @property
    def cloud_price_per_hour(self) -> float:
        """USD for one GPU-hour in the cloud."""
        return (self.game.cloud_price - self.game.cloud_slope * self.cloud_gpus) / HOURS

    @property
    def subnet_pay_per_hour(self) -> np.ndarray:
        """USD [subnet] paid for one GPU-hour on average; infinite where a reward hires nobody, 0 without one."""
        return paid_per_hour(self.game.subnet_rewards, self.subnet_gpus)

    @property
    def concentration(self) -> dict[str, float]:
        """Herfindahl-Hirschman index of hashing, of all subnet mining and of the cloud; 0 where nothing is done."""
        parts = {"hashing": self.hashing, "subnets": self.mining.sum(axis=1), "cloud": self.cloud}
        return {name: float(herfindahl(part)) for name, part in parts.items()}

    @property
    def hired_share(self) -> float:
        """Share of all GPUs, those of converted sites included, that subnets hire."""
        there = float((self.game.owners.gpus + self.game.owners.gpus_per_megawatt * self.converted).sum())
        return float(self.mining.sum()) / there if there > 0 else 0.0

    @property
    def sentence(self) -> str:
        """What is certified, in words."""
        only = {
            True: "It is the only equilibrium.",
            False: "Other starts led to other equilibria.",
            None: "Unique: not known.",
        }[self.unique]
        small = self.regret < CENT
        gain = "a cent" if small else f"more than {self.regret:,.2f} USD"
        regret = f"below {CENT:g}" if small else f"{self.regret:,.2f}"
        return f"No owner gains {gain} a day by switching alone (regret {regret} USD a day). {only}"


def paid_per_hour(rewards: np.ndarray, gpus: np.ndarray) -> np.ndarray:
    """USD for one GPU-hour [...] of rewards USD a day that hire so many GPUs; infinite without GPUs, 0 without reward.

    >>> paid_per_hour(np.array([48.0, 48.0, 0.0]), np.array([2.0, 0.0, 0.0])).tolist()
    [1.0, inf, 0.0]
    """
    rewards, gpus = np.broadcast_arrays(rewards, gpus)
    nothing_hired = np.where(rewards > 0, np.inf, 0.0)
    return np.divide(rewards, HOURS * gpus, out=nothing_hired, where=gpus > 0)


def solve_allocation(
    game: AllocationGame, *, starts: int | None = None, seed: int = 0, second_route: bool = True
) -> Allocation:
    """The Nash equilibrium of the game.

    First route: owners reply best in turn, in an order drawn anew each round from `seed`, until nobody moves (in a
    fixed order many small owners would take rounds in proportion to their number). Second route, where nobody is
    averse to risk: complementarity. `starts` random starting points are tried (1, but 20 with risk aversion, where
    uniqueness is not proved). `second_route=False` saves that time where many games are solved in a row; where best
    replies do not settle it is taken all the same.

    >>> owners = Owners(asics=0, hash_cost=0, gpus=[5_000, 10_000, 500_000], gpu_cost=[20, 18, 14])
    >>> game = AllocationGame(owners=owners, subnet_rewards=[1.3e6], cloud_price=60, cloud_slope=2e-5)
    >>> answer = solve_allocation(game)
    >>> answer.mining[:, 0].round().tolist(), answer.unique, answer.regret < 0.01
    ([5000.0, 5409.0, 7932.0], True, True)
    """
    if not isinstance(game, AllocationGame):
        raise InputError(f"the game is a {type(game).__name__}; it must be an AllocationGame")
    risky = game.risky
    starts = (STARTS_WITH_RISK if risky else 1) if starts is None else starts
    for name, given, low, high, what in (
        ("starts", starts, 1, 10_000, "a number of starting points"),
        ("seed", seed, 0, 2**63 - 1, "a whole number"),
    ):
        if not isinstance(given, int | np.integer) or not low <= given <= high:
            raise InputError(f"{name} is {given}; it is {what} and must be whole and lie in [{low}, {high}]")
    disputed, can_act, undisputed = _disputed(game)
    found = [
        _by_best_replies(disputed, can_act, np.random.Generator(np.random.Philox([seed, n])), n) for n in range(starts)
    ]
    acts, rounds = min(found, key=lambda answer: answer[2])[:2]
    differences = [_difference(game, acts, other) for other, _, _ in found]
    second_route = second_route or rounds == MOST_ROUNDS
    second = solve_complementarity(disputed, can_act) if second_route and not risky else None
    if second is not None:
        differences.append(_difference(game, acts, second))
        if replies(disputed, second)[2].max() < replies(disputed, acts)[2].max() - CENT:
            acts = second
    _, values, gains = replies(disputed, acts)
    agreement = max(differences) if second is not None or starts > 1 else None
    several = starts > 1 and max(differences[:starts]) > SAME
    k = game.subnets
    return Allocation(
        game=game,
        hashing=acts[:, 0],
        mining=acts[:, 1 : k + 1],
        cloud=acts[:, k + 1],
        converted=acts[:, k + 2],
        payoff=disputed.payoffs(acts) + _taken(game, undisputed),
        hash_value=values[:, 0],
        gpu_value=values[:, 1],
        undisputed=undisputed,
        regret=float(gains.max()),
        agreement=agreement,
        unique=None if risky and not several else not several and (_proved_unique(game, acts, values) or None),
        starts=starts,
        rounds=rounds,
    )


def warm_up() -> None:
    """Compile now, so that no one waits for it mid-way."""
    one = np.ones(2)
    owners = Owners(asics=one, hash_cost=one, gpus=one, gpu_cost=one, convertible=one)
    game = AllocationGame(owners=owners, hash_reward=1.0, subnet_rewards=np.ones(1), cloud_price=1.0)
    solve_allocation(game, second_route=False)


def _disputed(game: AllocationGame) -> tuple[AllocationGame, np.ndarray, np.ndarray]:
    """The game without contests that fewer than two owners can enter, its acts, and who has the others' rewards."""
    can_act, k = game.can_act, game.subnets
    entrants = can_act[:, : k + 1].sum(axis=0)
    undisputed = np.where(entrants == 1, can_act[:, : k + 1].argmax(axis=0), -1)
    if (entrants == 0).all() or (entrants != 1).all():
        return game, can_act, undisputed
    kept = entrants >= 2
    can_act = can_act.copy()
    can_act[:, : k + 1] &= kept
    rewards = np.append(game.hash_reward, game.subnet_rewards) * kept
    return replace(game, hash_reward=float(rewards[0]), subnet_rewards=rewards[1:]), can_act, undisputed


def _taken(game: AllocationGame, undisputed: np.ndarray) -> np.ndarray:
    """USD a day [owner] from rewards that nobody disputes, as far as they are worth their risk."""
    taken = np.zeros(game.owners.count)
    for contest, owner in enumerate(undisputed):
        if owner >= 0:
            reward = game.hash_reward if contest == 0 else float(game.subnet_rewards[contest - 1])
            swing = 0.0 if contest == 0 else float(game.volatility[contest - 1]) * reward
            taken[owner] += max(0.0, reward - game.owners.risk_aversion[owner] / 2.0 * swing**2)
    return taken


def _arguments(game: AllocationGame) -> tuple[float, np.ndarray, np.ndarray, float, float, np.ndarray]:
    from econ.compute.best_reply import COLUMNS  # here, so that importing the room brings no compiler

    table = np.column_stack([getattr(game.owners, name) for name in COLUMNS])
    risk = game.owners.risk_aversion[:, None] * game.volatility**2 * game.subnet_rewards
    rewards = np.array(game.subnet_rewards)  # a copy: to the compiler what may not be written is of another type
    return game.hash_reward, rewards, risk, game.cloud_price, game.cloud_slope, table


def _by_best_replies(
    game: AllocationGame, can_act: np.ndarray, generator: np.random.Generator, start: int
) -> tuple[np.ndarray, int, float]:
    """Acts, rounds and regret; the first start uses half of everything evenly, the others parts drawn at random."""
    from econ.compute.best_reply import one_round

    owners, k = game.owners, game.subnets
    parts = np.full((owners.count, k + 2), 0.5) if start == 0 else generator.random((owners.count, k + 2))
    acts = np.zeros((owners.count, k + 3))
    acts[:, 0] = owners.asics * parts[:, 0]
    acts[:, 1 : k + 2] = owners.gpus[:, None] * parts[:, 1:] / (k + 1)
    acts = np.where(can_act, acts, 0.0)
    arguments = _arguments(game)
    rounds, step, before, smallest = 0, 1.0, math.inf, math.inf
    for rounds in range(1, MOST_ROUNDS + 1):
        change = one_round(*arguments, generator.permutation(owners.count), step, acts)
        if change <= STILL:
            break
        smallest = min(smallest, change)
        if rounds % WHOLE_STEPS == 0:
            step = step / 2.0 if smallest > before / 2.0 else step
            before = smallest
    return acts, rounds, float(replies(game, acts)[2].max())


def replies(game: AllocationGame, acts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Best replies[owner, subnets + 3] to acts[owner, subnets + 3] of the others, and what follows from them.

    Also the values[owner, 2] of one more EH/s and one more GPU, and each owner's gain[owner] from switching, USD a day.

    >>> owners = Owners(asics=[100, 100], hash_cost=1, gpus=0, gpu_cost=0)
    >>> game = AllocationGame(owners=owners, hash_reward=4)
    >>> best, _, gain = replies(game, np.array([[1.0, 0, 0], [1.0, 0, 0]]))
    >>> best[:, 0].tolist(), gain.tolist()
    ([1.0, 1.0], [0.0, 0.0])
    """
    from econ.compute.best_reply import best_replies

    best, values = np.empty_like(acts), np.empty((len(acts), 2))
    best_replies(*_arguments(game), acts, best, values)
    return best, values, np.maximum(game.payoffs(acts, best) - game.payoffs(acts), 0.0)


def _difference(game: AllocationGame, first: np.ndarray, second: np.ndarray) -> float:
    """The largest difference of an act as a share of its market's total; totals next to nothing count as nothing."""
    owners, k = game.owners, game.subnets
    gpus = (owners.gpus + owners.gpus_per_megawatt * owners.most_converted).sum()
    most = np.concatenate([[owners.asics.sum()], np.full(k + 1, gpus), [owners.most_converted.sum()]])
    totals = np.maximum(np.maximum(first.sum(axis=0), second.sum(axis=0)), NOTHING * most)
    return float((np.abs(first - second) / np.where(totals > 0, totals, 1.0)).max())


def _proved_unique(game: AllocationGame, acts: np.ndarray, values: np.ndarray) -> bool:
    """Whether all acts follow from what is proved unique: efforts in contests, and the cloud's where its price falls.

    Efforts are unique where two owners at least act in a contest. At a posted price the GPUs left over go to the cloud,
    or stay idle, as the price is above or below their cost: at a tie they may do either. Converted power follows from a
    convex cost, from ASICs all in use, from GPUs all in use where the cloud's price falls, or from a further MW being
    worth clearly more, or less, than it costs.
    """
    owners, k = game.owners, game.subnets
    rewards = np.append(game.hash_reward, game.subnet_rewards)
    most = np.sort(acts[:, : k + 1], axis=0)[-2:]
    if ((most[0] <= ALONE * most[-1]) & (rewards > 0) & game.can_act[:, : k + 1].any(axis=0)).any():
        return False
    has_gpus = owners.gpus + owners.gpus_per_megawatt * acts[:, k + 2] > 0
    indifferent = has_gpus & np.isclose(owners.gpu_cost, game.cloud_price, rtol=1e-9, atol=0.0)
    if game.cloud_slope == 0 and indifferent.any():
        return False
    earns, loses = owners.gpus_per_megawatt * values[:, 1], owners.hash_per_megawatt * values[:, 0]
    clear = np.abs(earns - loses - owners.conversion_cost) > 1e-9 * (earns + loses + owners.conversion_cost)
    follows = (owners.conversion_steepness > 0) | (values[:, 0] > 0) | ((game.cloud_slope > 0) & (values[:, 1] > 0))
    return bool((follows | clear)[owners.most_converted > 0].all())
