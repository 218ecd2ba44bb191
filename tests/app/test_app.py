"""The app as a person uses it, with small games so that every answer is there in a moment."""

from __future__ import annotations

import dataclasses
import re
import shlex
import threading
import time
from html import unescape

import pytest
from opening import SCENARIO, SMALL, address, lasting, opened, paragraphs, words
from streamlit.testing.v1 import AppTest

from experiments import Scenario, solve_scenario
from experiments.meaning import drift_words, hours, noise_words, reveal_words
from experiments.pairs import changes_from
from experiments.sentences import sentences
from views.limits import Limits, limits
from views.live import glance_of, has_preview, preview_of, too_large
from views.scenario_sheet import OPENING, command, scenario_sheet
from views.shared import Known, Turns
from views.terms import explained, told
from views.words import clipped, label_of, minus, plain


def result(app: AppTest) -> str:
    """The sentence of result, as plain text."""
    return next(sentence for sentence in paragraphs(app) if sentence.startswith("A lone"))


def control(app: AppTest, kind: str, key: str):
    return next(widget for widget in getattr(app, kind) if widget.key == f"scenario set {key}")


def errors(app: AppTest) -> list[str]:
    return [error.value.replace("\\", "") for error in app.error]


def test_the_first_run_shows_sentence_charts_equilibria_and_command() -> None:
    app = opened()
    lasting(app)
    assert "thousandths" in result(app)
    assert "sharpening" not in result(app).lower()
    table = app.table[0].value
    assert {"Who plays what", "Verdict", "Regret, thousandths", "Stable"} <= set(table.columns)
    assert set(table["Verdict"].str.split(",").str[0]) <= {"certified", "rejected", "consistent", "undecided"}
    assert "With 95% confidence" in words(app)
    assert len(app.get("vega_lite_chart")) == 2
    captions = " ".join(c.value.replace("\\", "") for c in app.caption)
    assert "95% intervals; all hold together" in captions
    assert captions.count("each interval on its own") == 1
    assert any(block.value.startswith("yuma solve weight-copying --set") for block in app.code)
    assert address(app) == SMALL
    in_sight = [*app.selectbox, *app.slider]
    assert len([w for w in in_sight if w.key == "scenario base" or w.key in _SLIDERS]) == 5


_SLIDERS = [
    f"scenario set {key}" for key in ("rules.reveal_period", "validators.noise", "miners.drift", "validators.count")
]


def test_every_control_in_sight_acts_and_enters_the_address() -> None:
    app = opened()
    for key, value in {
        "rules.reveal_period": 3,
        "validators.noise": 0.1,
        "miners.drift": 0.0,
        "validators.count": 4,
    }.items():
        before = result(app)
        control(app, "slider", key).set_value(value).run()
        lasting(app)
        assert result(app) != before
        assert address(app)[key] == str(value)
    app.selectbox(key="scenario base").set_value("cabal").run()
    lasting(app)
    assert "colluding" in result(app)
    assert address(app)["scenario"] == "cabal"
    assert address(app)["rules.reveal_period"] == "3"
    assert "validators.strategies" not in address(app)


def test_the_profile_that_is_played_is_part_of_the_address() -> None:
    app = opened("play", **{"mix.validators.weight-copier": "2"})
    assert app.slider(key="mix validators.weight-copier").value == 2
    app.slider(key="mix validators.weight-copier").set_value(3).run()
    lasting(app)
    assert address(app)["mix.validators.weight-copier"] == "3"
    assert any("--mix validators.weight-copier=3" in block.value for block in app.code)


def test_a_link_sets_the_controls_and_back_brings_the_former_state() -> None:
    app = opened(**{"validators.noise": "0.55", "rules.kappa": "0.6", "market.alpha_price": "0.05"})
    lasting(app)
    assert not app.warning
    assert control(app, "slider", "validators.noise").value == 0.55
    assert control(app, "number_input", "rules.kappa").value == 0.6
    assert "TAO" in result(app)
    control(app, "slider", "validators.noise").set_value(0.2).run()
    assert address(app)["validators.noise"] == "0.2"
    app.query_params["validators.noise"] = "0.55"
    app.run()
    assert control(app, "slider", "validators.noise").value == 0.55


def test_an_address_that_lags_behind_does_not_undo_a_move() -> None:
    app = opened()
    old = address(app)
    control(app, "slider", "validators.noise").set_value(0.4).run()
    control(app, "slider", "rules.reveal_period").set_value(2)
    app.query_params.clear()
    for key, value in old.items():  # the browser had not yet seen the last address
        app.query_params[key] = value
    app.run()
    assert address(app)["validators.noise"] == "0.4"
    assert address(app)["rules.reveal_period"] == "2"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("validators.noise", "loud", "validators.noise is 'loud'"),
        ("rules.kapa", "0.5", "did you mean rules.kappa"),
        ("rules.kappa", "7", "rules.kappa is 7"),
        ("worlds", "100000", f"at most {limits().worlds}"),
        ("mix.validators.weight-copier", "-1", "a number of seats"),
        ("scenario", "[x](http://example.org)<b>", "is unknown"),
        ("validators.strategies", "honest,lazi", "names 'lazi'"),
    ],
)
def test_what_is_wrong_in_a_link_is_one_line_and_falls_back(key, value, said) -> None:
    app = opened("play" if key.startswith("mix") else "equilibrium", **{key: value})
    lasting(app)
    (problem,) = (warning.value.replace("\\", "") for warning in app.warning)
    assert said in problem
    assert "\n" not in problem
    assert address(app) == SMALL or key == "worlds"


def test_a_bad_link_warns_and_still_answers() -> None:
    app = opened(**{"rules.kappa": "<b>[x](http://example.org)"})
    lasting(app)
    (warning,) = app.warning
    assert "rules\\.kappa" in warning.value
    assert "](" not in warning.value
    assert result(app)
    assert "rules.kappa" not in address(app)


def test_a_bad_combination_says_so_in_one_line_and_shows_no_old_answer() -> None:
    app = opened()
    control(app, "number_input", "miners.spread").set_value(0.1).run()
    lasting(app)
    (error,) = errors(app)
    assert "miners.drift is 0.3; it must not exceed spread, 0.1" in error
    assert not app.table
    assert not app.get("vega_lite_chart")
    control(app, "number_input", "miners.spread").set_value(1.0).run()
    assert not app.error
    assert app.table


def test_texts_and_switches_under_more_rules() -> None:
    app = opened()
    control(app, "text_input", "validators.stake").set_value("pareto:1.5").run()
    assert "dealt at random" in words(app)
    control(app, "text_input", "validators.stake").set_value("classes:1x9,2x1").run()
    lasting(app)
    assert "validators.1" in words(app)
    control(app, "text_input", "validators.stake").set_value("much").run()
    assert len(errors(app)) == 1
    control(app, "text_input", "validators.stake").set_value("equal").run()
    control(app, "multiselect", "validators.strategies").set_value([]).run()
    lasting(app)
    assert len(errors(app)) == 1
    control(app, "multiselect", "validators.strategies").set_value(["honest"]).run()
    lasting(app)
    assert "nothing to choose" in words(app)


def test_set_back_returns_every_rule_to_its_default(monkeypatch) -> None:
    monkeypatch.setattr("views.equilibrium.too_large", lambda scenario: "Not now.")  # the default game takes seconds
    app = opened(**{"rules.kappa": "0.6"})
    app.button(key="scenario set back").click().run()
    lasting(app)
    assert control(app, "number_input", "rules.kappa").value == 0.5
    assert control(app, "slider", "validators.count").value == 10
    assert address(app) == {"scenario": "weight-copying"}


def test_a_game_too_large_is_left_to_the_command() -> None:
    app = opened(**{"validators.count": "24", "validators.strategies": "honest,weight-copier,colluding"})
    lasting(app)
    (info,) = (i.value for i in app.info if "profiles" in i.value)
    assert "325 profiles" in info
    assert not app.table
    huge = Scenario.named("weight-copying", {"miners.count": 65536})
    assert "minutes" in str(too_large(huge))
    assert not has_preview(huge)
    slow = Scenario.named("weight-copying", {"start": "honest:100000"})
    assert too_large(slow)
    assert has_preview(slow)  # its start is as short as any preview's
    assert preview_of(slow).start == preview_of(Scenario.named("weight-copying")).start == "honest:10"


def test_a_game_that_takes_longer_than_the_server_allows_says_both_in_a_fitting_unit(monkeypatch) -> None:
    monkeypatch.setattr("views.live.limits", lambda: Limits(seconds=2.0))
    assert re.search(r"about \d+ seconds; up to 2 seconds", too_large(Scenario.named("subnet")) or "")
    monkeypatch.setattr("views.live.limits", lambda: Limits(seconds=150.0))
    assert "minutes; up to 2.5 minutes" in (too_large(Scenario.named("subnet", {"epochs": 9000})) or "")


def test_a_preview_shows_bands_and_no_verdict() -> None:
    def script() -> None:
        from experiments import Scenario, solve_scenario
        from views.answer import chart_specs, show_sharpening
        from views.live import preview_of

        preview = solve_scenario(preview_of(Scenario.named("weight-copying", {"miners.count": 8})), test_start=False)
        show_sharpening(preview)
        assert len(chart_specs(preview)) == 2

    app = AppTest.from_function(script, default_timeout=60).run()
    lasting(app)
    said = words(app)
    assert "Sharpening" in said
    assert not any(word in said for word in ("certified", "rejected", "Stable", "equilibrium"))


def test_a_preview_is_the_same_game_in_few_worlds() -> None:
    for name in ("weight-copying", "cabal", "subnet"):
        scenario = Scenario.named(name, {"rules.reveal_period": 50, "start": "uniform"})
        small = preview_of(scenario)
        assert 4 <= small.worlds <= 8
        assert small.epochs < scenario.epochs
        assert small.rules == scenario.rules
        assert small.answer.max_worlds < 64  # so that no verdict can come of it
        assert glance_of(scenario) == small  # these weights are hidden longer than a glance lasts
        glance = glance_of(Scenario.named(name))
        assert (glance.epochs, glance.worlds, glance.start) == (44, 4, "honest:4")
        assert glance.rules == Scenario.named(name).rules
    assert glance_of(SCENARIO).epochs <= SCENARIO.epochs


@pytest.mark.parametrize("reveal_period", [0, 5])
def test_the_bands_of_a_preview_hold_what_the_whole_run_finds(reveal_period) -> None:
    changes = {"rules.reveal_period": reveal_period, "miners.count": 16, "answer.max_worlds": 64}
    scenario = Scenario.named("weight-copying", changes)
    whole, quickly = (solve_scenario(one, test_start=False) for one in (scenario, preview_of(scenario)))
    for full, band in zip(whole.contests[0].gains, quickly.contests[0].gains, strict=True):
        assert band.low <= full.mean <= band.high


def test_the_command_gives_the_same_scenario() -> None:
    name, values, problems = scenario_sheet().parsed({**SMALL, "validators.stake": "pareto:1.5", "rules.kappa": "0.6"})
    assert not problems
    scenario = Scenario.named(name, values)
    words = shlex.split(command("solve", scenario))
    assert words[:3] == ["yuma", "solve", name]
    assert Scenario.named(name, changes_from(words[4::2])).digest == scenario.digest


def test_the_opening_state_is_a_link_without_fault() -> None:
    assert scenario_sheet().parsed(OPENING)[2] == []


def test_turns_are_taken_in_the_order_of_arrival_and_a_place_can_be_left() -> None:
    turns, served = Turns(1), []

    def work(number: int) -> None:
        def meanwhile() -> None:
            if number == 1:
                raise InterruptedError

        try:
            with turns.turn(meanwhile):
                served.append(number)
        except InterruptedError:
            served.append("left")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    with turns.turn():
        for waiting, thread in enumerate(threads, start=2):
            thread.start()
            _until(lambda waiting=waiting: len(turns._line) == waiting or "left" in served)
        _until(lambda: served == ["left"])
    for thread in threads:
        thread.join(5)
    assert served == ["left", 0, 2, 3]
    assert not turns._line


def test_what_many_ask_for_at_once_is_made_once_and_few_things_are_made_at_once() -> None:
    known, made, most = Known(8, Turns(2)), [], []
    working = set()

    def make(key: int) -> str:
        working.add(key)
        most.append(len(working))
        time.sleep(0.02)
        working.discard(key)
        made.append(key)
        return f"value {key}"

    def ask(key: int) -> None:
        assert known.made(key, lambda: make(key)) == f"value {key}"

    threads = [threading.Thread(target=ask, args=(number % 5,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert sorted(made) == [0, 1, 2, 3, 4]
    assert max(most) <= 2


def test_what_fails_to_be_made_is_made_anew() -> None:
    known = Known(1)
    with pytest.raises(ZeroDivisionError):
        known.made("a", lambda: 1 / 0)
    assert known.made("a", lambda: 1) == 1


def _until(holds) -> None:
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_known_are_bounded() -> None:
    known = Known(2)
    for key in "abc":
        known.made(key, lambda key=key: key.upper())
    assert [known.get(key) for key in "abc"] == [None, "B", "C"]


def test_values_in_words() -> None:
    scenario = Scenario.named("weight-copying", {"rules.reveal_period": 5})
    assert reveal_words(scenario) == "Weights stay hidden for 5 epochs, 6 hours."
    assert noise_words(scenario) == "A score is off by about 35%."
    assert drift_words(scenario) == "The ranking of miners is half forgotten after 15 epochs, 18 hours."
    assert hours(1, 360) == "72 minutes"
    assert hours(100, 360) == "5 days"
    for drift, spread in (("0", "0"), ("1", "1"), ("0.9", "1")):
        assert drift_words(scenario.changed({"miners.drift": drift, "miners.spread": spread})).endswith(".")
    assert minus("gains -8.8 [-9, -8], a weight-copier") == "gains −8.8 [−9, −8], a weight-copier"


def test_text_of_others_has_no_markup() -> None:
    assert plain("<b>\n[x](y)") == "\\<b\\> \\[x\\]\\(y\\)"
    assert len(plain(clipped("x" * 10_000))) < 500


def test_our_own_sentences_are_never_cut() -> None:
    app = opened(**{"scenario": "subnet", "market.alpha_price": "0.05", "market.tao_price": "400"})
    lasting(app)
    sentence = result(app)
    assert len(sentence) > 800
    assert "…" not in sentence
    assert sentence.endswith(".")


def test_a_sentence_explains_the_first_mention_of_a_term_and_shows_what_it_holds_as_text() -> None:
    said = told("An epoch, <img src=x onerror=alert(1)> [[tempo]] and two epochs; a weight-copier's copier.")
    assert said.count('class="term"') == 3
    assert "<img" not in said
    assert unescape(re.sub("<[^>]+>", "", said)).startswith("An epoch, <img src=x onerror=alert(1)> [[tempo]] and two")
    assert explained(said) == said


def test_a_long_link_is_cut_short() -> None:
    app = opened(**{"rules.kappa": "9" * 1000})
    lasting(app)
    (warning,) = app.warning
    assert len(warning.value) < 600


def test_controls_have_names_in_words() -> None:
    labels = {key: label_of(declared) for key, declared in Scenario.keys().items()}
    assert labels["miners.spread"] == "How different miners are"
    assert labels["rules.kappa"] == "Kappa"
    assert labels["start"] == "Start"
    assert all(label[0].isupper() and "_" not in label and len(label) <= 50 for label in labels.values())


@pytest.mark.parametrize("found", [True, False])
def test_a_search_that_was_cut_short_says_so(found) -> None:
    def script(solution) -> None:
        from views.answer import show_equilibria

        show_equilibria(solution)

    solution = solve_scenario(SCENARIO.changed({"answer.max_worlds": 8}))
    kept = solution.answer.equilibria if found else ()
    for unsearched in (0, 2):
        answer = dataclasses.replace(solution.answer, equilibria=kept, unsearched=unsearched)
        changed = dataclasses.replace(solution, answer=answer)
        app = AppTest.from_function(script, args=(changed,), default_timeout=60).run()
        lasting(app)
        said = words(app)
        assert ("Not searched: 2 sets" in said) == (unsearched > 0)
        assert ("cut short and found no answer" in said) == (unsearched > 0 and not found)
        assert ("No equilibrium was found" in said) == (unsearched == 0 and not found)


def test_the_answer_on_the_page_is_that_of_the_command_line() -> None:
    app = opened()
    values = {key: value for key, value in SMALL.items() if key != "scenario"}
    solution = solve_scenario(Scenario.named("weight-copying", {**values, "answer.max_worlds": "64"}))
    assert [minus(sentence) in result(app).replace("**", "") for sentence in sentences(solution)] == [True] * 3


def test_what_is_folded_is_not_drawn_until_it_is_opened_and_keeps_what_it_says() -> None:
    app = opened(unfolded=False, **{"rules.kappa": "0.6"})
    key = "scenario set rules.kappa"
    assert key not in {widget.key for widget in app.number_input}
    assert address(app)["rules.kappa"] == "0.6"
    for name in ("scenario", "scenario rules"):
        app.session_state[f"fold {name}"] = True
    lasting(app.run())
    assert app.number_input(key=key).value == 0.6
    app.session_state["fold scenario"] = False
    lasting(app.run())
    assert address(app)["rules.kappa"] == "0.6"
