"""Compute market: what moves hash rate, subnets' GPUs and the cloud? Comparative statics, each statement measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from econ.compute import AllocationGame, ComputeSettings, Owners, solve_allocation
from econ.compute.contest import merger_gain, solve_contest
from econ.compute.statics import compare, conversion_thresholds
from econ.compute.steep_contest import solve_steep_contest
from econ.compute.welfare import dissipation, planner
from experiments.measured import line, measured, picked
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

_SOURCE = "comparative statics of the market for machines, section 4 of its specification"
_SWEEPS = {
    "TAO price": ([150.0, 450.0, 1350.0], [50.0 * 2**step for step in range(12)]),
    "halvings": ([0.0, 1.0], [0.0, 1.0, 2.0, 3.0, 4.0]),
    "providers": ([1.0, 4.0], [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0]),
}


def reference(**changes: object) -> AllocationGame:
    """Five owners, of whom one holds 500,000 GPUs; USD, EH/s and GPUs."""
    owners = Owners(
        asics=[150, 120, 200, 0, 0],  # type: ignore[arg-type]
        hash_cost=[28e3, 36e3, 45e3, 0, 0],  # type: ignore[arg-type]
        gpus=[0, 5e3, 10e3, 20e3, 500e3],  # type: ignore[arg-type]
        gpu_cost=[30, 20, 18, 15, 14],  # type: ignore[arg-type]
    )
    game = AllocationGame(
        owners=owners,
        hash_reward=28e6,
        subnet_rewards=[1.3e6],  # type: ignore[arg-type]
        cloud_price=60,
        cloud_slope=2e-5,
    )
    return replace(game, **changes)  # type: ignore[arg-type]


def _posted(price: float, gpus: float = 2e4, reward: float = 1.3e6) -> AllocationGame:
    """Fifty equal owners with plenty of GPUs at a posted price."""
    owners = Owners(asics=0, hash_cost=0, gpus=np.full(50, gpus), gpu_cost=0)  # type: ignore[arg-type]
    return AllocationGame(owners=owners, subnet_rewards=[reward], cloud_price=price)  # type: ignore[arg-type]


# Each statement returns what it measures by name; FIGURES says what is expected of it.


def _halving() -> dict[str, float]:
    capped = compare(reference(), reference(hash_reward=14e6))
    costs = np.array([28e3, 30e3, 31e3, 36e3])
    before, after = (solve_contest(reward, costs) for reward in (27e6, 13.5e6))
    return {
        "hash rate after a halving, without capacities, over before": after.total / before.total,
        "largest move of a share by a halving, without capacities": float(np.abs(after.share - before.share).max()),
        "hash rate before, reference instance": capped.before.hash_rate,
        "hash rate after a halving, reference instance": capped.after.hash_rate,
        "owners who stop hashing at a halving, reference instance": float(len(capped.stopped)),
    }


def _token_price() -> dict[str, float]:
    doubled = compare(reference(), reference(subnet_rewards=[2.6e6]))
    out = {
        "subnet GPUs, reference instance": float(doubled.before.subnet_gpus.sum()),
        "subnet GPUs at twice the reward, reference instance": float(doubled.after.subnet_gpus.sum()),
    }
    for tao in (300.0, 450.0, 600.0):
        answer = solve_allocation(_posted(60.0, gpus=1e4, reward=0.41 * 7200 * tao), second_route=False)
        limit = float(answer.subnet_gpus.sum()) / (1.0 - 1.0 / 50.0)  # 50 equal owners: (n - 1) / n of the limit
        out[f"GPUs hired at {tao:.0f} USD a TAO and 2.50 USD an hour, many small owners"] = limit
    posted = compare(_posted(60.0), _posted(60.0, reward=2.6e6))
    out["subnet GPUs at twice the reward over before, posted price with slack"] = 1.0 + posted.subnet_gpus
    return out


def _conversion() -> dict[str, float]:
    settings = ComputeSettings(convertible=0.02)
    game = settings.game()
    thresholds = conversion_thresholds(game)
    hashing = game.owners.asics > 0
    least, most = thresholds[hashing].min(), thresholds[hashing].max()

    def converted(cost: float) -> float:
        flat = np.zeros(game.owners.count)
        owners = replace(game.owners, conversion_cost=np.full(game.owners.count, cost), conversion_steepness=flat)
        return float(solve_allocation(replace(game, owners=owners), second_route=False).converted.sum())

    halved = conversion_thresholds(replace(settings, bitcoin_subsidy=settings.bitcoin_subsidy / 2).game())
    scarce = replace(settings, energy_spread=1.0, bitcoin_subsidy=settings.bitcoin_subsidy / 2, convertible=0.0).game()
    spread = conversion_thresholds(scarce)[: settings.miners]
    running = solve_allocation(scarce, second_route=False).hash_value[: settings.miners] > 0
    return {
        "MW converted at 1 % above every owner's threshold": converted(1.01 * most),
        "MW converted at 1 % below the lowest threshold": converted(0.99 * least),
        "rise of the threshold by a halving of Bitcoin": float((halved[hashing] - thresholds[hashing]).mean()),
        "spread of thresholds among miners at full capacity, energy 0.025 to 0.075 USD a kWh": float(
            np.ptp(spread[running])
        ),
        "dearest idle site's threshold less that of miners at full capacity": float(spread[-1] - spread[running].min()),
    }


def _new_subnet() -> dict[str, float]:
    two = compare(reference(), reference(subnet_rewards=[1.3e6, 1.3e6]))
    first = float(two.after.subnet_gpus[0] / two.before.subnet_gpus[0] - 1.0)
    slack = compare(_posted(60.0), replace(_posted(60.0), subnet_rewards=np.array([1.3e6, 1.3e6])))
    return {
        "change of the first subnet's GPUs by a second one, reference instance": 100.0 * first,
        "change of all subnets' GPUs by a second one, reference instance": 100.0 * two.subnet_gpus,
        "change of the first subnet's GPUs by a second one, posted price with slack": 100.0
        * float(slack.after.subnet_gpus[0] / slack.before.subnet_gpus[0] - 1.0),
    }


def _demand() -> dict[str, float]:
    more = compare(reference(), reference(cloud_price=72.0))
    return {
        "change of subnet GPUs as the cloud pays 12 USD a day more": 100.0 * more.subnet_gpus,
        "rise of a GPU's value to the large provider": float((more.after.gpu_value - more.before.gpu_value)[-1]),
    }


def _steepness() -> dict[str, float]:
    out = {}
    costs = np.array([1.0, 1.1, 1.2, 1.3, 1.5])
    answers = [solve_steep_contest(1.0, costs, theta).equilibria[0] for theta in (0.5, 0.75, 1.0)]
    steps = np.diff([answer.concentration for answer in answers])
    out["least rise of HHI from theta 0.5 to 0.75 to 1"] = float(steps.min())
    equal = [solve_steep_contest(1.0, np.ones(10), theta).equilibria[0].dissipation for theta in (0.5, 1.0)]
    out["dissipation of ten equals at theta 0.5"], out["dissipation of ten equals at theta 1"] = equal
    return out


def _volatility() -> dict[str, float]:
    owners, aversion, volatility = reference().owners, 1e-6, 0.5
    risky = reference(owners=replace(owners, risk_aversion=np.full(5, aversion)), volatility=volatility)
    answer = solve_allocation(risky, starts=3)
    calm = solve_allocation(reference())
    # the same acts are the equilibrium of owners who pay the tax r sigma^2 V s on the marginal reward
    reward, total = 1.3e6, float(answer.subnet_gpus[0])
    mine = answer.mining[:, 0]
    acting = mine > 0
    marginal = reward * (total - mine) / total**2
    tax = aversion * volatility**2 * reward * mine / total
    gap = marginal * (1.0 - tax) - (answer.gpu_value + owners.gpu_cost)
    return {
        "change of subnet GPUs as owners mind a volatility of 0.5": 100.0 * (total / float(calm.subnet_gpus[0]) - 1.0),
        "largest gap to the condition with the tax": float(np.abs(gap[acting]).max()),
    }


def _energy() -> dict[str, float]:
    costs = np.array([28e3, 31e3, 33e3, 36e3, 60e3])
    base, scaled = solve_contest(27e6, costs), solve_contest(27e6, 1.5 * costs)
    active = costs[base.share > 0]
    m, variation = active.size, active.std() / active.mean()
    wider = solve_contest(27e6, active.mean() + 1.3 * (active - active.mean()))
    return {
        "HHI less 1/m + (m - 1)^2 CV^2 / m": base.concentration - (1.0 / m + (m - 1) ** 2 * variation**2 / m),
        "largest move of a share as all costs rise by half": float(np.abs(scaled.share - base.share).max()),
        "hash rate as all costs rise by half, over before": scaled.total / base.total,
        "rise of HHI as costs spread by 30 %": wider.concentration - base.concentration,
    }


def _merger() -> dict[str, float]:
    gains = {n: merger_gain(1.0, np.ones(n), 0, 1) for n in (3, 4)}
    return {f"gain of two of {n} equals from merging": gain for n, gain in gains.items()}


def _welfare() -> dict[str, float]:
    contest = solve_contest(27e6, np.array([28e3, 31e3, 33e3, 36e3]))
    answer = solve_allocation(ComputeSettings().game())
    plan = planner(answer, security=500.0, security_value=27e6)
    accounts = dissipation(answer)
    return {
        "dissipation and HHI together, without capacities": contest.dissipation + contest.concentration,
        "what a planner gains on the equilibrium": plan.gap,
        "hash rate of the planner whose security is 500 EH/s": float(plan.acts[:, 0].sum()),
        "part of Bitcoin's reward spent on winning it": 100.0 * accounts[0].spent,
        "part of the subnets' reward spent on winning it": 100.0 * accounts[1].spent,
    }


STATEMENTS: Mapping[str, Callable[[], dict[str, float]]] = {
    "halving": _halving,
    "token price": _token_price,
    "conversion": _conversion,
    "new subnet": _new_subnet,
    "demand": _demand,
    "steepness": _steepness,
    "volatility": _volatility,
    "energy price": _energy,
    "merger": _merger,
    "welfare": _welfare,
}

FIGURES: Mapping[str, tuple[str, float, float]] = {
    "hash rate after a halving, without capacities, over before": ("1", 0.5, 1e-12),
    "largest move of a share by a halving, without capacities": ("1", 0.0, 1e-12),
    "hash rate before, reference instance": ("EH/s", 409.878, 5e-4),
    "hash rate after a halving, reference instance": ("EH/s", 256.88, 5e-3),
    "owners who stop hashing at a halving, reference instance": ("owners", 0.0, 0.0),
    "subnet GPUs, reference instance": ("GPUs", 20_682.17, 0.01),
    "subnet GPUs at twice the reward, reference instance": ("GPUs", 39_400.0, 5.0),
    "GPUs hired at 300 USD a TAO and 2.50 USD an hour, many small owners": ("GPUs", 14_760.0, 0.1),
    "GPUs hired at 450 USD a TAO and 2.50 USD an hour, many small owners": ("GPUs", 22_140.0, 0.1),
    "GPUs hired at 600 USD a TAO and 2.50 USD an hour, many small owners": ("GPUs", 29_520.0, 0.1),
    "subnet GPUs at twice the reward over before, posted price with slack": ("1", 2.0, 1e-9),
    "MW converted at 1 % above every owner's threshold": ("MW", 0.0, 1e-6),
    "change of the first subnet's GPUs by a second one, reference instance": ("%", -4.7, 0.05),
    "spread of thresholds among miners at full capacity, energy 0.025 to 0.075 USD a kWh": (
        "USD a day for one MW",
        0.0,
        1e-6,
    ),
    "change of the first subnet's GPUs by a second one, posted price with slack": ("%", 0.0, 1e-6),
    "dissipation of ten equals at theta 0.5": ("1", 0.45, 1e-9),
    "dissipation of ten equals at theta 1": ("1", 0.9, 1e-9),
    "largest gap to the condition with the tax": ("USD a GPU a day", 0.0, 1e-4),
    "HHI less 1/m + (m - 1)^2 CV^2 / m": ("1", 0.0, 1e-12),
    "largest move of a share as all costs rise by half": ("1", 0.0, 1e-12),
    "hash rate as all costs rise by half, over before": ("1", 1.0 / 1.5, 1e-12),
    "dissipation and HHI together, without capacities": ("1", 1.0, 1e-12),
    "hash rate of the planner whose security is 500 EH/s": ("EH/s", 500.0, 0.01),
}
"""Unit, value and tolerance of what the specification states as a number."""

SIGNS: Mapping[str, tuple[str, int]] = {
    "MW converted at 1 % below the lowest threshold": ("MW", 1),
    "rise of the threshold by a halving of Bitcoin": ("USD a day for one MW", 1),
    "change of all subnets' GPUs by a second one, reference instance": ("%", 1),
    "change of subnet GPUs as the cloud pays 12 USD a day more": ("%", -1),
    "rise of a GPU's value to the large provider": ("USD a day", 1),
    "least rise of HHI from theta 0.5 to 0.75 to 1": ("1", 1),
    "change of subnet GPUs as owners mind a volatility of 0.5": ("%", -1),
    "rise of HHI as costs spread by 30 %": ("1", 1),
    "gain of two of 3 equals from merging": ("of the reward", 1),
    "gain of two of 4 equals from merging": ("of the reward", -1),
    "what a planner gains on the equilibrium": ("USD a day", 1),
}
"""Unit and sign of what it states as a direction."""

NOTES: Mapping[str, str] = {
    "dearest idle site's threshold less that of miners at full capacity": "the specification expects sites with dear "
    "energy to convert first; a MW draws the same power either way, so energy cancels, and where ASICs stand idle dear "
    "sites convert last",
}

PLAIN: Mapping[str, str] = {
    "dearest idle site's threshold less that of miners at full capacity": "USD a day for one MW",
    "part of Bitcoin's reward spent on winning it": "%",
    "part of the subnets' reward spent on winning it": "%",
}


def design(size: str) -> pd.DataFrame:
    """One statement a row, then the points of the sweeps; the small size comes first in the full one."""
    import pandas as pd

    few = [(name, 0.0) for name in STATEMENTS] + [(name, x) for name, (xs, _) in _SWEEPS.items() for x in xs]
    many = [(name, x) for name, (_, xs) in _SWEEPS.items() for x in xs]
    rows = few if size == "small" else few + many
    return pd.DataFrame(rows, columns=["statement", "x"]).drop_duplicates(ignore_index=True)


def task(row: Task) -> pd.DataFrame:
    """What a statement measures, or a point of a sweep over the default market."""
    statement, x = str(row["statement"]), float(row["x"])
    if statement in STATEMENTS:
        return measured(STATEMENTS[statement]())
    settings = ComputeSettings()
    if statement == "TAO price":
        settings = replace(settings, tao_price=x)
    elif statement == "halvings":
        settings = replace(settings, bitcoin_subsidy=settings.bitcoin_subsidy / 2.0**x)
    else:
        settings = replace(settings, providers=int(x))
    answer = solve_allocation(settings.game())
    plan = planner(answer, security=500.0, security_value=27e6)
    return measured(
        {
            "hash rate": answer.hash_rate,
            "subnets' share of all GPUs": 100.0 * answer.hired_share,
            "converted": float(answer.converted.sum()),
            "gap to the planner": plan.gap / 1e6,
            "cloud price": answer.cloud_price_per_hour,
            "regret": answer.regret,
        }
    )


def findings(results: pd.DataFrame) -> list[Finding]:
    """Every statement beside what the specification says."""
    found = []
    for name, rows in results[results["statement"].isin(list(STATEMENTS))].groupby("quantity", sort=False):
        value = float(rows["value"].iloc[0])
        if name in FIGURES:
            unit, published, tolerance = FIGURES[name]
            expected = {"published": published, "tolerance": tolerance, "source": _SOURCE}
            found.append(Finding(name=name, unit=unit, measured=value, **expected))
        elif name in SIGNS:
            unit, sign = SIGNS[name]
            said = f"{name}: {'above' if sign > 0 else 'below'} 0"
            found.append(
                Finding(
                    name=said,
                    unit="1",
                    measured=bool(value * sign > 0),
                    published=1.0,
                    source=_SOURCE,
                    note=f"{value:.4g} {unit}",
                )
            )
        else:
            found.append(Finding(name=name, unit=PLAIN[name], measured=value, note=NOTES.get(name, "")))
    return found


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """The sweeps: hired share over the TAO price, hash rate over halvings, the planner's gap over providers."""
    from charts.lines import line_chart

    wanted = {
        "hired-share": ("TAO price", "subnets' share of all GPUs", "TAO price (USD)", "subnets' share of all GPUs (%)"),
        "hash-rate": ("halvings", "hash rate", "halvings from 3.125 bitcoin a block on", "hash rate (EH/s)"),
        "planner-gap": ("providers", "gap to the planner", "large providers", "gap to the planner (million USD a day)"),
    }
    charts = {}
    for name, (sweep, quantity, x, y) in wanted.items():
        rows = picked(results, quantity, statement=sweep).sort_values("x").assign(series="equilibrium")
        subtitle = ["The default market; fleets and costs are assumptions."]
        charts[name] = line_chart(line(rows, "x", "series"), title=y, subtitle=subtitle, x=x, y=y)
    return charts


def sentence(results: pd.DataFrame) -> str:
    """How many statements hold, and the figures people ask for."""
    found = findings(results)
    asked = [each for each in found if each.agrees is not None]
    held = sum(bool(each.agrees) for each in asked)
    values = {each.name: each.measured for each in found}
    fall = 100.0 * (
        1.0 - values["hash rate after a halving, reference instance"] / values["hash rate before, reference instance"]  # type: ignore[operator]
    )
    times = (
        values["subnet GPUs at twice the reward, reference instance"] / values["subnet GPUs, reference instance"]  # type: ignore[operator]
    )
    return (
        f"{held} of {len(asked)} statements hold: in the reference instance a halving takes {fall:.0f} % of the hash "
        f"rate and twice the token price hires {times:.2f} times the GPUs, since the cloud gives way."
    )


def uses(row: Task) -> Iterable[object]:
    """The solvers."""
    return [solve_allocation, solve_contest, solve_steep_contest, planner, conversion_thresholds, ComputeSettings]


STUDY = Study.of(
    globals(),
    name="compute-market",
    question="What moves hash rate, the subnets' GPUs and the cloud: halvings, prices, energy, new subnets, risk?",
    expected="every statement of the specification's comparative statics holds; but energy cancels where sites "
    "convert, so those where it is dear are not first",
    source=_SOURCE,
)
