"""`yuma metagraph` and `yuma example` through their own parsers, and the real subnet."""

import argparse
import dataclasses
import json
import os
from pathlib import Path

import numpy as np
import pytest

from experiments.commands import example, metagraph
from experiments.errors import BadInput
from experiments.files.metagraph import synthetic_metagraph, write_metagraph

SHARED = Path(os.environ.get("YUMA_SHARED", Path(__file__).resolve().parents[3] / "shared"))
REAL = SHARED / "metagraphs" / "subnet-15-block-4769998.npz"


def call(command, *words):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def file(tmp_path):
    call(example, tmp_path / "example.npz")
    return tmp_path / "example.npz"


@pytest.fixture
def real():
    if not REAL.exists():
        pytest.skip(f"the real subnet is not here: {REAL.name} (set YUMA_SHARED to its folder's parent)")
    return REAL


def test_the_real_subnet(real):
    report = call(metagraph, real)
    assert report.exit_code == 0
    answer = report.json
    assert (answer["netuid"], answer["block"], answer["chain"]) == (15, 4769998, None)
    validators = answer["validators"]
    assert len(validators) == 11
    assert sum(v["stake_share"] for v in validators) == pytest.approx(1)
    assert sum(v["dividends"] for v in validators) == pytest.approx(1)
    agreeing = [v for v in validators if f"{v['validator_trust']:.3f}" == "1.000"]
    assert [v["uid"] for v in agreeing] == [21, 52, 94, 245]
    assert np.mean([v["dividends_per_stake"] for v in agreeing]) == pytest.approx(1.047, abs=0.001)
    assert all(1.044 < v["dividends_per_stake"] < 1.0475 for v in agreeing)
    assert min(validators, key=lambda v: v["validator_trust"])["uid"] == 206
    assert len(answer["incentive"]) == 256
    assert sum(answer["incentive"]) == pytest.approx(1)
    assert answer["measures"]["incentive_earners"] == sum(value > 0 for value in answer["incentive"]) == 30
    assert answer["measures"]["nakamoto_coefficient"] == 3
    lines = report.text.splitlines()
    assert lines[0] == "Self-weights are masked; without earlier bonds the figures differ from the chain's own."
    assert "256 UIDs, 20 with weights on others, 11 admitted" in lines[1]
    assert sum("agrees with consensus" in line for line in lines) == 4
    assert "cop" not in report.text.lower()


def test_rules_and_min_stake_change_the_answer(real):
    usual = call(metagraph, real).json
    assert call(metagraph, real, "--set", "rules.kappa=0.5", "--min-stake", "1e3").json == usual
    assert call(metagraph, real, "--set", "rules.kappa=0.9").json["validators"] != usual["validators"]
    assert call(metagraph, real, "--set", "rules.version=2").json["incentive"] == usual["incentive"]
    assert len(call(metagraph, real, "--min-stake", "200000").json["validators"]) == 8


def test_json_is_plain_and_finite(file):
    text = json.dumps(call(metagraph, file).json, allow_nan=False)
    assert set(json.loads(text)) == {"netuid", "block", "validators", "incentive", "measures", "chain"}


def test_example_says_what_it_wrote(file, tmp_path):
    report = call(example, tmp_path / "other.npz", "--seed", "0")
    assert f"yuma metagraph {tmp_path / 'other.npz'}" in report.text
    assert report.json["uids"] == 64
    assert (tmp_path / "other.npz").read_bytes() == file.read_bytes()


def test_example_keeps_what_exists(file):
    before = file.read_bytes()
    with pytest.raises(BadInput, match="exists and is kept"):
        call(example, file, "--seed", "1")
    assert file.read_bytes() == before
    call(example, file, "--seed", "1", "--force")
    assert file.read_bytes() != before


@pytest.mark.parametrize("seed", ["x", "1.5", "-1", "9" * 20, "²", ""])
def test_example_seed(tmp_path, seed):
    with pytest.raises(BadInput, match=r"seed is .*must be a whole number from 0"):
        call(example, tmp_path / "x.npz", f"--seed={seed}")
    assert not os.listdir(tmp_path)


def test_example_in_no_folder(tmp_path):
    with pytest.raises(BadInput, match="cannot be written"):
        call(example, tmp_path / "none" / "x.npz")


def test_chain_figures_are_compared(tmp_path):
    plain = synthetic_metagraph(0)
    trust = np.zeros(64)
    trust[:8] = 65535
    write_metagraph(tmp_path / "x.npz", dataclasses.replace(plain, validator_trust=trust, incentive=np.zeros(64)))
    report = call(metagraph, tmp_path / "x.npz")
    assert set(report.json["chain"]) == {"validator_trust", "incentive"}
    first = report.json["chain"]["validator_trust"][0]
    assert first["chain"] == 1
    assert first["difference"] == pytest.approx(first["computed"] - 1)
    assert "chain says  we compute  difference" in report.text
    assert "smaller ones are in --json" in report.text


def test_chain_and_rule_that_pay_nobody(tmp_path):
    plain = dataclasses.replace(synthetic_metagraph(0), bonds=None, dividends=np.zeros(64))
    plain.weights[:8] = 0
    plain.weights[range(8), range(10, 18)] = 1
    write_metagraph(tmp_path / "x.npz", plain)
    report = call(metagraph, tmp_path / "x.npz", "--set", "rules.kappa=1")
    assert "Dividends: 0 by the chain's figures and by ours." in report.text
    assert report.json["chain"] == {"dividends": []}
    assert report.json["validators"][0]["distance_to_consensus"] is None
    assert report.json["measures"]["incentive_gini"] == 0


def test_hotkeys_are_shown_escaped(tmp_path):
    plain = synthetic_metagraph(0)
    names = ("\x1b[2Jgone\n", "x" * 500, *plain.hotkeys[2:])
    write_metagraph(tmp_path / "x.npz", dataclasses.replace(plain, hotkeys=names))
    report = call(metagraph, tmp_path / "x.npz")
    assert "\x1b" not in report.text
    assert "\\x1b[2Jgone\\n" in report.text
    assert "x" * 15 + "…" in report.text
    assert "x" * 16 not in report.text
    assert report.json["validators"][0]["hotkey"] == names[0]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("rules.kapa=0.5", "'rules.kapa' is not a key of `yuma metagraph`; did you mean rules.kappa"),
        ("kappa=0.5", "did you mean rules.kappa?"),
        ("miners.count=5", "'miners.count' is not a key"),
        ("rules.tempo=360", "'rules.tempo' is not a key"),
        ("rules.kappa", "rules.kappa has no value; write --set rules.kappa=0.5"),
        ("rules.kappa=1.5", "rules.kappa is 1.5; it is a share of stake and must be a number in [0, 1]"),
        ("rules.kappa=nan", "rules.kappa is nan"),
        ("rules.kappa=x", "rules.kappa is 'x'"),
        ("rules.kappa=", "rules.kappa is ''"),
        ("rules.version=4", "rules.version is '4'"),
        ("rules.alpha_low=0.95", "rules.alpha_low is 0.95; it must not exceed alpha_high"),
        ("a\n\x1b=1", "'a\\n\\x1b' is not a key"),
        ("=1", "'' is not a key"),
    ],
)
def test_bad_settings(file, setting, words):
    with pytest.raises(BadInput) as caught:
        call(metagraph, file, "--set", setting)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "-inf", "x", "", "1e999"])
def test_bad_min_stake(file, value):
    with pytest.raises(BadInput, match=r"min-stake is .*must be finite and at least 0"):
        call(metagraph, file, f"--min-stake={value}")


def test_nobody_reaches_the_min_stake(file):
    with pytest.raises(BadInput, match="lower --min-stake"):
        call(metagraph, file, "--min-stake", "1e15")


def test_bad_file_comes_before_any_output(tmp_path):
    (tmp_path / "x.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(BadInput, match="is truncated"):
        call(metagraph, tmp_path / "x.npz")
    with pytest.raises(BadInput, match="does not exist"):
        call(metagraph, tmp_path / "none.npz")
