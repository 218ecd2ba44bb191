"""Runs that are killed, interrupted, doubled, without room or without their scheduler: nothing lost, one digest."""

import contextlib
import json
import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny_runs import TINY, ran, slowed, yuma

from experiments import run_study
from experiments.batch import Batch
from experiments.engine import local_cluster


def command(*words):
    root = str(Path(__file__).resolve().parents[2])
    return {
        "args": [sys.executable, "-m", "experiments.cli", *map(str, words)],
        "env": {**os.environ, "PYTHONPATH": root},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }


def parts(folder):
    return len(list(Path(folder).glob("parts/??/*.parquet")))


def started(folder, process, least, limit=60.0):
    """Wait until so many parts are there, or the process has ended."""
    until = time.monotonic() + limit
    while parts(folder) < least and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)


def test_killed_at_twenty_random_points_it_goes_on_to_the_same_digest(digest, tmp_path):
    file, out = slowed(tmp_path, 0.03), tmp_path / "out"
    expected = run_study(str(file), out=tmp_path / "whole", engine="serial").status()["digest"]
    assert expected == digest, "sleeping changes no value"
    luck = random.Random(20)
    kills = 0
    for kill in range(20):
        process = subprocess.Popen(**command("run", file, "--out", out, "--engine", "serial"))
        started(out, process, min(parts(out) + luck.randint(0, 1), 11))
        time.sleep(luck.uniform(0, 0.06))
        process.kill()
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
        if kill == 9:  # and once more from a clean folder, so that every stage of a run is hit
            out = tmp_path / "again"
    assert kills >= 15
    assert subprocess.run(**command("run", file, "--out", out, "--engine", "serial"), timeout=120).returncode == 0
    assert Batch.opened(out).status()["digest"] == digest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("engine", ["serial", "processes"])
def test_interrupted_it_stops_at_once_says_so_and_goes_on(number, engine, digest, tmp_path, capsys):
    file, out = slowed(tmp_path, 0.3), tmp_path / "out"
    process = subprocess.Popen(**command("run", file, "--out", out, "--engine", engine))
    started(out, process, 2)
    process.send_signal(number)
    said, err = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "")
    assert "what was finished is kept" in err
    assert "Traceback" not in err
    assert 2 <= parts(out) < 12
    assert ran(capsys, file, "--out", out)["digest"] == digest


def test_workers_end_with_a_killed_run(tmp_path):
    file, out = slowed(tmp_path, 0.3), tmp_path / "out"
    process = subprocess.Popen(**command("run", file, "--out", out, "--workers", "2"), start_new_session=True)
    started(out, process, 1)
    process.kill()
    process.communicate()
    until = time.monotonic() + 20
    while _members(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _members(process.pid)


def _members(session):
    """Processes of a session that are still alive."""
    alive = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            alive.append(entry.parent.name)
    return alive


def test_two_runs_on_one_folder_do_no_harm(digest, tmp_path):
    file, out = slowed(tmp_path, 0.03), tmp_path / "out"
    both = [subprocess.Popen(**command("run", file, "--out", out, "--engine", "serial", "--json")) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert json.loads(said[0][0])["digest"] == digest


def test_a_full_disk_is_one_line_and_loses_nothing(digest, tmp_path, capsys):
    out = tmp_path / "out"

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2200, 2200))  # less than a part takes
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    ran(capsys, TINY, "--out", out, "--engine", "serial", "--shard", "1/3")
    words = command("run", TINY, "--out", out, "--engine", "serial")
    full = subprocess.run(**words, preexec_fn=little_room, timeout=60)
    assert (full.returncode, full.stdout) == (2, "")
    assert re.fullmatch(r"yuma: \S+ cannot be written: File too large; make room .*\n", full.stderr), full.stderr
    assert ran(capsys, TINY, "--out", out, "--engine", "serial")["digest"] == digest


def test_dask_gives_the_serial_digest(digest, tmp_path, capsys):
    pytest.importorskip("distributed")
    with socket.socket() as other:  # somebody's dashboard may hold Dask's usual port
        with contextlib.suppress(OSError):
            other.bind(("127.0.0.1", 8787))
            other.listen()
        assert ran(capsys, TINY, "--out", tmp_path, "--engine", "dask", "--workers", "2")["digest"] == digest


def test_one_of_two_dask_workers_dies_and_the_batch_goes_on(digest, tmp_path):
    distributed = pytest.importorskip("distributed")
    file, out = slowed(tmp_path, 0.25), tmp_path / "out"
    with local_cluster(distributed, 2) as cluster:
        words = ("run", file, "--out", out, "--engine", "dask", "--scheduler", cluster.scheduler_address, "--json")
        process = subprocess.Popen(**command(*words))
        started(out, process, 2)
        victim = next(iter(cluster.workers.values()))
        os.kill(victim.process.pid if hasattr(victim, "process") else victim.pid, signal.SIGKILL)
        said, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    assert json.loads(said)["digest"] == digest


def test_a_scheduler_that_is_absent_or_goes_is_one_line(tmp_path, capsys):
    distributed = pytest.importorskip("distributed")
    words = ("run", TINY, "--out", tmp_path / "none", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    code, out, err = yuma(capsys, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "tcp://127.0.0.1:9 cannot be reached" in err
    file, folder = slowed(tmp_path, 0.5), tmp_path / "out"
    cluster = local_cluster(distributed, 1)
    words = ("run", file, "--out", folder, "--engine", "dask", "--scheduler", cluster.scheduler_address)
    process = subprocess.Popen(**command(*words))
    started(folder, process, 2)
    cluster.close()
    said, err = process.communicate(timeout=90)
    assert (process.returncode, said) == (2, ""), err
    assert err.strip().splitlines()[-1].startswith("yuma: the Dask scheduler at tcp://127.0.0.1:")
    assert parts(folder) >= 2
