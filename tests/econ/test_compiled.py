"""Where compiled code is kept: a place that cannot be written, or a file that is damaged, never stops a run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOOPS = """
from econ.compiled import compiled
from steps import STEP, following
from written import shifted

@compiled
def total(values):
    found = 0.0
    for k in range(values.size):
        found += shifted(following(values[k])) + STEP
    return found

@compiled
def largest(values):
    found = values[0]
    for k in range(values.size):
        found = max(found, values[k])
    return found
"""
STEPS = """
from econ.compiled import compiled

STEP = {step}

@compiled
def following(x):
    return x + {more}
"""
WRITTEN = """
from numba import types
from numba.extending import intrinsic

@intrinsic
def shifted(typing_context, x):
    def code(context, builder, signature, values):
        return builder.fadd(values[0], context.get_constant(types.float64, {by}))
    return x(x), code
"""
RUN = """
import numpy as np, loops
values = np.arange(4.0)
print(loops.total(values), loops.largest(values), sum(loops.total.stats.cache_hits.values()), sep=",")
"""

LATER = """
import numpy as np
from econ.compiled import compiled
from loops import total

@compiled
def doubled(values):
    if values.size == 0:
        raise ValueError("no values")
    made = np.empty(values.size)
    for k in range(values.size):
        made[k] = 2.0 * values[k]
    return made, total(made)
"""
RUN_LATER = """
import numpy as np, later
made, whole = later.doubled(np.arange(4.0))
assert made.tolist() == [0, 2, 4, 6] and whole == 16
try:
    later.doubled(made[:0])
except ValueError as error:
    assert str(error) == "no values"
else:
    raise SystemExit("nothing raised")
"""


@pytest.fixture
def package(tmp_path):
    """A package of two files with compiled functions, in a folder of its own, and the places around it."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "loops.py").write_text(LOOPS, "utf-8")
    (folder / "steps.py").write_text(STEPS.format(step=0.0, more=1.0), "utf-8")
    (folder / "written.py").write_text(WRITTEN.format(by=0.0), "utf-8")
    for name in ("home", "tmp", "work"):
        (tmp_path / name).mkdir()
    return folder


def command(package, code=RUN, **environment):
    keep = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    places = {"HOME": str(package.parent / "home"), "TMPDIR": str(package.parent / "tmp")}
    paths = os.pathsep.join([str(package), str(ROOT)])
    given = keep | places | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"} | environment
    return {
        "args": [sys.executable, "-c", code],
        "env": {name: value for name, value in given.items() if value is not None},
        "cwd": package.parent / "work",
        "text": True,
    }


def run(package, code=RUN, **environment):
    """(total, largest, functions read from disk), and what stood on stderr."""
    done = subprocess.run(**command(package, code, **environment), capture_output=True)
    assert done.returncode == 0, done.stderr
    return tuple(float(part) for part in done.stdout.split(",")), done.stderr


def kept_under(folder):
    return sorted(path.name.split("-")[0] for path in folder.rglob("*.nbi"))


def closed(path):
    """A place that not even root can write: a file where a folder should be."""
    path.write_text("", "utf-8")
    return path


def test_code_is_kept_in_the_package_and_found_again(package):
    assert run(package) == ((10.0, 3.0, 0.0), "")
    assert "loops.total" in kept_under(package / "__pycache__")
    assert run(package) == ((10.0, 3.0, 1.0), "")


@pytest.mark.slow
def test_code_that_is_found_runs_without_the_compilers_tables(package):
    """And what is compiled afterwards may call it, allocate, and raise."""
    (package / "later.py").write_text(LATER, "utf-8")
    run(package)
    lean = "import sys; assert 'numba.np.linalg' not in sys.modules and 'scipy.linalg' not in sys.modules"
    assert run(package, RUN + lean) == ((10.0, 3.0, 1.0), "")
    assert run(package, f"{RUN}{lean}\n{RUN_LATER}") == ((10.0, 3.0, 1.0), "")
    assert run(package, f"{RUN_LATER}\n{RUN}{lean}") == ((10.0, 3.0, 1.0), "")  # all of it found


@pytest.mark.slow
def test_a_change_in_another_file_is_noticed(package):
    """A function that is called, a number that is named, a function that writes its own code: all stand elsewhere."""
    run(package)
    (package / "steps.py").write_text(STEPS.format(step=0.0, more=2.0), "utf-8")
    assert run(package)[0] == (14.0, 3.0, 0.0)
    (package / "steps.py").write_text(STEPS.format(step=5.0, more=2.0), "utf-8")
    assert run(package)[0] == (34.0, 3.0, 0.0)
    (package / "written.py").write_text(WRITTEN.format(by=10.0), "utf-8")
    assert run(package)[0] == (74.0, 3.0, 0.0)


def test_the_users_cache_is_the_second_place(package):
    closed(package / "__pycache__")
    assert run(package) == ((10.0, 3.0, 0.0), "")
    assert "loops.total" in kept_under(package.parent / "home")
    assert run(package) == ((10.0, 3.0, 1.0), "")


@pytest.mark.parametrize("home", ["closed", None])
def test_a_temporary_folder_is_the_third_and_is_named_once(package, home):
    closed(package / "__pycache__")
    environment = {"HOME": str(closed(package.parent / "closed") / "home"), "XDG_CACHE_HOME": None}
    if home is None:  # numba would take the empty name for the working folder
        environment = {"HOME": None, "XDG_CACHE_HOME": ""}
    answer, said = run(package, **environment)
    assert answer == (10.0, 3.0, 0.0)
    assert said.startswith(f"yuma: compiled loops are kept in {package.parent / 'tmp'}")
    assert said.count("\n") == 1
    assert "loops.total" in kept_under(package.parent / "tmp")
    assert run(package, **environment)[0] == (10.0, 3.0, 1.0)
    assert not list((package.parent / "work").iterdir())


def test_without_any_place_it_is_compiled_at_every_start(package):
    closed(package / "__pycache__")
    nowhere = str(closed(package.parent / "closed") / "folder")
    code = f"import tempfile; tempfile.tempdir = {nowhere!r}\n{RUN}"
    for _ in range(2):
        answer, said = run(package, code, HOME=nowhere, TMPDIR=nowhere)
        assert answer == (10.0, 3.0, 0.0)
        assert said == "yuma: the inner loops are compiled at every start: no folder can be written\n"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no owner here")
def test_a_temporary_folder_that_others_may_write_is_not_used(package):
    closed(package / "__pycache__")
    nowhere = str(closed(package.parent / "closed") / "home")
    folder = package.parent / "tmp" / f"yuma-games-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    answer, said = run(package, HOME=nowhere)
    assert answer == (10.0, 3.0, 0.0)
    assert "compiled at every start" in said
    assert not list(folder.iterdir())


def test_a_named_place_comes_first(package):
    named = package.parent / "named"
    assert run(package, NUMBA_CACHE_DIR=str(named)) == ((10.0, 3.0, 0.0), "")
    assert "loops.total" in kept_under(named)
    assert not kept_under(package)


def test_what_was_installed_is_used_where_nobody_may_write(package):
    """An image warmed by its maker and run by somebody else compiles nothing."""
    run(package)
    before = {path.name: path.stat().st_mtime_ns for path in (package / "__pycache__").iterdir()}
    refuse = f"""
import tempfile
real = tempfile.TemporaryFile
def refusing(*args, dir=None, **named):
    if str(dir).startswith({str(package)!r}):
        raise PermissionError(13, "Permission denied", dir)
    return real(*args, dir=dir, **named)
tempfile.TemporaryFile = refusing
"""
    assert run(package, refuse + RUN) == ((10.0, 3.0, 1.0), "")
    assert {path.name: path.stat().st_mtime_ns for path in (package / "__pycache__").iterdir()} == before


DAMAGES = {
    "empty": lambda content: b"",
    "cut short": lambda content: content[: len(content) // 2],
    "noise": lambda content: bytes(range(256)) * 8,
    "one byte": lambda content: (
        content[: len(content) // 2] + bytes([content[len(content) // 2] ^ 255]) + content[len(content) // 2 + 1 :]
    ),
}


MANY = "from econ.compiled import compiled" + "".join(
    f"\n\n@compiled\ndef f{number}(x):\n    return x + {number}.0" for number in range(2 * len(DAMAGES))
)
CALL_MANY = """
import many
called = [getattr(many, f"f{number}") for number in range(8)]
print(sum(f(1.0) for f in called), 0, sum(sum(f.stats.cache_hits.values()) for f in called), sep=",")
"""


@pytest.mark.slow
def test_damaged_files_are_replaced(package):
    """Each damage to an index and to a file of code, every one of another function."""
    (package / "many.py").write_text(MANY, "utf-8")
    assert run(package, CALL_MANY) == ((36.0, 0.0, 0.0), "")
    for number, (damage, kind) in enumerate((d, kind) for d in DAMAGES.values() for kind in ("nbi", "nbc")):
        (path,) = (package / "__pycache__").glob(f"many.f{number}-*.{kind}")
        path.write_bytes(damage(path.read_bytes()))
    (total, _, found), said = run(package, CALL_MANY)
    assert (total, said) == (36.0, "")
    assert found <= 1  # a byte of an index may change nothing that matters
    assert run(package, CALL_MANY) == ((36.0, 0.0, 8.0), "")


@pytest.mark.slow
def test_code_of_other_arguments_in_a_files_place_is_not_run(package):
    """Two processes may give one name to the code of two signatures; the later file must not answer for both."""
    run(package)
    kept = next((package / "__pycache__").glob("loops.largest*.1.nbc"))
    floats = kept.read_bytes()
    run(package, "import numpy as np, loops; loops.largest(np.arange(3)); " + RUN.strip().replace("\n", "; "))
    whole = next((package / "__pycache__").glob("loops.largest*.2.nbc"))
    assert whole.read_bytes() != floats
    kept.write_bytes(whole.read_bytes())
    assert run(package)[0] == (10.0, 3.0, 1.0)


def test_a_full_folder_costs_this_process_nothing(package):
    full = """
import numba.core.caching as caching
def refusing(self, path):
    raise OSError(28, "No space left on device")
caching.IndexDataCacheFile._open_for_write = refusing
"""
    assert run(package, full + RUN) == ((10.0, 3.0, 0.0), "")


@pytest.mark.slow
def test_processes_may_start_together(package):
    given = command(package)
    started = [subprocess.Popen(**given, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    for process in started:
        out, said = process.communicate()
        assert (process.returncode, out.split(",")[:2], said) == (0, ["10.0", "3.0"], "")
    assert run(package)[0] == (10.0, 3.0, 1.0)


EIGHT = """
import sys, threading
import numpy as np
from concurrent.futures import ThreadPoolExecutor
from experiments.warming import warm
from agents import HonestValidator, Subnet, WeightCopier
sys.setswitchinterval(1e-5)
gate = threading.Barrier(8)
def play(number):
    gate.wait()
    if number % 2:
        warm()
    subnet = Subnet([HonestValidator()] * 3 + [WeightCopier()], miners=5, start="honest:1", seed=4)
    subnet.run(2)
    return subnet.dividends
with ThreadPoolExecutor(8) as pool:
    answers = list(pool.map(play, range(8)))
assert all((answer == answers[0]).all() for answer in answers)
print(float(answers[0].sum()), 0, 0, sep=",")
"""


@pytest.mark.slow
def test_eight_threads_may_call_everything_at_once_for_the_first_time(package):
    """In a copy of which nothing is compiled yet, without any place to keep it: every thread meets the compiler."""
    for room in ("econ", "charts", "agents", "experiments"):
        shutil.copytree(ROOT / room, package / room, ignore=shutil.ignore_patterns("__pycache__"))
        for folder in [package / room, *(path for path in (package / room).rglob("*") if path.is_dir())]:
            closed(folder / "__pycache__")
    nowhere = str(closed(package.parent / "closed") / "folder")
    code = f"import tempfile; tempfile.tempdir = {nowhere!r}\n{EIGHT}"
    (total, _, _), said = run(package, code, HOME=nowhere, PYTHONPATH=str(package))
    assert total == pytest.approx(1.0)
    assert said.splitlines()[0].endswith("compiled at every start: no folder can be written")
    assert not list(package.rglob("*.nbi"))
