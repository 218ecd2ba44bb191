"""What a network remembers of its course, as data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from agents.network.books import OWNER, SPECIAL
from econ.measures import herfindahl
from econ.tokens.issuance import block_emission
from econ.tokens.rao import RAO

if TYPE_CHECKING:
    import pandas as pd

    from agents.network.model import Latest, Network

__all__ = ["Record"]


class Record:
    """Rows kept while a network is stepped; `frame` makes a data frame of one kind of them."""

    def __init__(self) -> None:
        self._kept: dict[str, list[dict[str, Any]]] = {}
        self._last = -1

    def keep(self, network: Network, latest: Latest) -> None:
        """Keep the epoch that a network has just been through, once."""
        if latest.epoch == self._last:
            return
        self._last = latest.epoch
        when = {"epoch": latest.epoch, "day": latest.epoch / network.settings.epochs_a_day}
        rows = {"network": _of_network(network, latest), "subnets": _of_subnets(network, latest)}
        if network.investors:
            rows["investors"] = _of_investors(network)
        for kind, columns in rows.items():
            kept = {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in columns.items()}
            self._kept.setdefault(kind, []).append({**when, **kept})

    def frame(self, kind: str) -> pd.DataFrame:
        """All rows of a kind, in the order of time; `ValueError` for a kind that was not kept."""
        import pandas as pd

        if kind not in self._kept:
            known = ", ".join(sorted(self._kept)) or "nothing so far"
            raise ValueError(f"no {kind!r} is kept; there is {known}")
        rows = self._kept[kind]
        size = max(np.size(value) for value in rows[0].values())
        return pd.DataFrame(
            {
                name: np.concatenate([np.broadcast_to(np.asarray(row[name]), (size,)) for row in rows])
                for name in rows[0]
            }
        )


def _of_network(network: Network, latest: Latest) -> dict[str, Any]:
    economy, price, books = network.economy, network.price, network.books
    income = float((latest.to_miners * price).sum())
    minted = bool(network.tao_share.any())
    return {
        "tao_price": network.tao_price,
        "issuance": int(economy.tao_issuance) / RAO,
        "block_emission": int(block_emission(economy.tao_issuance)) / RAO,
        "price_sum": float(price.sum()),
        "moving_price_sum": float(economy.moving_price.sum()),
        "pool_tao": float(economy.pool.tao.sum()) / RAO,
        "root_tao": int(economy.root_tao) / RAO,
        "free_tao": float(books.free.sum()) / RAO,
        "root_yield": network.root_yield,
        "alpha_yield": float(np.average(network.alpha_yield, weights=price)) if price.any() else 0.0,
        "emission": float(latest.entered.sum()),
        "emission_hhi": float(herfindahl(network.tao_share)) if minted else np.nan,
        "emission_top10": float(np.sort(network.tao_share)[-10:].sum()) if minted else np.nan,
        "price_hhi": float(herfindahl(price)),
        "miner_income": income,
        "miner_income_usd": income * network.tao_price,
        "registrations": int(network.newcomers.count.sum()),
        "registration_tao": float(network.newcomers.paid.sum()) / RAO,
        "registration_price": float(network.newcomers.price.mean()) / RAO,
        "quality": float(np.mean(network.work.log_quality, where=network.work.mines)),
        "validators": int(network.work.validates.sum()),
        "takeovers": books.locks.moved,
        "validator_trust": float(np.mean(network.work.validator_trust, where=network.work.validates)),
    }


def _of_subnets(network: Network, latest: Latest) -> dict[str, Any]:
    economy, price, books = network.economy, network.price, network.books
    return {
        "subnet": np.arange(price.size),
        "price": price,
        "moving_price": np.asarray(economy.moving_price),
        "worth": network.worth,
        "pool_tao": economy.pool.tao / RAO,
        "pool_alpha": economy.pool.alpha / RAO,
        "alpha_out": economy.alpha_out / RAO,
        "staked": books.staked / RAO,
        "tao_share": network.tao_share,
        "emission": latest.entered,
        "alpha_yield": network.alpha_yield,
        "miner_income": latest.to_miners * price,
        "registrations": network.newcomers.count,
        "registration_tao": network.newcomers.paid / RAO,
        "registration_price": network.newcomers.price / RAO,
        "quality": np.mean(network.work.log_quality, axis=1, where=network.work.mines),
        "validators": network.work.validates.sum(axis=1),
        "burned_share": latest.burned_share,
        "owner_tao": books.owners / RAO,
        "owner_alpha": books.held()[:, OWNER] / RAO,
        "owner": np.where(books.locks.by_founder, -1, books.locks.owner - SPECIAL),
        "locked": books.locks.locked.sum(axis=1) / RAO,
        "contest": network.contest,
    }


def _of_investors(network: Network) -> dict[str, Any]:
    first, now = network.first_wealth, network.wealth
    return {
        "investor": np.arange(now.size),
        "role": np.array([seat.role for seat in network.investors]),
        "policy": np.array([seat.policy.name for seat in network.investors]),
        "wealth": now,
        "free": network.books.free / RAO,
        "root": network.books.root.value / RAO,
        "gain": now / np.where(first > 0, first, np.nan) - 1,
    }
