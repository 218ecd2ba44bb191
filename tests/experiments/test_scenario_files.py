"""Scenario files: what is written reads back, and what is wrong is said in one line."""

import json
import tomllib

import pytest

from experiments import BadInput, Scenario
from experiments.cli import main
from experiments.commands.scenario import scenario_toml
from experiments.files.scenario_file import MAX_BYTES, read_scenario, scenario_from_text
from experiments.scenario import scenario_names


@pytest.mark.parametrize("name", scenario_names())
@pytest.mark.parametrize("every_key", [False, True])
def test_toml_reads_back_as_the_same_scenario(name, every_key, tmp_path):
    changes = {"rules.kappa": 0.1 + 0.2, "validators.stake": "classes:2x20,8x7.5", "market.tao_price": 412.5}
    scenario = Scenario.named(name, changes)
    file = tmp_path / "mine.toml"
    file.write_text(scenario_toml(scenario, every_key=every_key), "utf-8")
    assert read_scenario(file) == scenario
    assert read_scenario(file).digest == scenario.digest
    assert len(tomllib.loads(file.read_text("utf-8"))) > 2


def test_json_reads_back_as_the_same_scenario(tmp_path):
    scenario = Scenario.named("cabal", {"rules.reveal_period": 5})
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(scenario.document()), "utf-8")
    assert read_scenario(file) == scenario


def test_a_file_stands_where_a_name_does(tmp_path, capsys):
    file = tmp_path / "mine.toml"
    file.write_text('base = "weight-copying"\nepochs = 70\nworlds = 2\n[validators]\ncount = 4\n[miners]\ncount = 6\n')
    assert main(["play", str(file), "--set", "burn_in=5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["epochs"] == 70


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schema = 2", "schema is 2; this version reads 1 to 1"),
        ("schema = true", "schema is True"),
        ("[rules]\nkapa = 0.5", "did you mean rules.kappa?"),
        ("[rules]\nkappa = 1.5", "rules.kappa is 1.5; it is a share of stake and must be a number in [0, 1]"),
        ("[rules]\nkappa = 1", None),
        ("[rules]\nkappa = [1]", "rules.kappa is [1]"),
        ("rules = 3", "rules is 3, but it is a section; write rules.KEY = VALUE"),
        ("[rules.kappa]\nx = 1", "rules.kappa is {'x': 1}"),
        ('base = "nothing"', "scenario 'nothing' is unknown"),
        ("name = 3", "name is 3"),
        ("worlds = nan", "worlds is nan"),
        ("epochs = 10", "epochs is 10; the first counted epoch is 60"),
        ("kappa", "is not TOML"),
        ("a = 1979-05-27", "key 'a' is unknown"),
    ],
)
def test_what_is_wrong_is_said_with_the_files_name(text, said, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    if said is None:
        assert read_scenario(file).rules.kappa == 1.0
        return
    with pytest.raises(BadInput) as refused:
        read_scenario(file)
    assert said in str(refused.value)
    assert str(refused.value).startswith(str(file)[:20])


def test_files_that_are_none_are_refused(tmp_path, capsys):
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000, "utf-8")
    listed = tmp_path / "list.json"
    listed.write_text("[1]", "utf-8")
    for file in (large, binary, deep, listed, tmp_path, tmp_path / "absent.toml"):
        with pytest.raises(BadInput):
            read_scenario(file)
    assert main(["solve", str(tmp_path / "absent.toml")]) == 2
    refused = capsys.readouterr()
    assert refused.out == ""
    assert refused.err.count("\n") == 1
    assert "does not exist" in refused.err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", '"rules.kappa" = 0.6\n[rules]\nkappa = 0.4\n'),
        ("a.json", '{"rules": {"kappa": 0.4}, "rules.kappa": 0.6}'),
        ("a.json", '{"seed": 1, "seed": 2}'),
        ("a.json", '{"rules": {"kappa": 0.4, "kappa": 0.6}}'),
    ],
)
def test_a_key_that_is_given_twice_is_refused(name, text):
    with pytest.raises(BadInput, match=rf"^{name}: .*(kappa|seed) is given twice"):
        scenario_from_text(text.encode(), name)
