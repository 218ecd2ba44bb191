"""Replaying the epochs of a subnet, in the chain's arithmetic or in float: what each of them gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.quantity import QuantityError
from econ.yuma.chain import ChainEpoch, ChainState, SparseMatrix, chain_epoch
from econ.yuma.chain.numbers import U16
from econ.yuma.subnet_state import SubnetEpoch, subnet_epoch
from experiments.errors import BadInput
from experiments.files.npz import shown
from experiments.files.replay import ReplayCase, ReplayEpoch

__all__ = ["ARITHMETICS", "OUTPUTS", "ReplayedEpoch", "replay"]

ARITHMETICS = ("chain", "float")
"""The chain's own integers, or float64."""

OUTPUTS = ("consensus", "incentive", "dividends", "validator_trust")
"""The figures [uid] that both arithmetics give, beside the bonds."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplayedEpoch:
    """One epoch that was run: the state it met and what came out, from one arithmetic or the other."""

    number: int
    state: ChainState
    result: ChainEpoch | SubnetEpoch

    def bond_rows(self) -> dict[int, dict[int, int]]:
        """The bonds as they are stored, {uid: {uid: u16}}, rows without any left out."""
        stored = self.result.bonds if isinstance(self.result, ChainEpoch) else self.result.stored_bonds
        return {uid: dict(row) for uid, row in stored.rows().items()}

    def outputs(self) -> dict[str, Any]:
        """What `yuma epoch --json` prints of the epoch: u16 integers, or fractions in float.

        Bonds are {"uid": [[uid, bond], ...]} as stored, in float divided by 65535.
        """
        exact = isinstance(self.result, ChainEpoch)
        printed: dict[str, Any] = {name: getattr(self.result, name).tolist() for name in OUTPUTS}
        printed["bonds"] = {
            str(uid): [[target, value if exact else value / U16] for target, value in row.items()]
            for uid, row in self.bond_rows().items()
        }
        return printed


def replay(case: ReplayCase, arithmetic: str = "chain") -> Iterator[ReplayedEpoch]:
    """Run the epochs of a case in order; permits and bonds carry over from each to the next.

    Raises `BadInput` where a value cannot be run, such as parameters that float does not know.
    """
    if arithmetic not in ARITHMETICS:
        raise BadInput(f"arithmetic is {shown(repr(arithmetic), 40)}; it must be chain or float")
    subnet = _Subnet(case)
    for number, epoch in enumerate(case.epochs):
        place = f"case {shown(case.id, 60)}, epoch {number}"
        try:
            state = subnet.state_before(epoch)
        except ValueError as error:
            raise BadInput(f"{place}: {shown(error)}") from None
        result: ChainEpoch | SubnetEpoch
        if arithmetic == "chain":
            result = exact = chain_epoch(state, case.hyperparameters)
            subnet.permits, subnet.bonds = exact.permits, exact.bonds
        else:
            try:
                result = fractions = subnet_epoch(state, case.hyperparameters)
            except QuantityError as error:
                raise BadInput(f"{place}: {shown(error)}") from None
            subnet.permits, subnet.bonds = fractions.permits, fractions.stored_bonds
        yield ReplayedEpoch(number=number, state=state, result=result)


class _Subnet:
    """What carries over from epoch to epoch."""

    def __init__(self, case: ReplayCase) -> None:
        self.case = case
        self.permits: Any = case.validator_permit
        self.bonds = SparseMatrix.from_rows(case.bonds, case.neurons)
        self.weights = SparseMatrix.empty(case.neurons)
        self.carried: dict[str, Any] = {"commit_blocks": None}

    def state_before(self, epoch: ReplayEpoch) -> ChainState:
        """The state that an epoch meets, after what the file changes."""
        for name in ("block", "stake", "last_update", "block_at_registration", "commit_blocks"):
            if (given := getattr(epoch, name)) is not None:
                self.carried[name] = given
        self._clear(epoch)
        self._set_weights(epoch)
        if epoch.validator_permit is not None:
            self.permits = epoch.validator_permit
        return ChainState(
            permits=self.permits,
            weights=self.weights,
            bonds=self.bonds,
            owner_uid=self.case.owner_uid,
            last_mechanism_step=epoch.last_mechanism_step_block,
            **self.carried,
        )

    def _clear(self, epoch: ReplayEpoch) -> None:
        """A new neuron at a UID has no weights, bonds or permit; a bonds reset empties a column."""
        if not epoch.clear_uid_rows and not epoch.clear_bond_columns:
            return
        rows, columns = list(epoch.clear_uid_rows), list(epoch.clear_bond_columns)
        stays = np.ones(self.case.neurons, dtype=bool)
        stays[rows] = False
        others = np.ones(self.case.neurons, dtype=bool)
        others[columns] = False
        self.bonds = self.bonds.kept(stays[:, None] & others)
        self.weights = self.weights.kept(stays[:, None])
        self.permits = [permit and bool(stays[uid]) for uid, permit in enumerate(self.permits[: self.case.neurons])]

    def _set_weights(self, epoch: ReplayEpoch) -> None:
        if not epoch.weights and not epoch.weights_uniform:
            return
        values, present = self.weights.values.copy(), self.weights.present.copy()
        for block in epoch.weights_uniform:
            values[list(block.raters)], present[list(block.raters)] = 0, False
        for block in epoch.weights_uniform:
            raters = np.array(block.raters, dtype=np.int64)
            where = (raters, raters) if block.targets is None else np.ix_(raters, np.array(block.targets, np.int64))
            values[where], present[where] = block.value, True
        for uid, row in epoch.weights.items():
            values[uid], present[uid] = 0, False
            entries = [(target, value) for target, value in row if target < self.case.neurons]
            if entries:
                targets, stored = zip(*entries, strict=True)
                values[uid, list(targets)], present[uid, list(targets)] = stored, True
        self.weights = SparseMatrix(values=values, present=present)
