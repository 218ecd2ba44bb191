"""What was played once is found again, whole and only where everything that decides it is the same."""

import numpy as np
import pytest

from experiments import Scenario, kept, solve_scenario
from experiments.cli import main
from experiments.kept import KeptPlay, kept_folder
from experiments.simulation import simulate

TINY = {"validators.count": 3, "miners.count": 4, "epochs": 10, "burn_in": 4, "worlds": 64, "answer.max_worlds": 64}


def tiny(name="cabal", **changes):
    return Scenario.named(name, TINY | {key.replace("__", "."): value for key, value in changes.items()})


def same(one, other):
    for name in one.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_second_answer_plays_nothing_and_is_the_same(tmp_path):
    first, second = KeptPlay(tmp_path), KeptPlay(tmp_path)
    answers = [solve_scenario(tiny(), play=play) for play in (first, second)]
    assert first.played > 0 == first.found
    assert second.played == 0 < second.found
    assert answers[0].answer == answers[1].answer
    assert answers[0].start_matters == answers[1].start_matters
    same(answers[0].records, answers[1].records)
    assert solve_scenario(tiny()).answer == answers[0].answer


def test_other_questions_of_the_same_game_are_answered_from_it(tmp_path):
    solve_scenario(tiny(), play=KeptPlay(tmp_path))
    for changes in ({"answer__epsilon": 2.0}, {"answer__level": 0.9}):
        play = KeptPlay(tmp_path)
        solve_scenario(tiny(**changes), play=play)
        assert play.played == 0
    play = KeptPlay(tmp_path)
    solve_scenario(tiny(), concept="pure", test_start=False, play=play)
    assert play.played == 0


@pytest.mark.parametrize(
    "changes", [{"seed": 1}, {"rules__kappa": 0.6}, {"miners__drift": 0.2}, {"epochs": 11}, {"cabal__utility": 0.4}]
)
def test_another_game_is_played(tmp_path, changes):
    first, other = KeptPlay(tmp_path), KeptPlay(tmp_path)
    first(tiny(), [[3, 0, 4]], range(2))
    same(other(tiny(**changes), [[3, 0, 4]], range(2)), simulate(tiny(**changes), [[3, 0, 4]], range(2)))
    assert other.found == 0


def test_other_source_is_another_game(tmp_path, monkeypatch):
    KeptPlay(tmp_path)(tiny(), [[3, 0, 4]], range(2))
    monkeypatch.setattr(kept, "source_digest", lambda things: "edited")
    play = KeptPlay(tmp_path)
    play(tiny(), [[3, 0, 4]], range(2))
    assert (play.found, play.played) == (0, 2)


def test_seats_that_play_something_else_instead_are_kept_apart(tmp_path):
    play = KeptPlay(tmp_path)
    plain = play(tiny(), [[1, 2, 4]], range(2))
    swapped = play(tiny(), [[1, 2, 4]], range(2), instead={"colluding": "honest"})
    assert play.found == 0
    assert (plain.payoff != swapped.payoff).any()
    same(play(tiny(), [[1, 2, 4]], range(2), instead={"colluding": "honest"}), swapped)
    assert play.found == 2


@pytest.mark.parametrize("damage", [b"", b"PK", None])
def test_a_damaged_file_is_played_again_and_mended(tmp_path, damage):
    play = KeptPlay(tmp_path)
    first = play(tiny(), [[3, 0, 4]], range(2))
    (file,) = tmp_path.glob("*/*.npz")
    whole = bytearray(file.read_bytes())
    if damage is None:
        whole[len(whole) // 2] ^= 1  # one bit
    file.write_bytes(bytes(whole) if damage is None else damage)
    again = KeptPlay(tmp_path)
    same(again(tiny(), [[3, 0, 4]], range(2)), first)
    assert again.played == 2
    assert KeptPlay(tmp_path)(tiny(), [[3, 0, 4]], range(2)).worlds == 2


def test_what_was_not_used_for_longest_goes(tmp_path, monkeypatch):
    play = KeptPlay(tmp_path)
    play(tiny(), [[3, 0, 4]], range(2))
    size = next(tmp_path.glob("*/*.npz")).stat().st_size
    monkeypatch.setattr(kept, "MOST_BYTES", 2.5 * size)
    for seed in range(1, 5):
        play(tiny(seed=seed), [[3, 0, 4]], range(2))
    assert len(list(tmp_path.glob("*/*.npz"))) == 2
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path):
    taken = tmp_path / "file"
    taken.write_text("no folder")
    play = KeptPlay(taken)
    same(play(tiny(), [[3, 0, 4]], range(2)), simulate(tiny(), [[3, 0, 4]], range(2)))


def test_where_payoffs_are_kept(monkeypatch, tmp_path):
    assert kept_folder("none") is None
    assert kept_folder(str(tmp_path)) == tmp_path
    monkeypatch.setenv("YUMA_PAYOFFS", "none")
    assert kept_folder() is None
    assert kept_folder(str(tmp_path)) == tmp_path
    monkeypatch.delenv("YUMA_PAYOFFS")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert kept_folder() == tmp_path / "yuma-games" / "payoffs"


def test_the_command_uses_it(capsys, tmp_path):
    words = ["solve", "weight-copying", "--payoffs", str(tmp_path)]
    for key, value in TINY.items():
        words += ["--set", f"{key}={value}"]
    assert main(words) == 0
    files = sorted(tmp_path.glob("*/*.npz"))
    first = capsys.readouterr().out
    assert files
    assert main(words) == 0
    assert sorted(tmp_path.glob("*/*.npz")) == files
    second = capsys.readouterr().out
    assert first.split("\n")[1:] == second.split("\n")[1:]  # all but the line with the seconds
