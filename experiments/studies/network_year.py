"""A year of the network: who gets TAO under each rule, what delegators earn, and how far an owner's pump carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from agents.network import DELEGATORS, TRADERS, MarketOwner, Network, NetworkSettings, PlainOwner, Pumper, Raider
from charts.lines import LinePoint, line_chart
from econ.measures import rank_correlation
from econ.tokens.averages import moving_price
from econ.tokens.pool import SwapRule
from econ.tokens.rao import RAO, U16
from experiments.measured import finding, line, over_worlds
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

RULES = ("price", "flow", "net-flow", "root")
CAPITAL = (0.1, 0.5)
"""What an owner brings for its pump, times the TAO in its subnet's pool."""

_SOURCE = "specification of the tokens (tokenomics.md), section"
_YEAR = 100 * 365.25

HHI, TOP10, FOLLOWS = "Herfindahl index of TAO", "TAO to the ten largest", "rank correlation of TAO and worth"
MINTED = "TAO that reaches pools"
INCOME, AUDIT = "miners' income over 7200 x 0.41 x sum of prices", "largest difference in the books"
LEFT, TAKEN = "price rise that is left when sold", "price rise that the moving price took over"
DRAWN, GAIN = "TAO that the pump drew", "owner's gain from the pump"
SQUARE, AVERAGE = "price after the buy over the square law", "moving price's rise over its formula on these prices"
RAIDED, LOCKING = "days until the raider owns the subnet", "raider's gain from locking"
KEEPERS = {"an owner that locks nothing": 0.0, "an owner that locks all of its alpha": 1.0}
"""Whom a raider meets, and what part of its alpha that owner locks."""

BOUNDS = {HHI: (0.0, 1.0), TOP10: (0.0, 100.0), FOLLOWS: (-1.0, 1.0)}
"""What some quantities lie within by their nature."""

STILL = ("pace", "miners_sold", "validators_sold", "worth_volatility")
"""What is set to 0 where nobody trades."""

BEGIN = {"small": 2.0, "full": 10.0}
"""The day on which pumps begin."""


def design(size: str) -> pd.DataFrame:
    """World after world: whole networks by rule; pumps by rule, capital and whether others trade; raids by owner."""
    import pandas as pd

    days, hold, worlds = (5, 3, 2) if size == "small" else (365, 90, 4)
    end, others = BEGIN[size] + hold, () if size == "small" else RULES[1:]
    rows = []
    for world in range(worlds):
        rows += [("year", rule, 0.0, "all trade", days, world) for rule in RULES]
        rows.append(("pump", "price", CAPITAL[1], "nobody trades", end, world))
        rows += [("pump", RULES[0], part, "all trade", end, world) for part in CAPITAL]
        rows += [("pump", rule, CAPITAL[1], "all trade", end, world) for rule in others]
        rows += [("raid", "price", 0.0, keeper, 4 if size == "small" else 150, world) for keeper in KEEPERS]
    columns = ["kind", "rule", "capital", "others", "days", "world"]
    return pd.DataFrame(rows, columns=columns).assign(size=size)


def _settings(row: Task) -> NetworkSettings:
    """Small networks in the small size, 128 subnets for a year, 16 for a pump."""
    settings = NetworkSettings().changed({"chain.share_rule": row["rule"], "start.subnets": 16})
    if row["size"] == "small":
        return settings.changed({"start.subnets": 6, "uids.validators": 5, "uids.miners": 20})
    if row["kind"] == "year":
        return settings.changed({"start.subnets": 128})
    return settings


def task(row: Task) -> pd.DataFrame:
    """Rows (quantity, day, value)."""
    return {"year": _year, "pump": _pump, "raid": _raid}[str(row["kind"])](row)


def _year(row: Task) -> pd.DataFrame:
    record, end = 20 if row["size"] == "small" else 100, float(row["days"])
    network = Network(_settings(row), world=int(row["world"]), record=record)
    network.run(round(end * network.settings.epochs_a_day) + 1)
    frame, players, subnets = (network.frame(kind) for kind in ("network", "investors", "subnets"))
    last = subnets[subnets["epoch"] == subnets["epoch"].max()]
    follows = rank_correlation(last["worth"].to_numpy(), last["tao_share"].to_numpy())
    income = 7200 * (1 - 11796 / 65535) / 2 * float(last["price"].sum())
    rows = [
        (FOLLOWS, end, float(follows)),
        (INCOME, end, float(last["miner_income"].sum()) / income),
        (AUDIT, end, _audit(network)),
    ]
    for name, column, scale in (
        (MINTED, "emission", 1.0),
        (HHI, "emission_hhi", 1.0),
        (TOP10, "emission_top10", 100.0),
        ("sum of prices", "price_sum", 1.0),
        ("alpha yield", "alpha_yield", _YEAR),
        ("root yield", "root_yield", _YEAR),
        ("miners' income", "miner_income", 1.0),
    ):
        rows += [(name, day, scale * value) for day, value in zip(frame["day"], frame[column], strict=True)]
    for (policy, day), group in players.groupby(["policy", "day"], sort=False):
        rows.append((f"gain of {policy}", day, 100 * float(group["gain"].mean())))
    return _frame(rows)


def _pump(row: Task) -> pd.DataFrame:
    """The subnet whose price is in the middle, with and without its owner's pump, in the same luck."""
    settings, quiet = _settings(row), row["others"] == "nobody trades"
    begin, end = BEGIN[str(row["size"])], float(row["days"])
    if quiet:
        settings = settings.changed({f"flows.{name}": 0.0 for name in STILL})
    plain: MarketOwner = PlainOwner(share=0.0)

    def begun(owners: MarketOwner | list[MarketOwner]) -> Network:
        traders = () if quiet else TRADERS
        return Network(settings, owners=owners, traders=traders, world=int(row["world"]), record=1)

    calm = begun(plain)
    subnet = int(np.argsort(calm.price)[calm.price.size // 2])
    capital = float(row["capital"]) * float(calm.economy.pool.tao[subnet]) / RAO
    owners = [plain] * calm.price.size
    owners[subnet] = Pumper(capital=capital, start=begin, hold=end - begin, share=0.0)
    pumped = begun(owners)
    epochs = round((end + 1) * settings.epochs_a_day) + 1
    frames = [each.run(epochs).frame("subnets") for each in (calm, pumped)]
    one, two = (frame[frame["subnet"] == subnet].reset_index(drop=True) for frame in frames)
    rows = []
    for name, column in (("price", "price"), ("moving price", "moving_price"), ("TAO share", "tao_share")):
        ratio = two[column] / one[column]
        shown = ((day, value) for day, value in zip(one["day"][::10], ratio[::10], strict=True) if np.isfinite(value))
        rows += [(f"{name}, pumped over plain", day, value) for day, value in shown]
    held = np.flatnonzero((one["day"] >= begin) & (one["day"] < end))
    more = {name: two[name] - one[name] for name in ("price", "moving_price", "emission", "owner_tao")}
    rise = float(more["price"][held[0]])
    value = [float((each["owner_alpha"] * each["price"]).iloc[-1]) for each in (one, two)]
    gain = float(more["owner_tao"].iloc[-1]) + value[1] - value[0] - capital
    before = float(one["pool_tao"][held[0]])
    law = (1 + capital * (1 - SwapRule().fee / U16) / before) ** 2
    last = int(held[-1])
    formula = _averaged(two, last, settings) - _averaged(one, last, settings)
    rows += [
        (SQUARE, begin, float(two["price"][held[0]] / one["price"][held[0]]) / law),
        (AVERAGE, end, float(more["moving_price"][last]) / formula),
        (LEFT, end, 100 * float(more["price"][last]) / rise),
        (TAKEN, end, 100 * float(more["moving_price"][last]) / rise),
        (DRAWN, end, 100 * float(more["emission"][held].mean()) * (end - begin) / capital),
        (GAIN, end, 100 * gain / capital),
        (AUDIT, end, _audit(pumped)),
    ]
    return _frame(rows)


def _raid(row: Task) -> pd.DataFrame:
    """A delegator with a tenth of its wealth in the subnet whose price is in the middle, locked and not locked."""
    settings, end, world = _settings(row), float(row["days"]), int(row["world"])
    prices = Network(settings, world=world).price
    subnet = int(np.argsort(prices)[prices.size // 2])
    owners: list[MarketOwner] = [PlainOwner(share=0.0)] * prices.size
    owners[subnet] = PlainOwner(share=0.0, locked=KEEPERS[str(row["others"])])
    wealth, audit, day = [], 0.0, float("nan")
    for locks in (False, True):
        raider = Raider(subnet=subnet, share=0.1, locks=locks)
        network = Network(settings, delegators=[*DELEGATORS, raider], owners=owners, world=world, record=20)
        network.run(round(end * settings.epochs_a_day) + 1)
        wealth.append(float(network.wealth[len(DELEGATORS)]))
        frame = network.frame("subnets")
        owned = frame[(frame["subnet"] == subnet) & (frame["owner"] == len(DELEGATORS))]["day"]
        day, audit = float(owned.min()), max(audit, _audit(network))
    return _frame([(RAIDED, end, day), (LOCKING, end, 100 * (wealth[1] / wealth[0] - 1)), (AUDIT, end, audit)])


def _averaged(frame: pd.DataFrame, last: int, settings: NetworkSettings) -> float:
    """The moving price of a subnet by its formula, from every epoch's price as it was left, up to a row."""
    average, tempo, age = float(frame["moving_price"][0]), settings.chain.tempo, round(7200 * settings.start.age)
    for row in range(1, last + 1):
        average = float(moving_price(average, frame["price"][row - 1], age + tempo * row, blocks=tempo))
    return average


def _audit(network: Network) -> float:
    return float(max(abs(value) for value in network.audit().values()))


def _frame(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=["quantity", "day", "value"]).astype({"day": float, "value": float})


def _last(results: pd.DataFrame, quantity: str, **where: object) -> pd.DataFrame:
    """Over worlds, on the last day of the runs in question."""
    chosen = results[(results["quantity"] == quantity)]
    for key, value in where.items():
        chosen = chosen[chosen[key] == value]
    return over_worlds(chosen[chosen["day"] == chosen["day"].max()], quantity, bounds=BOUNDS.get(quantity))


def _less_price(results: pd.DataFrame, rule: str) -> pd.DataFrame:
    """How much more concentrated TAO is in the end under a rule than under that of prices, world by world."""
    rows = results[(results["quantity"] == HHI) & (results["kind"] == "year")]
    rows = rows[rows["day"] == rows["day"].max()]
    one, other = (rows[rows["rule"] == name].set_index("world")["value"] for name in ("price", rule))
    apart = (other - one).dropna()
    return over_worlds(apart.reset_index().assign(quantity=HHI), HHI)


def findings(results: pd.DataFrame) -> list[Finding]:
    """Concentration by rule, what is earned, what a pump does; what the specification derives beside it."""
    found = []
    for rule in RULES:
        for quantity, unit in ((MINTED, "TAO a day"), (HHI, "of 1"), (TOP10, "%"), (FOLLOWS, "of 1")):
            rows = _last(results, quantity, kind="year", rule=rule)
            found.append(finding(f"{quantity} at the end, rule {rule}", unit, rows))
    for rule in RULES[1:]:
        found.append(
            finding(f"{HHI}, rule {rule} less rule price in the same luck", "of 1", _less_price(results, rule))
        )
    here = {"kind": "year", "rule": "price"}
    derived = {"published": 1.0, "tolerance": 0.01, "source": f"{_SOURCE} 3, yields"}
    found.append(finding(INCOME, "times", _last(results, INCOME, **here), **derived))
    for name, unit in (("alpha yield", "% a year"), ("root yield", "% a year"), ("sum of prices", "TAO")):
        found.append(finding(f"{name} at the end, rule price", unit, _last(results, name, **here)))
    for quantity in results[results["kind"] == "year"]["quantity"].unique():
        if quantity.startswith("gain of "):
            found.append(finding(f"{quantity} by the end, rule price", "% in TAO", _last(results, quantity, **here)))
    found += _pump_findings(results)
    for keeper in KEEPERS:
        for quantity, unit in ((RAIDED, "days"), (LOCKING, "% of wealth")):
            rows = _last(results, quantity, kind="raid", others=keeper)
            found.append(finding(f"{quantity}, against {keeper}", unit, rows))
    audits = results[results["quantity"] == AUDIT]["value"]
    return [*found, Finding(name=AUDIT, unit="rao", measured=float(audits.max()), published=0.0, source="the books")]


def _pump_findings(results: pd.DataFrame) -> list[Finding]:
    quiet, found = {"kind": "pump", "others": "nobody trades"}, []
    for quantity, tolerance, source in (
        (SQUARE, 0.01, f"{_SOURCE} 4: square law at equal weights"),
        (AVERAGE, 0.01, f"{_SOURCE} 2: gain 3e-6 b / (b + 201,600) a block"),
    ):
        derived = {"published": 1.0, "tolerance": tolerance, "source": source}
        found.append(finding(f"{quantity}, nobody else trading", "times", _last(results, quantity, **quiet), **derived))
    for quantity, unit in ((LEFT, "%"), (TAKEN, "%"), (DRAWN, "% of capital"), (GAIN, "% of capital")):
        found.append(finding(f"{quantity}, nobody else trading", unit, _last(results, quantity, **quiet)))
    for rule in RULES:
        for part in CAPITAL:
            for quantity, unit in ((LEFT, "%"), (DRAWN, "% of capital"), (GAIN, "% of capital")):
                name = f"{quantity}, capital {part:g} of the pool, rule {rule}"
                rows = _last(results, quantity, kind="pump", others="all trade", rule=rule, capital=part)
                found += [finding(name, unit, rows)] if len(rows) else []
    return found


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """Concentration over the year by rule, gains by policy, and the pumped subnet beside itself."""
    year, pump = results[results["kind"] == "year"], results[results["kind"] == "pump"]
    said = ["Means over worlds with 95 % intervals."]
    charts = {}
    for key, quantity, unit in (("concentration", HHI, "of 1"), ("price-sum", "sum of prices", "TAO")):
        rows = _thinned(over_worlds(year, quantity, ["rule", "day"], bounds=BOUNDS.get(quantity)))
        charts[key] = line_chart(line(rows, "day", "rule"), title=f"{quantity} by rule", subtitle=said, x="day", y=unit)
    points: list[LinePoint] = []
    for quantity in dict.fromkeys(f"gain of {policy.name}" for policy in DELEGATORS):
        rows = _thinned(over_worlds(year[year["rule"] == "price"], quantity, ["day"]))
        points += line(rows.assign(policy=quantity.removeprefix("gain of ")), "day", "policy")
    title = "What delegators gain under the rule of prices"
    charts["gains"] = line_chart(points, title=title, subtitle=said, x="day", y="% in TAO", level=0.0)
    trading = pump[(pump["others"] == "all trade") & (pump["rule"] == "price") & (pump["capital"] == CAPITAL[1])]
    points = []
    for quantity in ("price", "moving price", "TAO share"):
        rows = _thinned(over_worlds(trading, f"{quantity}, pumped over plain", ["day"]))
        points += line(rows.assign(what=quantity), "day", "what")
    title = f"An owner buys for {CAPITAL[1]:g} of its pool's TAO and sells later"
    said = ["Beside the same subnet without it, same luck.", *said]
    charts["pump"] = line_chart(points, title=title, subtitle=said, x="day", y="times", level=1.0)
    return charts


def _thinned(rows: pd.DataFrame, most: int = 40) -> pd.DataFrame:
    """At most so many days of rows by day, the first and the last among them."""
    days = np.sort(rows["day"].unique())
    kept = days[np.unique(np.linspace(0, len(days) - 1, most).round().astype(int))] if len(days) > most else days
    return rows[rows["day"].isin(kept)]


def sentence(results: pd.DataFrame) -> str:
    """Which rules concentrate more than that of prices, which mint nothing in the end, and what the pump brings."""
    ends = {rule: _last(results, HHI, kind="year", rule=rule).iloc[0]["value"] for rule in RULES}
    said = [f"{ends[RULES[0]]:.3f} under the rule of prices"]
    for rule in RULES[1:]:
        if not np.isfinite(ends[rule]):
            said.append(f"under {rule} nothing is minted any more")
            continue
        apart = _less_price(results, rule).iloc[0]
        word = "more" if apart["low"] > 0 else "less" if apart["high"] < 0 else "no more and no less beyond luck"
        said.append(
            f"{ends[rule]:.3f} under {rule}, {word} [{apart['low']:+.3f}, {apart['high']:+.3f} in the same luck]"
        )
    days = int(results[results["kind"] == "year"]["days"].max())
    gain = _last(results, GAIN, kind="pump", others="all trade", rule="price", capital=CAPITAL[1]).iloc[0]
    outcome = "gains" if gain["low"] > 0 else "loses" if gain["high"] < 0 else "gains or loses"
    return (
        f"After {days} days the {HHI} is {'; '.join(said)}. An owner that pumps its subnet with {CAPITAL[1]:g} of the "
        f"pool's TAO under the rule of prices {outcome}: {gain['value']:.1f} % of its capital [{gain['low']:.1f}, "
        f"{gain['high']:.1f}]."
    )


def uses(row: Task) -> Iterable[object]:
    """The model."""
    return (Network, NetworkSettings, Pumper, PlainOwner, Raider)


STUDY = Study.of(
    globals(),
    name="network-year",
    question="Which rule concentrates TAO in a year of 128 subnets, what do delegators earn, how far does an owner's "
    "pump carry, and what does it pay to take a subnet by locking its alpha?",
    expected="miners' income is 7200 x 0.41 x sum of prices; prices follow the square law of a buy and moving prices "
    "their formula; a pump comes back less its fees, so that holding it costs time and what others sell into it; which "
    "rule concentrates most is not known",
    source=f"{_SOURCE}s 2 to 4",
)
