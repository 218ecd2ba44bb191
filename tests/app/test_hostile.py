"""A hostile visitor: links and files made to break the app get one line each, and the page goes on."""

from __future__ import annotations

import pytest
from opening import SMALL, address, lasting, opened, words

from experiments.errors import BadInput
from experiments.files.scenario_file import MAX_BYTES, MAX_LINE, scenario_from_text
from views.places import PLACES

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>[a](javascript:alert(1)) $x$ :red[x] \u202e\x00"
NUMBERS = ("nan", "inf", "-inf", "1e999", "-1", "٣", "１", "0x10", "1_000", "", " ", "1" * 10_000, EVIL)


@pytest.mark.parametrize("place", [one.url for one in PLACES])
def test_a_link_of_nonsense_is_told_line_by_line_and_the_page_stands(place) -> None:
    small = place in ("equilibrium", "play", "rules", "map")
    link = {"x" * 10_000: "1", EVIL: EVIL, "rules.kapa": "0.5", "": "1", "epochs ": "3"}
    app = opened(place, small=small, **link)
    lasting(app)
    assert 1 <= len(app.warning) <= 8
    for warning in app.warning:
        assert len(warning.value) < 1200
        assert "\n" not in warning.value
        assert "<script" not in warning.value.replace("\\<", "")
    assert not any(key in address(app) for key in link)


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_no_number_in_a_link_is_refused(number) -> None:
    link = {"validators.noise": number, "rules.reveal_period": number, "mix.validators.weight-copier": number}
    app = opened("play", **link, epoch=number)
    lasting(app)
    assert len(app.warning) >= 3
    assert address(app) == SMALL


@pytest.mark.parametrize("key", ["validators.strategies", "validators.stake", "start", "scenario", "rules.version"])
def test_texts_of_a_link_are_shown_as_text(key) -> None:
    app = opened("equilibrium", **{key: EVIL * 30})
    lasting(app)
    assert "<script" not in "".join(e.value.replace("\\<", "") for e in (*app.warning, *app.error))
    assert app.warning or app.error


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.toml", b"worlds = 0x" + b"f" * 4000, "worlds is"),
        ("a.toml", b"[rules]\nkappa = 0x" + b"f" * 4000, "rules.kappa is"),
        ("a.toml", b"schema = 0x" + b"f" * 4000, "schema is"),
        ("a.json", b'{"worlds":' + b"9" * 4200 + b"}", "worlds is"),
        ("a.json", b'{"worlds":' + b"9" * 9000 + b"}", "is not JSON"),
        ("a.json", b'{"rules":{"kappa":1e999}}', "rules.kappa is inf"),
        ("a.json", b'{"rules":{"kappa":NaN}}', "rules.kappa is nan"),
        ("a.json", b"[" * 30_000, "is not JSON"),
        ("a.toml", b"a = " + b"[" * 2000 + b"]" * 2000, "is not TOML"),
        ("a.toml", b"[rules]\nkappa = " + b"[" * 300 + b"]" * 300, "rules.kappa is"),
        ("a.toml", b"a" + b".a" * 20_000 + b" = 1", f"more than {MAX_LINE} characters"),
        ("a.toml", b"#" * (MAX_BYTES + 1), f"at most {MAX_BYTES}"),
        ("a.toml", b"worlds = \xff", "is not UTF-8"),
        ("a.json", b'{"name":"\\ud800"}', "in one line"),
        ("a.json", b'{"name":"a\\u202eb\\u0000"}', "in one line"),
        ("a.json", b'{"\\ud800":1}', "is unknown"),
        ("a.toml", b'[validators]\nstake = "classes:' + b"1x1," * 900 + b'1x1"', "validators.stake"),
        ("a.toml", b'[validators]\nstake = "pareto:1e-999"', "validators.stake"),
        ("a.toml", b'start = "honest:99999999999999999999"', "start"),
        ("a.toml", b'[validators]\nstrategies = "shading(own=1e999)"', "validators.strategies"),
    ],
)
def test_a_scenario_made_to_break_the_reader_is_one_short_line(name, data, said) -> None:
    with pytest.raises(BadInput) as refused:
        scenario_from_text(data, name)
    told = str(refused.value)
    assert said in told
    assert len(told) < 500
    assert "\n" not in told


def test_a_name_with_markup_is_text(monkeypatch) -> None:
    name = "<script>alert(1)</script>[x](javascript:alert(1))"
    found = scenario_from_text(f'base = "cabal"\nname = "{name}"\n[rules]\nkappa = 0.6\n'.encode(), "a.toml")
    monkeypatch.setattr("views.lab.uploaded", lambda label, endings, *a, **k: found if "toml" in endings else None)
    app = opened("lab", small=False)
    lasting(app)
    (told,) = app.success
    assert "alert" in told.value
    assert "<script" not in told.value.replace("\\<", "")
    assert "](" not in told.value
    assert "values of its own" in words(app)


def test_an_old_link_opens_on_a_server_that_knows_nothing_of_it() -> None:
    link = {**SMALL, "validators.noise": "0.55", "mix.validators.weight-copier": "2", "epoch": "7"}
    first = opened("play", **link)
    again = opened("play", **address(first))
    lasting(again)
    assert address(again) == address(first)
    assert not again.warning


def test_reloading_while_a_job_runs_finds_the_same_job() -> None:
    first = opened("rules", **{"b.rules.reveal_period": "3"})
    second = opened("rules", **address(first))
    lasting(second)
    assert [table.value.to_dict() for table in first.table] == [table.value.to_dict() for table in second.table]
