"""The rooms of the house: imports go one way, and only the right rooms know Streamlit, Mesa and files."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "econ": {"econ"},
    "agents": {"agents", "econ"},
    "charts": {"charts", "econ"},
    "experiments": {"experiments", "agents", "charts", "econ"},
    "views": {"views", "experiments", "agents", "charts", "econ"},
    "app": {"views"},
}
INSIDE_ECON = {
    "games": {"games", "inference"},
    "inference": {"inference"},
    "equilibrium": {"equilibrium", "games", "inference"},
    "yuma": {"yuma"},
    "tokens": {"tokens"},
}
EVERYWHERE = {"quantity", "compiled", "errors"}
ONLY = {"streamlit": {"views", "app"}, "mesa": {"agents"}}
TOUCHES_FILES = {
    *("open", "Path", "load", "loadtxt", "save", "savez", "savez_compressed", "savetxt", "tofile", "fromfile"),
    *("read_csv", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "remove", "rename"),
}
INTO_MEMORY = {
    *(("charts/export.py", "save"), ("agents/registry.py", "load"), ("econ/yuma/kernel_memory.py", "load")),
    ("agents/network/books.py", "remove"),  # stake, from a share pool
}


def sources():
    for room in MAY_IMPORT:
        path = ROOT / room
        yield from ((room, file) for file in (sorted(path.rglob("*.py")) if path.is_dir() else [ROOT / "app.py"]))


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            whole = node.module in MAY_IMPORT
            yield from (f"{node.module}.{alias.name}" if whole else node.module for alias in node.names)


@pytest.mark.parametrize(("room", "file"), sources(), ids=lambda value: getattr(value, "name", value))
def test_imports_go_one_way(room, file):
    tree = ast.parse(file.read_text("utf-8"))
    for name in imported(tree):
        top, *rest = name.split(".")
        if top in MAY_IMPORT:
            assert top in MAY_IMPORT[room], f"{room} imports {name}"
            inner = file.relative_to(ROOT).parts[1] if room == "econ" else ""
            if top == "econ" and rest and inner in INSIDE_ECON and rest[0] not in EVERYWHERE:
                assert rest[0] in INSIDE_ECON[inner], f"econ/{inner} imports {name}"
        if top in ONLY:
            assert room in ONLY[top], f"{room} imports {name}"
    if room not in {"experiments"}:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if (file.relative_to(ROOT).as_posix(), called) in INTO_MEMORY:
                    continue
                assert called not in TOUCHES_FILES, f"{file.name} calls {called}: only experiments/ touches files"


def test_import_is_light():
    """`import econ` brings neither SciPy, cvxpy, Mesa nor Numba; `import agents` not cvxpy; a solve none for people."""
    for module, absent in (
        ("econ", {"cvxpy", "mesa", "numba", "pandas", "scipy"}),
        ("agents", {"cvxpy", "mesa", "streamlit"}),
        ("experiments.commands.solve", {"altair", "cvxpy", "mesa", "pandas", "scipy.stats", "streamlit"}),
    ):
        code = f"import sys, {module}; print(sorted({absent!r} & set(sys.modules)))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
        assert done.stdout.strip() == "[]"
