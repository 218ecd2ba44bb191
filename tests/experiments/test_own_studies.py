"""What a person's own study, design or result gets wrong is one line or one failed row, and nothing else is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from experiments import BadInput, Scenario, run_design
from experiments.batch import Batch
from experiments.cli import main
from experiments.engine import engine, local_cluster
from experiments.store import Store, content_digest, encoded
from experiments.study import checked_design
from experiments.study_code import study_code
from experiments.work import Job, perform

TINY = Path(__file__).with_name("tiny_study.py").read_text("utf-8")
FEW = {"validators.count": 3, "miners.count": 4, "epochs": 8, "burn_in": 2, "worlds": 4, "start": "uniform"}


def yuma(capsys, *words):
    code = main([str(word) for word in words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def changed(folder, *changes):
    text = TINY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder / "tiny_study.py"
    file.write_text(text, "utf-8")
    return file


def refused(capsys, folder, *changes):
    code, out, err = yuma(capsys, "run", changed(folder, *changes), "--out", folder / "out", "--engine", "serial")
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert not (folder / "out").exists()
    return err


def failing(row, error):
    return ("    values =", f"    if row['point'] == {row}:\n        raise {error}\n    values =")


@pytest.mark.parametrize("error", ["SystemExit(0)", "__import__('asyncio').CancelledError()"])
def test_a_task_that_asks_to_exit_is_a_failed_row(error, tmp_path, capsys):
    words = ("run", changed(tmp_path, failing(3, error)), "--out", tmp_path / "out", "--engine", "serial", "--json")
    code, out, _ = yuma(capsys, *words)
    state = json.loads(out)
    assert (code, state["done"], [each["task"] for each in state["failures"]]) == (1, 11, [3])


def test_in_a_process_of_its_own_an_interrupt_and_what_is_printed_are_the_tasks(tmp_path, capfd):
    code = study_code(
        str(changed(tmp_path, failing(1, "KeyboardInterrupt"), ("    values =", "    print('?')\n    values =")))
    )
    rows = [{"point": point, "scale": 0.5, "seed": 7} for point in range(3)]
    outcomes = dict(engine("processes", workers=1)((n, Job(code, row)) for n, row in enumerate(rows)))
    assert [outcomes[n].stage for n in range(3)] == ["", "task", ""]
    printed = capfd.readouterr()
    assert ("?" in printed.out, "?" in printed.err) == (False, True)


def test_an_interrupt_here_stops_the_run(tmp_path, capsys):
    file = changed(tmp_path, failing(3, "KeyboardInterrupt"))
    code, _, err = yuma(capsys, "run", file, "--out", tmp_path / "out", "--engine", "serial")
    assert (code, "what was finished is kept" in err) == (130, True)
    assert len(Store(tmp_path / "out").keys()) == 3


def test_json_is_one_object_whatever_a_study_prints(tmp_path, capsys):
    prints = [("    values =", "    print('task')\n    values ="), ("import numpy", "print('file')\nimport numpy")]
    code, out, err = yuma(capsys, "run", changed(tmp_path, *prints), "--out", tmp_path, "--engine", "serial", "--json")
    assert (code, json.loads(out)["done"]) == (0, 12)
    assert {"task", "file"} <= set(err.split())


def test_a_bad_row_is_named_before_anything_is_written(tmp_path):
    base = Scenario.named("weight-copying", FEW)
    for design, said in (
        ({"rules.kappa": [0.5, 7, 0.6]}, r"row 1 of the design .* rules\.kappa is 7\.0"),
        ({"mix.validators.weight-copier": [1, 1.7]}, r"row 0|row 1 .* is 1\.7; .* whole"),
        ({"mix.validators.weight-copier": [True]}, r"row 0 .* is True"),
        ({"mix.validators.weight-copier": ["x"]}, r"row 0 .* is 'x'"),
        ({"mix.validators.weight-copier": [1, 9]}, r"row 1 .* 3 seats"),
    ):
        with pytest.raises(BadInput, match=said):
            run_design(base, pd.DataFrame(design), out=tmp_path / "d", engine="serial")
    assert not (tmp_path / "d").exists()


SCENARIO = """
def scenario(row):
    {}


STUDY"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "from experiments import Scenario; return Scenario.named('subnet', {'rules.kappa': row['point']})",
            "row 2 of",
        ),
        ("return {}[row['point']]", "row 0 of the design of tiny is not read by the study: KeyError: 0"),
        ("return {}", "gives dict; it must be a Scenario"),
    ],
)
def test_a_row_that_is_no_scenario_is_named(line, said, tmp_path, capsys):
    given = ("    sentence=sentence,", "    sentence=sentence,\n    scenario=scenario,")
    assert said in refused(capsys, tmp_path, ("\nSTUDY", SCENARIO.format(line)), given)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('pd.DataFrame({"task": [1]})', "has a column named task"),
        (
            'pd.DataFrame({"point": [1, 2, "three"]})',
            "row 2 of the design of study tiny has point = 'three', but row 0",
        ),
        ('pd.DataFrame({"point": [1, True]}, dtype=object)', "row 1 of the design of study tiny has point = True"),
        ('pd.DataFrame({"point": [1, 2**63]}, dtype=object)', "whole numbers lie in"),
        ('{"point": [1]}', "is of type dict"),
        ('pd.DataFrame({"point": {}["none"]})', "design('small') of study tiny fails: KeyError: 'none'"),
    ],
)
def test_a_design_that_cannot_be_is_one_line(line, said, tmp_path, capsys):
    usual = 'pd.DataFrame({"point": range(12 if size == "small" else 60), "scale": 0.5, "seed": 7})'
    assert said in refused(capsys, tmp_path, (usual, line))


@pytest.mark.parametrize("name", ["../evil", "", "Tiny", "a--b", "a/b", "x" * 101])
def test_a_study_is_named_as_a_folder_can_be(name, tmp_path, capsys):
    assert "the study's name is" in refused(capsys, tmp_path, ('name="tiny"', f"name={name!r}"))


def test_a_design_of_objects_is_of_plain_values():
    import numpy as np

    given = pd.DataFrame({"a": [1, np.float64(0.5)], "b": [np.int64(1), 2], "c": [np.str_("x"), "y"]}, dtype=object)
    design = checked_design(given, "mine")
    assert [type(value) for value in (design["a"][0].item(), design["b"][0].item())] == [float, int]
    for column in ({"rules.kappa": [0.5, "0.6"]}, {"validators.stake": ["equal", 5]}):
        with pytest.raises(BadInput, match="row 1 of the design of mine"):
            checked_design(pd.DataFrame(column), "mine")
    with pytest.raises(BadInput, match="is of type list"):
        checked_design([{"seed": 1}], "mine")


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ('"large": [[1], [2], [3]]', "column large holds [1]"),
        ("1: [1, 2, 3]", "each needs a text"),
        ('"scale": 1', "rename"),
    ],
)
def test_a_result_that_no_part_can_hold_is_a_failed_row(column, said, tmp_path, capsys):
    file = changed(tmp_path, ('"large": values > 1', column), ("range(12 if", "range(2 if"))
    code, out, _ = yuma(capsys, "run", file, "--out", tmp_path / "out", "--engine", "serial")
    assert (code, out.count("failed (result)"), out.count(said)) == (1, 2, 2)
    assert yuma(capsys, "status", tmp_path / "out")[0] == 0


def test_what_is_read_has_the_digest_it_was_kept_under(tmp_path):
    store = Store(tmp_path)
    for n, column in enumerate(([1, 2], [1, None], [True, None], pd.array([1, None], dtype="Int64"), [None, None])):
        frame = pd.DataFrame({"a": pd.Series(column, dtype=None if hasattr(column, "dtype") else object)})
        store.write(f"{n:032x}", encoded(frame)[0])
        read = store.read(f"{n:032x}")
        assert read is not None, column
        assert content_digest(read) == store.digest(f"{n:032x}")


def test_one_joint_file_holds_what_tasks_return_in_numbers_of_several_kinds(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.store._FRAMES", 2)
    store = Store(tmp_path)
    frames = [pd.DataFrame({"task": [n], "a": [n]}) for n in range(4)]
    frames += [pd.DataFrame({"task": [4], "a": [0.5]}), pd.DataFrame({"task": [5], "a": [1], "b": ["x"]})]
    store.write_joint("all.parquet", lambda: frames)
    joint = pd.read_parquet(tmp_path / "all.parquet")
    assert joint["a"].tolist() == [0, 1, 2, 3, 0.5, 1]
    assert joint["b"].tolist()[-1] == "x"
    assert joint["task"].dtype == "int64"
    with pytest.raises(BadInput, match="values of several kinds"):
        store.write_joint("bad.parquet", lambda: [*frames, pd.DataFrame({"task": [6], "a": ["text"]})])
    assert not (tmp_path / "bad.parquet").exists()


def test_a_scenario_of_any_name_makes_a_batch(tmp_path):
    named = Scenario.from_document({"base": "weight-copying", "name": "Ünter ../x", **FEW})
    assert len(run_design(named, pd.DataFrame({"seed": [1]}), out=tmp_path, engine="serial"))
    assert Batch.opened(tmp_path).study.name.startswith("play-nter-x-")


def test_equal_infinities_are_no_difference(tmp_path, capsys):
    file = changed(
        tmp_path, ('    return pd.DataFrame({"part"', "    values[0] = float('inf')\n    return pd.DataFrame({\"part\"")
    )
    assert yuma(capsys, "run", file, "--out", tmp_path / "out", "--engine", "serial")[0] == 0
    code, out, err = yuma(capsys, "verify", tmp_path / "out", "--tasks", "2", "--json")
    assert (code, err, json.loads(out)["largest_difference"]) == (0, "", 0.0)


def test_verify_tells_of_results_too_few_to_read(tmp_path, capsys):
    file = changed(tmp_path, ("return [Finding", "assert len(results) == 36; return [Finding"))
    assert yuma(capsys, "run", file, "--out", tmp_path / "out", "--engine", "serial", "--shard", "1/3")[0] == 0
    code, _, err = yuma(capsys, "verify", tmp_path / "out", "--tasks", "1")
    assert (code, err.count("\n"), "cannot be read by study tiny (AssertionError" in err) == (2, 1, True)


def test_a_worker_with_another_engine_fails_its_tasks(tmp_path):
    job = Job(study_code(str(changed(tmp_path))), {"point": 1, "scale": 0.5, "seed": 7}, "0.0+another")
    outcome = perform(job)
    assert (outcome.stage, "not 0.0+another; install the same" in outcome.message) == ("load", True)


def test_a_dask_scheduler_without_workers_is_one_line(tmp_path, monkeypatch, capsys):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr("experiments.engine._PATIENCE", 0.2)
    with local_cluster(distributed, 0) as cluster:
        words = ("--out", tmp_path / "out", "--engine", "dask", "--scheduler", cluster.scheduler_address)
        code, out, err = yuma(capsys, "run", changed(tmp_path), *words)
    assert (code, out, err.count("\n"), "has had no workers for 0.2 s" in err) == (2, "", 1, True), err


def test_a_dry_run_is_of_what_is_left_of_its_share(tmp_path, capsys):
    words = ("run", changed(tmp_path), "--out", tmp_path / "out", "--engine", "serial")
    assert yuma(capsys, *words, "--shard", "1/3")[0] == 0
    for shard, tasks in (("1/1", 8), ("2/3", 4), ("1/3", 0)):
        code, out, _ = yuma(capsys, *words, "--shard", shard, "--dry-run", "--json")
        assert (code, json.loads(out)["tasks"]) == (0, tasks)
    assert "nothing is missing" in yuma(capsys, *words, "--shard", "1/3", "--dry-run")[1]


def test_a_script_needs_no_guard(tmp_path):
    """Python's own processes run the script again, and with it the batch: each printed a traceback and died."""
    script = tmp_path / "script.py"
    study, out = str(changed(tmp_path)), str(tmp_path / "out")
    run = f"batch = run_study({study!r}, out={out!r}, workers=2)"
    script.write_text(f"from experiments import run_study\n{run}\nprint(batch.status()['done'], __file__)\n")
    root = str(Path(__file__).resolve().parents[2])
    told = {"env": {**os.environ, "PYTHONPATH": root}, "capture_output": True, "text": True, "timeout": 120}
    ended = subprocess.run([sys.executable, str(script)], **told)
    assert (ended.returncode, ended.stdout.split(), ended.stderr) == (0, ["12", str(script)], "")
