"""`yuma compute` and `yuma claim`: what they print, and that bad input is one line and exit code 2."""

import json

import pytest

from econ.compute import ComputeSettings, solve_allocation
from econ.compute.claim import SOURCES
from econ.compute.statics import hiring_price
from experiments.cli import main
from experiments.markets import market_rows, market_sentences


def run(capsys, *words):
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def loads(text):
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def test_claim_says_every_measure_and_every_source(capsys):
    code, out, _ = run(capsys, "claim")
    assert code == 0
    assert "As unit conversion: 661,000 times." in out
    assert all(f"claim.{name}" in out for name in SOURCES)
    assert "unchecked *" in out
    answer = loads(run(capsys, "claim", "--set", "claim.list_date=2023-11", "--json")[1])
    assert answer["inputs"]["claim.list_flops"] == {
        **answer["inputs"]["claim.list_flops"],
        "value": 7.0,
        "status": "unchecked",
    }
    given = loads(run(capsys, "claim", "--set", "claim.list_flops=7", "--json")[1])
    assert [each["unchecked"] for each in given["measures"]] == [[]] * 5
    nothing = loads(run(capsys, "claim", "--set", "claim.hash_rate=0", "--json")[1])
    assert nothing["flop_per_hash_for_claim"] is None


def test_compute_answers_with_its_certificate(capsys):
    code, out, _ = run(capsys, "compute", "--share", "0.1")
    assert code == 0
    assert "Subnets hire 10% of all GPUs at a TAO price of" in out
    assert "regret" in out
    assert "does not halve with TAO" in out
    answer = loads(run(capsys, "compute", "--share", "0.1", "--json")[1])
    assert answer["unique"] is True
    assert answer["regret"] < 0.01
    assert answer["agreement"] < 1e-6
    found = answer["hiring_prices"][0]
    assert found["low"] < found["price"] < found["high"]
    assert found["price"] == pytest.approx(hiring_price(ComputeSettings(), 0.1))


def test_what_is_not_reached_and_not_known_is_null(capsys):
    words = ["compute", "--set", "compute.alpha_prices=0", "--share", "0.5", "--json"]
    answer = loads(run(capsys, *words)[1])
    assert answer["hiring_prices"] == [{"share": 0.5, "price": None, "low": None, "high": None}]
    assert answer["subnet_gpus"] == [0.0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compute", "--set", "compute.tao_price=-1"], "compute.tao_price is -1.0"),
        (["compute", "--set", "compute.taoprice=1"], "did you mean compute.tao_price"),
        (["compute", "--share", "1"], "--share is 1"),
        (["compute", "--set", "claim.hash_rate=1"], "'claim.hash_rate' is unknown"),
        (["claim", "--set", "claim.list_date=1999-01"], "must be one of 2023-11"),
        (["claim", "--set", "hash_rate=1", "--set", "claim.hash_rate=2"], "names claim.hash_rate twice"),
    ],
)
def test_bad_input_is_one_line(capsys, words, said):
    code, out, err = run(capsys, *words)
    assert code == 2
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


def test_explain_knows_the_keys(capsys):
    assert loads(run(capsys, "explain", "compute.site_capital", "--json")[1])["unit"] == "USD a MW"
    assert "Floating-point operations" in run(capsys, "explain", "flop_per_hash")[1]
    assert loads(run(capsys, "explain", "tao_price", "--json")[1])["key"] == "market.tao_price"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Bitcoin pays 20.3 times as much"),
        ({"tao_price": 1e6}, "times what Bitcoin pays"),
        ({"hash_capacity": 0.0}, "Nobody hashes for Bitcoin."),
        ({"tao_price": 0.0}, "Subnets hire 0 GPUs"),
    ],
)
def test_the_sentences_fit_who_pays_more(changes, said):
    settings = ComputeSettings(**changes)
    sentences = market_sentences(settings, solve_allocation(settings.game(), second_route=False))
    assert said in " ".join(sentences)


@pytest.mark.parametrize(
    "settings",
    [
        ComputeSettings(),
        ComputeSettings(tao_price=0.0),
        ComputeSettings(hash_capacity=0.0),
        ComputeSettings(small_gpus=0.0, provider_gpus=0.0, convertible=0.0),
        ComputeSettings(cloud_price=0.0, bitcoin_subsidy=0.0),
    ],
)
def test_the_markets_rows_are_the_equilibrium(settings):
    answer = solve_allocation(settings.game(), second_route=False)
    bitcoin, subnets, cloud = market_rows(settings, answer)
    assert bitcoin.megawatts == pytest.approx(answer.hash_rate * 25.0)
    assert 0.0 <= subnets.paid <= settings.subnet_reward
    assert cloud.megawatts == pytest.approx(answer.cloud_gpus * 1.2 / 1000)
    assert all(sentence.endswith(".") for sentence in market_sentences(settings, answer))
