"""Reports and exports: what they say is what the results hold, and the page needs nothing but itself."""

import csv
import json
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from experiments import run_study
from experiments.cli import main
from experiments.report import finding_cells, report_of, rows_of
from experiments.report_html import html_page
from experiments.study import Finding

TINY = Path(__file__).with_name("tiny_study.py")


def yuma(capsys, *words):
    code = main([str(word) for word in words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


DRAWING = """
def figures(results):
    from charts.retention import RetentionPoint, retention_chart
    points = [RetentionPoint(series="<b>s&p</b>", cabal_utility=v, honest_utility=v, low=v, high=v) for v in (0.1, 0.9)]
    drawn = lambda: retention_chart(points, title="<script>", subtitle=["a"], legend="&")
    return {"one": drawn(), "two": drawn()}
"""


@pytest.fixture(scope="module")
def drawing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawing")
    text = TINY.read_text("utf-8").replace("def figures(results):\n    return {}\n", DRAWING)
    text = text.replace('name="tiny"', 'name="drawing"').replace("What is the mean", "<i>What</i> is the mean")
    (folder / "drawing.py").write_text(text)
    return run_study(str(folder / "drawing.py"), out=folder / "out", engine="serial")


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *each) for each in attrs]

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_fetches_nothing_and_names_are_escaped(drawing):
    text = html_page(report_of(drawing))
    page = Page(text)
    assert {"script", "link", "img", "iframe", "object", "b", "i"}.isdisjoint(page.tags)
    for _, name, value in page.attributes:
        assert name not in ("src", "srcset", "data", "action")
        assert not name.startswith("on")
        if name == "href" or name.endswith(":href"):
            assert value.startswith("#")
    assert not re.findall(r"url\((?!#)|@import", text)
    assert page.tags.count("svg") >= 2
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    shown = "".join(page.text)
    assert "<i>What</i> is the mean" in shown
    assert report_of(drawing).sentence in shown


def test_findings_are_a_frame(drawing):
    frame = drawing.findings
    assert frame["name"].tolist() == ["mean"]
    assert {"measured", "low", "high", "published", "agrees", "source"} <= set(frame.columns)


def test_the_command_writes_the_page_and_says_the_same(drawing, capsys):
    folder = drawing.store.folder
    code, out, _ = yuma(capsys, "report", folder.parent / "drawing.py", "--out", folder)
    assert code == 0
    assert (folder / "report.html").read_text().startswith("<!doctype html>")
    answer = json.loads(yuma(capsys, "report", folder.parent / "drawing.py", "--out", folder, "--json")[1])
    assert answer["done"] == answer["tasks"] == 12
    (finding,) = answer["rows"]
    assert finding["measured"] == pytest.approx(drawing.results["value"].mean())
    assert (finding["published"], finding["agrees"]) == (0.0, True)
    assert answer["sentence"] in out
    assert f"yuma run ./drawing.py --size small --out {folder}" in out


def test_an_export_is_whole_and_says_what_made_it(drawing, tmp_path, capsys):
    words = ("export", drawing.store.folder.parent / "drawing.py", "--out", drawing.store.folder, tmp_path / "paper")
    code, _, err = yuma(capsys, *words)
    assert code == 0, err
    there = {file.relative_to(tmp_path / "paper").as_posix() for file in (tmp_path / "paper").rglob("*.*")}
    figures = {f"figures/{name}.{kind}" for name in ("one", "two") for kind in ("pdf", "svg", "png")}
    assert there == figures | {
        *("methods.md", "report.html", "report.json", "manifest.json", "rebuild.sh", "design.csv", "drawing.py"),
        *("tables/findings.csv", "tables/findings.tex", "data/one.csv", "data/two.csv"),
    }
    heads = {"pdf": b"%PDF", "png": b"\x89PNG", "svg": b"<svg"}
    for name in figures:
        assert (tmp_path / "paper" / name).read_bytes().startswith(heads[name[-3:]])
    with open(tmp_path / "paper" / "data" / "one.csv", newline="") as file:
        assert [row["series"] for row in csv.DictReader(file)] == ["<b>s&p</b>"] * 2
    methods = (tmp_path / "paper" / "methods.md").read_text()
    for word in (drawing.status()["digest"], "12 of 12 tasks", "numpy", "Seeds: 7"):
        assert word in methods
    (tmp_path / "paper" / "figures" / "one.pdf").write_bytes(b"")
    assert yuma(capsys, *words)[0] == 0, "an earlier export is replaced"
    assert (tmp_path / "paper" / "figures" / "one.pdf").read_bytes().startswith(b"%PDF")
    assert [each.name for each in tmp_path.iterdir()] == ["paper"]


def test_the_rebuild_script_rebuilds(drawing, tmp_path, capsys):
    folder, study = drawing.store.folder, drawing.store.folder.parent / "drawing.py"
    yuma(capsys, "export", study, "--out", folder, tmp_path / "a paper")
    root = str(Path(__file__).resolve().parents[2])
    command = tmp_path / "bin" / "yuma"  # stands for the installed one
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m experiments.cli "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}:/usr/bin:/bin"
    where = {"cwd": tmp_path, "env": {"PYTHONPATH": root, "PATH": path, "HOME": str(tmp_path)}}
    done = subprocess.run(["a paper/rebuild.sh"], capture_output=True, text=True, timeout=600, **where)
    assert done.returncode == 0, done.stderr
    assert drawing.status()["digest"] in done.stdout
    one, other = ((tmp_path / "a paper" / place / "tables" / "findings.csv").read_bytes() for place in (".", "export"))
    assert one == other


def test_a_folder_that_is_not_ours_is_left_alone(drawing, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("x")
    study, folder = drawing.store.folder.parent / "drawing.py", drawing.store.folder
    for place, said in ((tmp_path / "mine", "no earlier export"), ("/proc/none/here", "cannot be written")):
        code, _, err = yuma(capsys, "export", study, "--out", folder, place)
        assert (code, err.count("\n"), said in err) == (2, 1, True)
    assert [each.name for each in (tmp_path / "mine").iterdir()] == ["thesis.tex"]


def test_reports_without_results_are_one_line(tmp_path, capsys, drawing):
    for words, said in (
        (("report", TINY, "--out", tmp_path), "holds no results"),
        (("report", TINY, "--out", drawing.store.folder), "holds results of the study drawing, not of tiny"),
        (("export", "nothing", tmp_path / "x"), "study 'nothing' is unknown"),
    ):
        code, out, err = yuma(capsys, *words)
        assert (code, out, err.count("\n"), said in err) == (2, "", 1, True), err


def test_a_study_that_cannot_read_its_results_is_told(tmp_path, capsys):
    file = tmp_path / "short.py"
    file.write_text(TINY.read_text().replace("return [Finding", "return 1 / 0, [Finding"))
    assert yuma(capsys, "run", file, "--out", tmp_path / "out", "--engine", "serial")[0] == 0
    code, _, err = yuma(capsys, "report", file, "--out", tmp_path / "out")
    assert (code, "cannot be read by study tiny (ZeroDivisionError" in err) == (2, True)


@pytest.mark.parametrize(
    ("finding", "cells"),
    [
        (Finding(name="a", unit="%", measured=48.7732, published=48.773), ["a", "48.773 %", "48.773 %", "no"]),
        (Finding(name="a", unit="1", measured=None), ["a", "-", "-", "-"]),
        (Finding(name="a", unit="1", measured=True, published=1.0), ["a", "yes", "yes", "yes"]),
        (Finding(name="a", unit="1", measured=float("nan"), published=1.0), ["a", "-", "1", "no"]),
        (Finding(name="a", unit="%", measured=77.0, low=76.96, high=77.0), ["a", "77.00 % [76.96, 77.00]", "-", "-"]),
        (Finding(name="a", unit="runs", measured=28611.0), ["a", "28,611 runs", "-", "-"]),
        (Finding(name="a", unit="1", measured=1e-7, low=None, high=1.0), ["a", "1.000e-07 [none, 1.000]", "-", "-"]),
    ],
)  # fmt: skip
def test_findings_are_shown_with_unit_and_interval(finding, cells):
    assert finding_cells(finding) == cells


def test_commands_are_quoted_for_a_shell(tmp_path, capsys):
    folder = tmp_path / "my results; $HOME"
    batch = run_study(str(TINY), out=folder, engine="serial")
    for command in report_of(batch).commands:
        assert shlex.split(command)[-2:] == ["--out", str(folder)]


def test_the_data_of_any_chart_is_exported():
    import altair as alt
    import pandas as pd

    frame = pd.DataFrame({"x": range(6000), "y": 0.5})
    one = alt.Chart(frame).mark_point().encode(x="x:Q")
    other = alt.Chart(alt.Data(values=[{"z": 1}])).mark_rule().encode(x="z:Q")
    assert rows_of(one) == frame.to_dict("records")
    assert rows_of(one + one.mark_line()) == frame.to_dict("records")
    assert sorted(len(row) for row in rows_of(one + other)) == [1] + [2] * 6000
    assert sorted(len(row) for row in rows_of(one | other)) == [1] + [2] * 6000
