"""`yuma network` and files of prices: what they print, what they keep, what they refuse."""

import json
import re

import pandas as pd
import pytest

from experiments import cli
from experiments.files.prices import prices_from_text, read_prices
from experiments.network_runs import MEASURES

FEW = ["--subnets", "3", "--epochs", "40", "--worlds", "2", "--set", "uids.validators=4", "--set", "uids.miners=6"]


def yuma(capsys, *words):
    code = cli.main(["network", *words])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


def test_a_network_is_played_and_every_figure_has_its_unit_and_interval(capsys):
    code, out, _ = yuma(capsys, *FEW)
    assert code == 0
    for name, (unit, _) in MEASURES.items():
        (line,) = (line for line in out.splitlines() if re.match(rf"{name} ", line))
        assert unit in line
        assert re.search(r"\[.+, .+\]", line)
    assert "add up to 0 rao of difference" in out


def test_json_is_one_finite_object_and_the_same_again(capsys):
    code, out, _ = yuma(capsys, *FEW, "--seed", "5", "--set", "chain.share_rule=flow", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["settings"] == {"start.subnets": 3, "uids.validators": 4, "uids.miners": 6, "chain.share_rule": "flow"}
    assert (found["worlds"], found["epochs"], found["days"], found["seed"], found["audit_rao"]) == (2, 40, 2.0, 5, 0)
    assert set(found["measures"]) == set(MEASURES)
    assert all(each["low"] <= each["mean"] <= each["high"] for each in found["measures"].values())
    assert [each["policy"] for each in found["investors"]][:3] == ["yield-seeker", "index-holder", "root-holder"]
    assert yuma(capsys, *FEW, "--seed", "5", "--set", "chain.share_rule=flow", "--json")[1] == out
    one = json.loads(yuma(capsys, *FEW, "--worlds", "1", "--json")[1])
    assert one["measures"]["price_sum"]["low"] is None


def test_what_was_recorded_is_kept_whole(capsys, tmp_path):
    code, out, _ = yuma(capsys, *FEW, "--out", str(tmp_path / "kept"))
    assert code == 0
    rows = {path.stem: pd.read_csv(path) for path in (tmp_path / "kept").iterdir()}
    assert {name: len(frame) for name, frame in rows.items()} == {"network": 6, "subnets": 18, "investors": 72}
    assert rows["network"]["epoch"].tolist() == [0, 20, 39] * 2  # every day, and the end
    assert sorted(rows["subnets"]["world"].unique()) == [0, 1]
    assert rows["network"]["issuance"].is_monotonic_increasing is False  # each world begins anew
    assert "Kept: " in out


def test_prices_come_from_a_file(capsys, tmp_path):
    file = tmp_path / "tao.csv"
    file.write_text("date,usd\n2024-02-28,400\n2024-02-29,420\n2024-03-01,410.5\n")
    code, out, _ = yuma(capsys, *FEW, "--prices", str(file), "--json")
    assert code == 0
    prices = json.loads(out)["measures"]["tao_price"]
    assert prices["mean"] == prices["low"] == prices["high"] != 400.0
    assert 400 < prices["mean"] < 425
    code, _, err = yuma(capsys, *FEW, "--epochs", "80", "--prices", str(file))
    assert code == 2
    assert "holds 3 days; 80 epochs need 5: give more days or fewer epochs" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,usd\n2024-01-01,300\n2024-01-03,310\n", "line 3: 2024-01-03 comes after 2024-01-01, 1 day is missing"),
        ("date,usd\n2024-01-01,300\n2024-01-01,310\n", "line 3: 2024-01-01 comes twice"),
        ("date,usd\n2024-01-02,300\n2024-01-01,310\n", "comes after 2024-01-02; days come in order"),
        ("date,usd\n2024-01-01,300\n2024-01-02,\n", "line 3: the price is ''"),
        ("date,usd\n2024-01-01,300\n2024-01-02,nan\n", "line 3: the price is 'nan'"),
        ("date,usd\n2024-01-01,-3\n2024-01-02,3\n", "line 2: the price is '-3'"),
        ("date,usd\n2024-01-01,1_0\n2024-01-02,3\n", "line 2: the price is '1_0'"),
        ("date,usd\n01.02.2024,300\n", "line 2: '01.02.2024' is no date; write it as 2024-01-31"),
        ("date,usd\n2024-01-01,300,5\n", "has 3 columns"),
        ("2024-01-01,300\n2024-01-02,310\n", "has no header"),
        ("date,usd\n2024-01-01,300\n", "holds 1 prices; give at least two days"),
        ("date,usd\n", "holds 0 prices"),
    ],
)
def test_gaps_and_nonsense_in_prices_are_refused_in_one_line(text, said):
    with pytest.raises(ValueError, match=re.escape(said)) as refused:
        prices_from_text(text.encode(), "tao.csv")
    assert str(refused.value).startswith("tao.csv")
    assert "\n" not in str(refused.value)


def test_files_that_are_none_are_refused(tmp_path):
    for data, said in (
        (b"", "is empty"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b'date,usd\n"2024', "has 1 columns"),
    ):
        file = tmp_path / "tao.csv"
        file.write_bytes(data)
        with pytest.raises(ValueError, match=said):
            read_prices(file)
    with pytest.raises(ValueError, match="does not exist"):
        read_prices(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--subnets", "0"], "start.subnets is 0; it is subnets and must be a whole number in [1, 128]"),
        (["--subnets", "many"], "start.subnets is 'many'"),
        (["--epochs", "0"], "--epochs is '0'; it must be a whole number in [1, 200000]"),
        (["--worlds", "-1"], "--worlds is '-1'"),
        (["--seed", str(2**32)], "--seed is '4294967296'"),
        (["--set", "flows.pase=0.5"], "did you mean flows.pace?"),
        (["--set", "flows.pace=2"], "flows.pace is 2.0; it is a share and must be a number in [0, 1]"),
        (["--set", "flows.pace"], "has no value"),
        (["--set", "start.subnets=4"], "by --subnets"),
        (["--set", "start.root=1e9"], "hold no more than there is"),
        (["--out", "/proc/none/x"], "cannot be written"),
    ],
)
def test_bad_input(capsys, words, said):
    code, out, err = yuma(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
