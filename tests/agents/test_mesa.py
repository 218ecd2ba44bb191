"""A Mesa person is at home: seats in agent sets, data collectors, batch runs."""

import mesa
import pytest

from agents import HonestValidator, Subnet, WeightCopier
from econ.quantity import QuantityError


def test_a_mesa_person_is_at_home():
    subnet = Subnet([HonestValidator(), WeightCopier()], 3, start="honest:2")
    collector = mesa.DataCollector(
        model_reporters={"epoch": "epoch"}, agenttype_reporters={type(subnet.validators[0]): {"dividends": "dividends"}}
    )
    for _ in range(3):
        subnet.step()
        collector.collect(subnet)
    assert collector.get_model_vars_dataframe()["epoch"].tolist() == [1, 2, 3]
    validators = subnet.agents.select(agent_type=type(subnet.validators[0]))
    assert len(validators) == 2
    assert sum(validators.get("dividends")) == pytest.approx(1.0)
    groups = validators.groupby(lambda seat: seat.policy.name)
    assert {name for name, _ in groups} == {"honest", "weight-copier"}
    seat = subnet.validators[0]
    assert all(isinstance(value, float) for value in (seat.stake, seat.dividends, seat.validator_trust))
    assert isinstance(subnet.miners[0].incentive, float)
    wide = Subnet([HonestValidator()], 3, worlds=4, start="uniform")
    with pytest.raises(ValueError, match="read-only"):
        wide.validators[0].stake[:] = 1


def test_agent_sets_group_select_and_sort():
    subnet = Subnet([HonestValidator()] * 4 + [WeightCopier()], miners=8, start="honest:3")
    subnet.agents.shuffle_do("step")  # seats do nothing by themselves
    assert subnet.epoch == 0
    subnet.step()
    of_role = subnet.agents.groupby("role").groups
    assert {role: len(seats) for role, seats in of_role.items()} == {"validators": 5, "miners": 8}
    copiers = subnet.agents.select(lambda seat: seat.policy == WeightCopier())
    assert [seat.uid for seat in copiers] == [4]
    stakes = subnet.agents_by_type[type(subnet.validators[0])].get(["stake", "dividends"])
    assert sum(stake for stake, _ in stakes) == pytest.approx(1.0)
    best = subnet.agents_by_type[type(subnet.miners[0])].sort("incentive", ascending=False)
    assert [seat.incentive for seat in best] == sorted((seat.incentive for seat in subnet.miners), reverse=True)
    assert repr(next(iter(copiers))) == "Validator(seat=4, policy=WeightCopier())"
    with pytest.raises(QuantityError, match="seat 4 of validators cannot be removed; give it another policy"):
        copiers.do("remove")
    assert len(subnet.agents) == 13


class Counted(Subnet):
    """A model as mesa.batch_run makes them: of parameters alone, with a collector of its own."""

    def __init__(self, copiers=1, seed=None, rng=None):
        seats = [HonestValidator()] * (5 - copiers) + [WeightCopier()] * copiers
        super().__init__(seats, 8, start="honest:3", seed=seed or 0)
        self.datacollector = mesa.DataCollector(
            model_reporters={"epoch": "epoch"}, agent_reporters={"dividends": "dividends"}
        )

    def step(self):
        self.datacollector.collect(self)
        super().step()


def test_mesas_batch_run():
    rows = mesa.batch_run(
        Counted,
        parameters={"copiers": [1, 2]},
        iterations=2,
        max_steps=3,
        number_processes=1,
        data_collection_period=1,
        display_progress=False,
    )
    stepped = [row for row in rows if row["Step"]]
    behind = {row["Step"] - row["epoch"] for row in stepped}
    assert behind in ({0}, {1})  # Mesa 3.5 counts the step that begins, 3.3 those that are over
    assert {(row["copiers"], row["iteration"]) for row in stepped} == {(1, 0), (1, 1), (2, 0), (2, 1)}
    paid = [row["dividends"] for row in rows if row["Step"] == 3 and row["RunId"] == 0]
    assert sum(paid) == pytest.approx(1.0)
