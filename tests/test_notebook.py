"""The tutorial notebook runs from top to bottom as a reader runs it, at a small size, and was run before."""

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="the extra `test` brings what runs notebooks")
nbclient = pytest.importorskip("nbclient", reason="the extra `test` brings what runs notebooks")

NOTEBOOK = Path(__file__).resolve().parents[1] / "docs" / "tutorials" / "ten-thousand-runs.ipynb"
SMALL = "worlds = 4\nperiods = [1, 5]\nepochs = 50"


def _results(notebook):
    """What the code cells showed, by MIME type or stream, in order."""
    return [
        kind
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for kind in (output["data"] if "data" in output else [output["output_type"]])
    ]


@pytest.mark.filterwarnings("ignore")  # what Jupyter's own packages say of each other
def test_it_runs_at_a_small_size(tmp_path):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    (decides,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    decides.source = SMALL
    client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    assert "image/png" in _results(notebook)
    assert (tmp_path / "results" / "notebook-copying" / "manifest.json").is_file()


def test_it_is_kept_with_what_it_showed():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    shown = _results(notebook)
    assert "image/png" in shown
    assert "error" not in shown
    assert any("10000 runs" in output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
