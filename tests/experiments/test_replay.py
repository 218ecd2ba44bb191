"""Replaying files: the golden files in both arithmetics, the gap between the two, and files that are wrong."""

import argparse
import copy
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from econ.yuma.subnet_state import stored_units
from experiments.commands import epoch as command
from experiments.errors import BadInput
from experiments.files import json_document
from experiments.files import replay as replay_files
from experiments.files.replay import read_replay
from experiments.replay import OUTPUTS, replay
from experiments.replay_check import check_epoch
from experiments.replay_explain import explain_dividend

GOLDEN = Path(os.environ.get("YUMA_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "golden"
FILES = sorted([*GOLDEN.glob("epoch_*.json"), *GOLDEN.glob("median_ties.json"), *GOLDEN.glob("diff_*.json")])
no_golden = pytest.mark.skipif(not FILES, reason=f"no golden data at {GOLDEN} (set YUMA_SHARED)")

CASE = {
    "id": "two",
    "n": 4,
    "owner_uid": None,
    "hyperparameters": {"max_validators": 2, "activity_cutoff": 100, "tempo": 10, "yuma3_on": True},
    "epochs": [
        {
            "block": 100,
            "stake": [3, 1, 0, 0],
            "last_update": [99, 99, 0, 0],
            "block_at_registration": [1, 1, 1, 1],
            "validator_permit": [True, True, False, False],
            "weights": {"0": [[2, 65535]], "1": [[2, 65535], [3, 0]]},
            "expected": {
                "incentive": [0, 0, 65535, 0],
                "dividends": [49151, 16383, None, None],
                "bonds": {"0": [[2, 6553]], "1": [[2, 6553]]},
                "new_validator_permit": [0, 1],
                "relations": ["bonds[0][2] == bonds[1][2]", "abs(sum(emission) - 1000000000) <= 4"],
            },
        },
        {"block": 110, "clear_bond_columns": [2], "expected": {"relations": ["bonds[0][2] == prev.bonds[0][2]"]}},
    ],
}


def written(tmp_path, *cases, schema="bittensor-epoch-case/1"):
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"schema": schema, "cases": list(cases)}))
    return path


def changed(*way, to=None, drop=False):
    """The case with one value replaced, or dropped."""
    case = copy.deepcopy(CASE)
    at = case
    for step in way[:-1]:
        at = at[step]
    if drop:
        del at[way[-1]]
    else:
        at[way[-1]] = to
    return case


def ran(path, arithmetic="chain", check=True, case=None, explain=None, epoch=None):
    given = argparse.Namespace(
        file=str(path),
        arithmetic=arithmetic,
        check=check,
        case=case,
        explain=explain,
        epoch=epoch,
        json=True,
        progress=lambda share: None,
    )
    return command.run(given)


def refused(path, *words, **options):
    with pytest.raises(BadInput) as caught:
        ran(path, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600
    for word in words:
        assert word in message, message


@no_golden
@pytest.mark.parametrize("arithmetic", ["chain", "float"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden_files(path, arithmetic):
    report = ran(path, arithmetic)
    assert report.exit_code == 0, report.text
    assert report.json["check"]["figures"] > 0
    json.dumps(report.json, allow_nan=False)


@no_golden
def test_gap_between_float_and_chain():
    """In units of u16, over all epochs of the differential cases that do not depend on fixed point."""
    gaps = {name: [] for name in (*OUTPUTS, "bonds")}
    for path in GOLDEN.glob("diff_*.json"):
        for case in read_replay(path):
            if case.fixed_point_sensitive:
                continue
            for exact, fractions in zip(replay(case, "chain"), replay(case, "float"), strict=True):
                for name in OUTPUTS:
                    stored = stored_units(getattr(fractions.result, name))
                    gaps[name].append(np.abs(stored - getattr(exact.result, name).astype(int)).ravel())
                held = exact.result.bonds.values
                gaps["bonds"].append(np.abs(fractions.result.stored_bonds.values - held)[held > 0])
    for name, found in gaps.items():
        gap = np.concatenate(found)
        print(f"{name}: at most {gap.max()} units, not equal in {100 * (gap > 0).mean():.3f}% of {gap.size}")
        assert gap.max() <= (2 if name == "bonds" else 1), name
        assert (gap > 0).mean() < 0.05, name


def test_a_file_of_ones_own(tmp_path):
    report = ran(written(tmp_path, CASE))
    assert report.exit_code == 0, report.text
    assert report.json["check"] == {"figures": 15, "left_out": [], "difference": None}
    first, _ = report.json["cases"][0]["epochs"]
    assert set(first) == {"consensus", "incentive", "dividends", "validator_trust", "bonds"}
    assert first["bonds"] == {"0": [[2, 6553]], "1": [[2, 6553]]}
    assert "All 15 figures compared are equal." in report.text
    fractions = ran(written(tmp_path, CASE), "float").json["cases"][0]["epochs"][0]
    np.testing.assert_allclose(fractions["dividends"], [0.75, 0.25, 0, 0])
    assert fractions["bonds"]["0"] == [[2, 6553 / 65535]]


@pytest.mark.parametrize(
    ("way", "value", "difference"),
    [
        (("incentive",), [0, 0, 65534, 0], ("expected.incentive", "[2]", 65534, 65535)),
        (("dividends",), [None, 16384, None, None], ("expected.dividends", "[1]", 16384, 16383)),
        (("bonds",), {"0": [[2, 6553]]}, ("expected.bonds", "[1][2]", None, 6553)),
        (("bonds",), {"0": [[2, 6553], [3, 0]], "1": [[2, 6553]]}, ("expected.bonds", "[0][3]", 0, None)),
        (("new_validator_permit",), [0], ("expected.new_validator_permit", "[1]", False, True)),
        (("relations",), ["bonds[0][2] > 6553"], ("expected.relations", "[0]", "bonds[0][2] > 6553", False)),
        (("logged",), {"active_stake": [0.75, 0.26, 0, 0]}, ("expected.logged", ".active_stake[1]", 0.26, 0.25)),
        (("bond_cells",), [[0, 3, 1]], ("expected.bond_cells", "[0][3]", 1, 0)),
        (("dividends_fraction",), [0.75, 0.25, 0.1, 0], ("expected.dividends_fraction", "[2]", 0.1, 0.0)),
        (("bonds_fraction_servers",), [[0.1, 0.1]] * 2, ("expected.bonds_fraction_servers", "[0][1]", 0.1, 0.0)),
    ],
)
def test_the_first_difference_is_told(tmp_path, way, value, difference):
    report = ran(written(tmp_path, changed("epochs", 0, "expected", *way, to=value)))
    assert report.exit_code == 1
    found = report.json["check"]["difference"]
    assert (found["case"], found["epoch"]) == ("two", 0)
    assert (found["field"], found["index"], found["expected"], found["got"]) == difference
    assert f"case two, epoch 0: {difference[0]}{difference[1]}" in report.text
    assert len(report.json["cases"][0]["epochs"]) == 1


def test_float_is_held_to_two_units_unless_sensitive(tmp_path):
    near = changed("epochs", 0, "expected", "dividends", to=[49153, 16381, None, None])
    assert ran(written(tmp_path, near), "float").exit_code == 0
    far = changed("epochs", 0, "expected", "dividends", to=[49154, 16383, None, None])
    assert ran(written(tmp_path, far), "float").exit_code == 1
    report = ran(written(tmp_path, far | {"fixed_point_sensitive": True}), "float")
    assert report.exit_code == 0
    assert report.json["check"]["left_out"] == ["two"]


def test_what_changes_between_epochs(tmp_path):
    case = changed("epochs", 1, to={"block": 110, "clear_uid_rows": [1], "stake": [3, 1, 0, 0]})
    exact = list(replay(read_replay(written(tmp_path, case))[0]))
    assert exact[1].state.permits[:2] == [True, False]
    assert exact[1].state.weights.rows() == {0: [(2, 65535)]}
    assert exact[1].state.bonds.rows().keys() == {0}
    uniform = [{"from": [0], "to": [1, 2], "value": 7}, {"from": [0, 3], "to": "self", "value": 9}]
    case = changed("epochs", 1, to={"block": 110, "weights_uniform": uniform})
    exact = list(replay(read_replay(written(tmp_path, case))[0]))
    assert exact[1].state.weights.rows() == {0: [(0, 9), (1, 7), (2, 7)], 1: [(2, 65535), (3, 0)], 3: [(3, 9)]}


@pytest.mark.parametrize(
    ("way", "value", "words"),
    [
        (("id",), 7, ["id is 7", "text"]),
        (("n",), 0, ["n is 0", "[1, 1024]"]),
        (("n",), 5000, ["n is 5000"]),
        (("n",), True, ["n is True"]),
        (("owner_uid",), 4, ["owner_uid is 4", "[0, 3]"]),
        (("epochs",), [], ["no epoch"]),
        (("epochs",), {}, ["epochs is an object of 0", "a list"]),
        (("fixed_point_sensitive",), "yes", ["fixed_point_sensitive", "true or false"]),
        (("hyperparameters", "kappa"), 70000, ["kappa is 70000", "[0, 65535]"]),
        (("hyperparameters", "kapa"), 7, ["kapa", "did you mean kappa"]),
        (("hyperparameters", "yuma3_on"), 1, ["yuma3_on is 1"]),
        (("initial",), {"bonds": [[], [], [[1, 2, 3]], []]}, ["initial.bonds[2][0]", "it needs 2"]),
        (("initial",), {"bonds": [[]]}, ["initial.bonds", "1 entries"]),
        (("epochs", 0, "block"), -1, ["epoch 0.block is -1"]),
        (("epochs", 0, "block"), 1.5, ["epoch 0.block is 1.5"]),
        (("epochs", 0, "stake"), [1, 2], ["stake has 2 entries", "it needs 4"]),
        (("epochs", 0, "stake"), [1 << 62] * 4, ["stake sums to"]),
        (("epochs", 0, "stake"), [-1, 0, 0, 0], ["stake[0] is -1"]),
        (("epochs", 0, "weights"), {"4": []}, ["row '4'", "0 to 3"]),
        (("epochs", 0, "weights"), {"0": [[2, 65536]]}, ["weights.0[0][1] is 65536"]),
        (("epochs", 0, "weights"), {"0": [[2, 1], [2, 1]]}, ["names UID 2 twice"]),
        (("epochs", 0, "weights"), {"0": 5}, ["weights.0 is 5", "a list"]),
        (("epochs", 0, "weigths"), {}, ["weigths", "did you mean weights"]),
        (("epochs", 0, "weights_uniform"), [{"from": [0], "to": "all", "value": 1}], ["to is 'all'"]),
        (("epochs", 0, "weights_uniform"), [{"from": [0] * 9, "to": [1], "value": 1}], ["more than the 4 UIDs"]),
        (("epochs", 0, "commit_blocks"), [1], ["commit_blocks has 1"]),
        (("epochs", 0, "validator_permit"), [1, 0, 0, 0], ["validator_permit[0] is 1"]),
        (("epochs", 0, "clear_uid_rows"), [4], ["clear_uid_rows[0] is 4"]),
        (("epochs", 0, "tolerance"), {"logged": -1}, ["tolerance", "at least 0"]),
        (("epochs", 0, "expected"), [], ["expected is a list of 0", "object"]),
        (("epochs", 0, "expected", "incentives"), [], ["incentives", "did you mean incentive"]),
        (("epochs", 0, "expected", "incentive"), [1], ["incentive has 1 entries"]),
        (("epochs", 0, "expected", "incentive"), ["a"] * 4, ["incentive[0] is 'a'"]),
        (("epochs", 0, "expected", "bond_cells"), [[0, 9, 1]], ["bond_cells[0][1] is 9"]),
        (("epochs", 0, "expected", "logged"), {"x": []}, ["unknown field x"]),
        (("epochs", 0, "expected", "relations"), ["x" * 999], ["relations[0]", "400"]),
        (("epochs", 0, "expected", "relations"), ["nothing[0] > 1"], ["relations[0]", "nothing", "no figure"]),
        (("epochs", 0, "expected", "relations"), ["__import__('os') == 0"], ["relations[0] is refused", "uses Call"]),
        (("epochs", 0, "expected", "relations"), ["incentve[0] == 0"], ["did you mean incentive?"]),
        (("epochs", 0, "tolerance"), {"dividnds_fraction": 1}, ["dividnds_fraction", "did you mean"]),
    ],
)
def test_wrong_values_are_refused(tmp_path, way, value, words):
    refused(written(tmp_path, changed(*way, to=value)), *words)


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (("id",), ["cases[0] has no id"]),
        (("n",), ["has no n"]),
        (("hyperparameters",), ["has no hyperparameters"]),
        (("hyperparameters", "tempo"), ["has no tempo"]),
        (("epochs", 0, "stake"), ["has no stake in its first epoch"]),
    ],
)
def test_missing_values_are_refused(tmp_path, way, words):
    refused(written(tmp_path, changed(*way, drop=True)), *words)


def test_files_that_are_no_replay_files(tmp_path, monkeypatch):
    path = tmp_path / "file.json"
    refused(path, "does not exist")
    refused(tmp_path, "is a folder")
    for data, word in (
        (b"", "is empty"),
        (b"\xff\xfe", "not UTF-8"),
        (b"{", "not JSON at line 1"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[1" + b"0" * 5000 + b"]", "cannot be read"),
        (b'{"schema": NaN}', "NaN"),
        (b'{"schema": 1, "cases": [], "schema": 2}', "names schema twice in one object"),
        (b"[]", "it must be a JSON object"),
        (b"{}", "has the schema None"),
        (b'{"schema": "bittensor-epoch-case/1"}', "has no cases"),
        (b'{"schema": "bittensor-epoch-case/1", "cases": []}', "has no case"),
        (b'{"schema": "bittensor-epoch-case/1", "cases": [3]}', "cases[0] is 3"),
    ):
        path.write_bytes(data)
        refused(path, word)
    refused(written(tmp_path, CASE, CASE), "several cases with the id two")
    refused(written(tmp_path, CASE, schema="x" * 10_000), "has the schema")
    refused(written(tmp_path, CASE), "case 'twoo'", "did you mean two", case="twoo")
    refused(written(tmp_path, CASE), "arithmetic is 'decimal'", arithmetic="decimal")
    monkeypatch.setattr(replay_files, "MAX_CELLS", 31)
    refused(written(tmp_path, CASE), "32 pairs of UIDs", "at most 31")
    monkeypatch.setattr(json_document, "MAX_BYTES", 99)
    refused(written(tmp_path, CASE), "bytes; at most 99")


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
def test_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "a device or a pipe")


def test_float_refuses_parameters_that_it_does_not_know(tmp_path):
    case = changed("hyperparameters", "bonds_moving_average", to=1_500_000)
    assert ran(written(tmp_path, case), check=False).exit_code == 0
    refused(written(tmp_path, case), "case two, epoch 0", "bonds_moving_average", arithmetic="float")


EXPLAINED = CASE | {
    "n": 5,
    "hyperparameters": {
        "max_validators": 3, "activity_cutoff": 100, "tempo": 10, "yuma3_on": True,
        "bonds_penalty": 65535, "bonds_moving_average": 900_000,
    },
    "epochs": [
        {
            "block": 100,
            "stake": [1, 1, 1, 0, 0],
            "last_update": [99, 99, 99, 0, 0],
            "block_at_registration": [1] * 5,
            "validator_permit": [True, True, True, False, False],
            "weights": {"0": [[3, 1], [4, 1]], "1": [[3, 1], [4, 1]], "2": [[3, 1]]},
        },
        {"block": 110, "weights": {"2": [[3, 1], [4, 1]]}},
    ],
}  # fmt: skip


@pytest.mark.parametrize("arithmetic", ["chain", "float"])
def test_a_dividend_is_explained(tmp_path, arithmetic):
    path = written(tmp_path, CASE, EXPLAINED | {"id": "three"})
    report = ran(path, arithmetic, check=False, case="three", explain="2", epoch="0")
    found = report.json["explain"]
    assert [part["name"] for part in found["parts"]] == ["stake", "weights", "clipping", "penalty", "history"]
    np.testing.assert_allclose([part["value"] for part in found["parts"]], [1 / 3, 0, -1 / 30, -1 / 10, 0], atol=1e-9)
    assert abs(sum(part["value"] for part in found["parts"]) - found["dividends"]) < 1e-12
    assert (found["uid"], found["case"], found["epoch"], found["stake_counts"]) == (2, "three", 0, "yes")
    assert found["clipped"] == [{"uid": 3, "weight": 1.0, "consensus": 0.5, "lost": 0.5}]
    assert (found["clipped_weight"], found["validator_trust"]) == (0.5, 0.5)
    assert found["chain_dividends"] == (13106 if arithmetic == "chain" else None)  # truncated
    assert "-0.100000" in report.text
    assert len(report.json["cases"][0]["epochs"]) == 2
    json.dumps(report.json, allow_nan=False)
    last = ran(path, arithmetic, check=False, case="three", explain="2").json["explain"]
    assert last["epoch"] == 1
    assert last["clipped_weight"] == 0
    assert last["parts"][-1]["value"] < -0.01  # all weigh alike now; what is missing are the bonds of epoch 0


def test_a_stake_that_does_not_count_is_told(tmp_path):
    case = copy.deepcopy(EXPLAINED)
    case["epochs"][1]["block"] = 250
    report = ran(written(tmp_path, case), check=False, explain="0")
    assert report.json["explain"]["stake_share"] == 0
    assert "more than 100 blocks old" in report.text


def test_an_explanation_may_be_checked_too(tmp_path):
    report = ran(written(tmp_path, CASE), explain="1")
    assert report.exit_code == 0
    assert report.json["explain"]["dividends"] == pytest.approx(0.25)
    assert report.json["check"]["figures"] == 15
    wrong = changed("epochs", 0, "expected", "dividends", to=[1, 1, 1, 1])
    report = ran(written(tmp_path, wrong), explain="1")
    assert report.exit_code == 1
    assert report.json["explain"] is None
    assert "the check stopped before it" in report.text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"explain": "4"}, ["explain is '4'", "0 to 3"]),
        ({"explain": "-1"}, ["explain is '-1'", "0 to 3"]),
        ({"explain": "x\n" * 99}, ["explain is", "0 to 3"]),
        ({"explain": "9" * 5000}, ["explain is", "0 to 3"]),
        ({"explain": "²"}, ["explain is '²'"]),
        ({"explain": "2"}, ["explain is 2", "no validator permit", "validators there are 0, 1"]),
        ({"explain": "0", "epoch": "2"}, ["epoch is '2'", "case two has the epochs 0 to 1"]),
        ({"explain": "0", "epoch": "1.5"}, ["epoch is '1.5'"]),
        ({"epoch": "1"}, ["epoch is '1'", "add --explain UID"]),
        ({"explain": "0", "case": "tow"}, ["case 'tow'"]),
    ],
)
def test_explanations_that_are_refused(tmp_path, options, words):
    refused(written(tmp_path, CASE), *words, check=False, **options)


def test_an_explanation_needs_one_case_and_known_parameters(tmp_path):
    path = written(tmp_path, CASE, CASE | {"id": "other"})
    refused(path, "holds 2", "--case: two, other", check=False, explain="0")
    case = changed("hyperparameters", "bonds_moving_average", to=1_500_000)
    refused(written(tmp_path, case), "case two, epoch 1", "bonds_moving_average", "float", check=False, explain="0")


@no_golden
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_parts_add_up_on_the_golden_files(path):
    for case in read_replay(path):
        if case.neurons > 64:
            continue
        *_, last = replay(case, "float")
        for uid in np.flatnonzero(last.result.dividends > 0)[:3]:
            found = explain_dividend(case, last, int(uid))
            assert abs(sum(part["value"] for part in found["parts"]) - last.result.dividends[uid]) < 1e-12
            assert found["dividends"] == last.result.dividends[uid]
            assert abs(found["validator_trust"] - last.result.validator_trust[uid]) < 1e-12


def test_a_relation_that_fails_later_says_where(tmp_path):
    case = read_replay(written(tmp_path, changed("epochs", 0, "expected", "relations", to=["bonds[9][0] > 1"])))[0]
    run = next(iter(replay(case)))
    with pytest.raises(BadInput, match=r"^case .*, epoch 0: relation .* takes entry 9 of 4"):
        check_epoch(case, case.epochs[0], run, None)


def test_checking_counts_what_it_compares(tmp_path):
    case = read_replay(written(tmp_path, CASE))[0]
    run = next(iter(replay(case)))
    assert check_epoch(case, case.epochs[0], run, None).figures == 14
