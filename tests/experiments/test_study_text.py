"""What of a study's text names its results: editing how they are read costs nothing, editing what they rest on does."""

import json

import pandas as pd
import pytest

from experiments import BadInput, Scenario, Study, designs, run_design
from experiments.batch import Batch
from experiments.cli import main
from experiments.study_text import deciding_text

TEXT = '''
"""A study."""
import numpy as np
import pandas as pd
from experiments import Finding, Study

TITLE = "first title"
SCALE = 0.5

def design(size):
    return pd.DataFrame({"point": range(4 if size == "small" else 8)})

def drawn(row):
    """Draws."""
    return SCALE * np.random.default_rng(row["point"]).normal(size=3)

def task(row):
    return pd.DataFrame({"value": drawn(row)})

def findings(results):
    return [Finding(name="mean", unit="1", measured=float(results["value"].mean()))]

def figures(results):
    import altair as alt
    return {"values": alt.Chart(results, title=TITLE).mark_point().encode(x="point:Q", y="value:Q")}

STUDY = Study(name="edited", question="?", expected="0", source="me", design=design, task=task, findings=findings,
              figures=figures, sentence=lambda results: f"{results['value'].mean():.3f} is the mean.")
'''
READING = [
    ("first title", "second title", "second title"),
    ("is the mean.", "is the mean of all.", "is the mean of all."),
    ("range(4 if", "range(3 if", "3 of 3 tasks"),
    ('question="?"', 'question="What?"', "What?"),
    ('name="mean"', 'name="average"', "average"),
]
DECIDING = [
    ("SCALE = 0.5", "SCALE = 0.6"),
    ("normal(size=3)", "normal(size=4)"),
    ('{"value": drawn(row)}', '{"value": 2 * drawn(row)}'),
    ("def figures", "SCALE += 1\n\ndef figures"),
]


def yuma(capsys, *words):
    code = main([str(word) for word in words])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return printed.out


@pytest.fixture
def ran(tmp_path, capsys):
    file = tmp_path / "edited.py"
    file.write_text(TEXT)
    yuma(capsys, "run", file, "--out", tmp_path / "out", "--engine", "serial")
    return file, tmp_path / "out"


@pytest.mark.parametrize("edit", READING)
def test_an_edit_of_what_reads_shows_at_once_and_computes_nothing(edit, ran, capsys):
    file, out = ran
    old, new, shown = edit
    file.write_text(TEXT.replace(old, new))
    report = json.loads(yuma(capsys, "report", file, "--out", out, "--json"))
    assert "its rows are the same" in report["note"]
    assert report["done"] == report["tasks"]
    assert shown in (out / "report.html").read_text()
    assert " 0 of them now" in yuma(capsys, "run", file, "--out", out, "--engine", "serial")
    assert json.loads(yuma(capsys, "report", file, "--out", out, "--json"))["note"] is None


@pytest.mark.parametrize("edit", DECIDING)
def test_an_edit_of_what_rows_rest_on_is_told_and_computed(edit, ran, capsys):
    file, out = ran
    before = json.loads(yuma(capsys, "report", file, "--out", out, "--json"))
    assert before["note"] is None
    file.write_text(TEXT.replace(*edit))
    report = json.loads(yuma(capsys, "report", file, "--out", out, "--json"))
    assert "run it again" in report.pop("note")
    assert report == {key: value for key, value in before.items() if key != "note"}, "the text that was run says it"
    assert "4 of them now" in yuma(capsys, "run", file, "--out", out, "--engine", "serial")


def test_a_design_that_grows_keeps_its_results(ran, capsys):
    file, out = ran
    file.write_text(TEXT.replace("range(4 if", "range(6 if"))
    report = json.loads(yuma(capsys, "report", file, "--out", out, "--json"))
    assert (report["done"], report["missing"]) == (4, 2)
    assert "2 of them now" in yuma(capsys, "run", file, "--out", out, "--engine", "serial")


TASK = frozenset({"task"})


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("def task(row): return f(row)\ndef f(row): return 1\ndef g(row): return 2", "def f"),
        ("def task(row): return X\nX = (1, -2)\nY = 3", "def task(row): return X\nX = (1, -2)"),
        ("def task(row): return 1\nX = draw()\ndef draw(): return 2\ndef other(): return 3", "def draw"),
        ("def task(row): return X\nX = {}\ndef fill(): return 1\nX['a'] = fill()", "def fill"),
        ("def task(row): return K().at(row)\nclass K:\n    def at(self, row): return g\ndef g(): pass", "def g"),
        ("@kept\ndef task(row): return 1", "@kept"),
        ("def task(row): return 1\nif 1:\n    def g(): pass\nelse:\n    g = task\ndef h(): return g", "if 1:"),
    ],
)  # fmt: skip
def test_what_a_task_may_reach_is_kept(text, left):
    whole = deciding_text(text, TASK)
    assert left in whole
    for name in ("other", "Y = 3", "def g(row)", "def h"):
        assert name not in whole


@pytest.mark.parametrize(
    "text",
    [
        "def task(row): return globals()[row['name']](row)\ndef figures(results): return 1",
        "import sys\ndef task(row): return getattr(sys.modules[__name__], 'f')()\ndef f(): return 1",
        "from functools import partial\ndef other(): return 1",  # the task is not there
    ],
)
def test_a_text_that_may_reach_anything_is_taken_whole(text):
    assert deciding_text(text, TASK) == text


def test_a_name_that_is_bound_twice_is_kept():
    text = "def task(row): return 1\ndef f(): return 2\ntry:\n    from fast import f\nexcept ImportError:\n    pass"
    assert "def f" in deciding_text(text, TASK)


@pytest.mark.parametrize("field", ["task", "scenario"])
def test_a_task_without_a_text_is_refused(field):
    from functools import partial

    given = dict.fromkeys(("design", "task", "findings", "figures", "sentence"), len)
    with pytest.raises(BadInput, match=rf"{field} of study odd is a partial; it must be a function"):
        Study(name="odd", question="", expected="", source="", **{**given, field: partial(len)})


FEW = {"validators.count": 3, "miners.count": 4, "epochs": 8, "burn_in": 2, "worlds": 4, "start": "uniform"}


def test_a_folder_of_a_design_is_reported_exported_and_gone_on_with(tmp_path, capsys):
    base, folder = Scenario.named("weight-copying", FEW), tmp_path / "swept"
    design = designs.grid({"rules.kappa": [0.4, 0.5], "mix.validators.weight-copier": [0, 1]})
    results = run_design(base, design, out=folder, engine="serial")
    report = json.loads(yuma(capsys, "report", folder, "--json"))
    assert report["sentence"] == "4 runs of weight-copying over rules.kappa, mix.validators.weight-copier."
    assert len(report["rows"]) == results["payoff"].notna().sum()
    first = report["rows"][0]
    assert (first["unit"], first["measured"]) == ("thousandths", results["payoff"].iloc[0])
    assert set(report["figures"]) == {"rules-kappa", "mix-validators-weight-copier"}
    assert report["commands"] == [f"yuma run {folder}", f"yuma report {folder}"]
    digest = Batch.opened(folder).status()["digest"]
    next((folder / "parts").rglob("*.parquet")).unlink()
    assert "1 of them now" in yuma(capsys, "run", folder, "--engine", "serial")
    assert Batch.opened(folder).status()["digest"] == digest
    assert "design.parquet" in yuma(capsys, "export", folder, tmp_path / "paper")
    assert "cp manifest.json design.parquet results" in (tmp_path / "paper" / "rebuild.sh").read_text()
    pd.testing.assert_frame_equal(
        pd.read_csv(tmp_path / "paper" / "design.csv", index_col="task"), design, check_names=False
    )


def test_a_folder_of_equilibria_shows_their_regret(tmp_path, capsys):
    run_design(Scenario.named("weight-copying", FEW), designs.zip_({"seed": [1]}), measure="solve", out=tmp_path)
    report = json.loads(yuma(capsys, "report", tmp_path, "--json"))
    assert report["sentence"] == "1 run of weight-copying."
    assert all("regret" in row["note"] and row["unit"] == "of the role" for row in report["rows"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "x"], "--out is given beside the folder"),
        (["--plugin", "x.py"], "--plugin is given beside the folder"),
        (["--size", "small"], "has a design of its own: leave it out"),
    ],
)
def test_what_a_folder_holds_is_not_given_again(words, said, tmp_path, capsys):
    run_design(Scenario.named("weight-copying", FEW), designs.zip_({"seed": [1]}), out=tmp_path, engine="serial")
    code = main(["run", str(tmp_path), *words])
    printed = capsys.readouterr()
    assert (code, printed.out, printed.err.count("\n")) == (2, "", 1)
    assert said in printed.err


def test_a_folder_without_results_is_told(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 2
    assert "holds no results; run a study into it" in capsys.readouterr().err
