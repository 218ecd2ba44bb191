"""Batches: one digest whoever computes; every failure told; what is edited is computed again."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from tiny_runs import TINY, copied, ran, slowed, yuma

from experiments import BadInput, Scenario, designs, run_design
from experiments.batch import Batch
from experiments.plugins import load_plugins
from experiments.store import Store, content_digest, encoded
from experiments.study_code import study_code


@pytest.mark.parametrize("workers", [1, 2])
def test_processes_give_the_serial_digest(workers, digest, tmp_path, capsys):
    assert ran(capsys, TINY, "--out", tmp_path, "--workers", workers)["digest"] == digest


def test_shards_give_the_serial_digest_in_any_order(digest, tmp_path, capsys):
    states = [ran(capsys, TINY, "--out", tmp_path, "--engine", "serial", "--shard", f"{i}/3") for i in (3, 1, 2)]
    assert [state["done"] for state in states] == [4, 8, 12]
    assert [state["digest"] for state in states] == [None, None, digest]


def test_the_joint_file_is_equal_to_the_byte_for_any_engine(tmp_path, capsys):
    for folder, words in (("one", ("--engine", "serial")), ("two", ("--workers", "2"))):
        ran(capsys, TINY, "--out", tmp_path / folder, *words)
    for i in (2, 1):
        ran(capsys, TINY, "--out", tmp_path / "three", "--engine", "serial", "--shard", f"{i}/2")
    joint = [(tmp_path / folder / "results.parquet").read_bytes() for folder in ("one", "two", "three")]
    assert joint[0] == joint[1] == joint[2]


def test_a_second_run_computes_nothing(digest, tmp_path, capsys):
    ran(capsys, TINY, "--out", tmp_path, "--engine", "serial")
    before = {
        file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.parquet") if file.parent.parent.name == "parts"
    }
    assert len(before) == 12
    code, out, _ = yuma(capsys, "run", TINY, "--out", tmp_path)
    assert (code, "0 of them now" in out) == (0, True)
    assert before == {file: file.stat().st_mtime_ns for file in before}


def test_the_small_size_is_part_of_the_full_one(tmp_path, capsys):
    ran(capsys, TINY, "--out", tmp_path, "--engine", "serial")
    code, out, _ = yuma(capsys, "run", TINY, "--out", tmp_path, "--engine", "serial", "--size", "full")
    assert (code, "60 of 60 tasks done, 48 of them now" in out) == (0, True)


def test_any_parquet_tool_reads_the_joint_file(tmp_path, capsys):
    ran(capsys, TINY, "--out", tmp_path, "--engine", "serial")
    joint = pd.read_parquet(tmp_path / "results.parquet")
    assert list(joint.columns) == ["task", "point", "scale", "seed", "part", "value", "large"]
    assert joint["task"].tolist() == [task for task in range(12) for _ in range(3)]
    pd.testing.assert_frame_equal(joint, Batch.opened(tmp_path).results)


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text"])
def test_a_damaged_part_is_computed_again(damage, digest, tmp_path, capsys):
    ran(capsys, TINY, "--out", tmp_path, "--engine", "serial")
    part = sorted((tmp_path / "parts").rglob("*.parquet"))[5]
    data = bytearray(part.read_bytes())
    if damage == "flipped":  # inside the values, where no header tells
        data[8] ^= 0xFF
    part.write_bytes({"cut": data[:-40], "flipped": data, "empty": b"", "text": b"nothing"}[damage])
    assert "1 of them now" in yuma(capsys, "run", TINY, "--out", tmp_path, "--engine", "serial")[1]
    assert Batch.opened(tmp_path).status()["digest"] == digest


def test_a_failed_task_is_a_row_and_is_tried_again(digest, tmp_path, capsys):
    broken = TINY.read_text("utf-8").replace(
        "    values =", "    if row['point'] in (3, 8):\n        raise OSError('no\\nluck')\n    values ="
    )
    file = copied(tmp_path, broken)
    code, out, _ = yuma(capsys, "run", file, "--out", tmp_path / "out", "--workers", "2")
    assert code == 1
    assert "10 of 12 tasks done" in out
    assert "task 3 failed (task): OSError: no luck" in out
    state = json.loads(yuma(capsys, "status", tmp_path / "out", "--json")[1])
    assert [each["task"] for each in state["failures"]] == [3, 8]
    assert state["digest"] is None
    copied(tmp_path)
    assert ran(capsys, file, "--out", tmp_path / "out", "--engine", "serial")["digest"] == digest


@pytest.mark.parametrize(
    ("change", "stage", "said"),
    [
        (("    return pd.DataFrame({\"part\"", "    return dict({\"part\""), "result", "must return a data frame"),
        (("\"part\": [", "\"seed\": 1, \"part\": ["), "result", "has the design's columns seed"),
        (("    values =", "    import os; os._exit(3)\n    values ="), "worker", "its process died"),
    ],
)  # fmt: skip
def test_every_failure_says_its_stage(change, stage, said, tmp_path, capsys):
    file = copied(tmp_path, TINY.read_text("utf-8").replace(*change).replace("range(12 if", "range(2 if"))
    assert yuma(capsys, "run", file, "--out", tmp_path / "out", "--workers", "2")[0] == 1
    failures = Batch.opened(tmp_path / "out").status()["failures"]
    assert [each["stage"] for each in failures] == [stage] * 2
    assert all(said in each["message"] for each in failures)


def test_a_task_that_kills_its_process_stops_no_other(tmp_path, capsys):
    text = TINY.read_text("utf-8").replace(
        "    values =", "    import os; row['point'] == 5 and os._exit(9)\n    values ="
    )
    code, out, _ = yuma(capsys, "run", copied(tmp_path, text), "--out", tmp_path / "out", "--workers", "2")
    assert (code, "11 of 12 tasks done" in out, "task 5 failed (worker)" in out) == (1, True, True)


def test_an_edited_line_is_computed_again_and_the_old_result_kept(tmp_path, capsys):
    file = copied(tmp_path)
    first = ran(capsys, file, "--out", tmp_path / "out", "--engine", "serial")["digest"]
    copied(tmp_path, TINY.read_text("utf-8").replace("size=3)", "size=3) + 1"))
    second = ran(capsys, file, "--out", tmp_path / "out", "--engine", "serial")["digest"]
    assert first != second
    assert len(Store(tmp_path / "out").keys()) == 24
    assert "12 results beside them were made by other source" in yuma(capsys, "status", tmp_path / "out")[1]
    copied(tmp_path)
    code, out, _ = yuma(capsys, "run", file, "--out", tmp_path / "out", "--engine", "serial")
    assert (code, "0 of them now" in out, first in out) == (0, True, True)


PLUGIN = """
from dataclasses import dataclass
from typing import ClassVar
from agents import Traits, ValidatorPolicy

@dataclass(frozen=True)
class Odd(ValidatorPolicy):
    \"\"\"Like the honest, to a power.\"\"\"
    name: ClassVar[str] = "odd-one"
    traits: ClassVar[Traits] = Traits(evaluates=True)

    def weights(self, view):
        return view.scores**2
"""

OF_PLUGIN = """
import numpy as np
import pandas as pd
from experiments import Study
from experiments.batch_study import scenario_of
from experiments import play

def scenario(row):
    return scenario_of("weight-copying", {**row, "validators.strategies": "honest,odd-one", "validators.count": 3,
                       "miners.count": 4, "epochs": 6, "burn_in": 2, "worlds": 2, "start": "uniform"})

def task(row):
    rows = play(scenario(row), {"validators.odd-one": 1}).rows
    return pd.DataFrame([{"strategy": each.strategy, "payoff": each.payoff[0]} for each in rows])

STUDY = Study(name="of-a-plugin", question="?", expected="?", source="?",
    design=lambda size: pd.DataFrame({"seed": [0, 1]}), task=task, findings=lambda results: [],
    figures=lambda results: {}, sentence=lambda results: "", scenario=scenario)
"""


@pytest.mark.parametrize("engine", ["serial", "processes", "dask"])
def test_an_own_study_with_an_own_policy_runs_on_every_engine(engine, tmp_path, capsys):
    if engine == "dask":
        pytest.importorskip("distributed")
    study, plugin = copied(tmp_path, OF_PLUGIN, "of_plugin.py"), copied(tmp_path, PLUGIN, "odd_one.py")
    words = (study, "--plugin", plugin, "--out", tmp_path / "out", "--engine", engine)
    assert ran(capsys, *words)["done"] == 2
    copied(tmp_path, PLUGIN.replace("**2", "**3"), "odd_one.py")
    code, out, _ = yuma(capsys, "run", *words)
    assert (code, "2 of them now" in out) == (0, True), "the policy's line was edited"


def test_an_edited_policy_of_no_use_here_changes_nothing(tmp_path, capsys):
    study = copied(tmp_path)
    plugin = copied(tmp_path, PLUGIN.replace("odd-one", "odd-two"), "odd_two.py")
    ran(capsys, study, "--plugin", plugin, "--out", tmp_path / "out", "--engine", "serial")
    copied(tmp_path, PLUGIN.replace("odd-one", "odd-two").replace("**2", "**4"), "odd_two.py")
    words = ("run", study, "--plugin", plugin, "--out", tmp_path / "out", "--engine", "serial")
    assert "0 of them now" in yuma(capsys, *words)[1]


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such-study"], "study 'no-such-study' is unknown"),
        (["./absent.py"], "./absent.py does not exist"),
        ([str(TINY), "--workers", "0"], "--workers is 0; it must be a whole number in [1, 1024]"),
        ([str(TINY), "--workers", "two"], "--workers is 'two'"),
        ([str(TINY), "--shard", "0/3"], "--shard is '0/3'; it must be I/N with 1 <= I <= N"),
        ([str(TINY), "--shard", "4/3"], "--shard is '4/3'"),
        ([str(TINY), "--engine", "cloud"], "--engine is 'cloud'; it may be serial, processes, dask"),
        ([str(TINY), "--scheduler", "tcp://127.0.0.1:9"], "is for --engine dask"),
        ([str(TINY), "--size", "huge"], "--size is 'huge'; it may be small or full"),
        ([str(TINY), "--out", "/dev/null"], "/dev/null is no folder"),
        ([str(TINY), "--out", "/proc/nothing/here"], "cannot be written"),
        ([str(TINY), "--out", ""], None),
    ],
)
def test_bad_input_is_one_line_and_exit_2(words, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = yuma(capsys, "run", *words)
    if said is None:
        assert code == 0
        return
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('pd.DataFrame({"point": [0.0, float("nan")]})', "row 1 of the design of study tiny has point = nan"),
        ('pd.DataFrame({"point": [1, [2]]})', "row 1 of the design of study tiny has point = [2]"),
        ("pd.DataFrame()", "the design of study tiny has no rows"),
    ],
)
def test_a_bad_row_of_a_design_is_named(line, said, tmp_path, capsys):
    text = re.sub(r"return pd\.DataFrame\(\{\"point\": range.*", lambda _: f"return {line}", TINY.read_text("utf-8"))
    code, out, err = yuma(capsys, "run", copied(tmp_path, text), "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert said in err
    assert not (tmp_path / "out").exists()


def test_another_studys_folder_is_not_taken(tmp_path, capsys):
    ran(capsys, TINY, "--out", tmp_path / "out", "--engine", "serial")
    other = copied(tmp_path, TINY.read_text("utf-8").replace('name="tiny"', 'name="other"'))
    code, _, err = yuma(capsys, "run", other, "--out", tmp_path / "out")
    assert (code, "holds results of the study tiny" in err) == (2, True)
    for words in (("status", tmp_path), ("verify", tmp_path)):
        assert yuma(capsys, *words)[0] == 2


def test_broken_study_files_are_one_line(tmp_path, capsys):
    for text, said in (
        ("x = 1", "defines no STUDY"),
        ("1/0", "fails: ZeroDivisionError"),
        ("def", "fails: SyntaxError"),
    ):
        code, _, err = yuma(capsys, "run", copied(tmp_path, text), "--out", tmp_path / "out")
        assert (code, err.count("\n")) == (2, 1)
        assert said in err


# ---------------------------------------------------------------- verify, dry run, designs


def test_verify_finds_no_difference_and_finds_one(tmp_path, capsys):
    ran(capsys, TINY, "--out", tmp_path, "--engine", "serial")
    code, out, _ = yuma(capsys, "verify", tmp_path, "--tasks", "5", "--json")
    facts = json.loads(out)
    assert (code, facts["tasks"], facts["largest_difference"], facts["findings_changed"]) == (0, 5, 0.0, [])
    batch = Batch.opened(tmp_path)
    key = batch.key(batch.row(0))
    frame = batch.store.read(key)
    frame.loc[0, "value"] += 1e-3
    batch.store.write(key, encoded(frame)[0])
    facts = json.loads(yuma(capsys, "verify", tmp_path, "--json")[1])
    assert facts["largest_difference"] == pytest.approx(1e-3)
    frame.loc[0, ["value", "part"]] = [1e6, "z"]
    batch.store.write(key, encoded(frame)[0])
    code, out, _ = yuma(capsys, "verify", tmp_path, "--json")
    assert (code, json.loads(out)["findings_changed"], json.loads(out)["texts_changed"]) == (1, ["mean"], 1)


def test_a_dry_run_keeps_nothing(tmp_path, capsys):
    code, out, _ = yuma(capsys, "run", slowed(tmp_path, 0.05), "--out", tmp_path / "out", "--dry-run", "--json")
    facts = json.loads(out)
    assert (code, facts["tasks"], facts["failed"]) == (0, 12, 0)
    assert facts["seconds"] * facts["workers"] >= 12 * 0.05
    assert facts["memory_mib"] > 10
    assert not (tmp_path / "out").exists()


FEW = {"validators.count": 3, "miners.count": 4, "epochs": 8, "burn_in": 2, "worlds": 4, "start": "uniform"}


def test_a_design_of_ones_own_in_five_lines(tmp_path):
    scenario = Scenario.named("weight-copying", FEW)
    design = designs.grid({"rules.kappa": [0.4, 0.5], "mix.validators.weight-copier": [0, 1], "seed": range(2)})
    results = run_design(scenario, design, engine="serial", out=tmp_path)
    assert results["task"].nunique() == 8
    assert {"payoff", "payoff_low", "payoff_high", "rules.kappa"} <= set(results.columns)
    copiers = results[results["strategy"] == "weight-copier"]
    assert copiers.groupby("mix.validators.weight-copier")["players"].unique().map(list).to_dict() == {1: [1]}
    pd.testing.assert_frame_equal(results, Batch.opened(tmp_path).results)
    solved = run_design(scenario, designs.zip_({"rules.kappa": [0.5]}), measure="solve", engine="serial")
    assert {"share", "regret", "verdict", "complete"} <= set(solved.columns)
    assert set(solved["verdict"]) <= {"certified", "rejected", "consistent", "undecided"}


def test_a_design_brings_its_policies_to_every_process(tmp_path):
    plugin = copied(tmp_path, PLUGIN.replace("odd-one", "odd-three"), "odd_three.py")
    load_plugins([str(plugin)])
    scenario = Scenario.named("weight-copying", {**FEW, "validators.strategies": "honest,odd-three"})
    design = designs.grid({"mix.validators.odd-three": [0, 1]})
    here, there = (
        run_design(scenario, design, engine=engine, workers=workers, plugins=[str(plugin)])
        for engine, workers in (("serial", None), ("processes", 1))
    )
    pd.testing.assert_frame_equal(here, there)


def test_a_design_with_a_bad_value_is_refused_or_fails_by_row(tmp_path):
    scenario = Scenario.named("weight-copying", FEW)
    with pytest.raises(BadInput, match=r"row 1 of the design .* has rules\.kappa = nan"):
        run_design(scenario, pd.DataFrame({"rules.kappa": [0.5, float("nan")]}), engine="serial")
    with pytest.raises(BadInput, match=r"rules\.kappa is 2\.0"):
        run_design(scenario, pd.DataFrame({"rules.kappa": [0.5, 2.0]}), engine="serial")
    with pytest.raises(BadInput, match="did you mean"):
        run_design(scenario, pd.DataFrame({"rules.kapa": [0.5]}), engine="serial")


def test_a_parts_digest_is_of_its_content():
    frame = pd.DataFrame({"a": [1.5, float("nan")], "b": ["x", None], "c": [True, False]})
    assert content_digest(frame) == content_digest(frame.copy())
    assert (
        len(
            {
                content_digest(f)
                for f in (frame, frame.rename(columns={"a": "d"}), frame.iloc[::-1], frame[["b", "a", "c"]])
            }
        )
        == 4
    )
    assert encoded(frame)[1] == content_digest(frame)


def test_a_result_with_any_kind_of_nan_is_read_again(tmp_path):
    """0 / 0 is a NaN with a sign, which no file keeps: such a result was taken for damaged."""
    frame = pd.DataFrame({"ratio": [1.0, -np.nan, np.nan, np.inf], "single": np.float32([0.5, -np.nan, 1, 2])})
    store = Store(tmp_path)
    store.prepare()
    store.write("ab12", encoded(frame)[0])
    pd.testing.assert_frame_equal(store.read("ab12"), frame)


def test_a_study_is_known_by_what_travels():
    code = study_code(str(TINY))
    assert type(code).from_json(json.loads(json.dumps(code.to_json()))) == code
    assert code.study().name == "tiny"
