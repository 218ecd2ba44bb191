"""Which games are played on a screen: the quick preview of one, and what is too large to be answered live."""

from __future__ import annotations

import math

from agents.settings import parse_start
from experiments import Scenario
from experiments.simulation import SLICE_CELLS
from views.limits import limits

__all__ = ["LIVE_PROFILES", "glance_of", "has_preview", "preview_of", "previews_of", "too_large"]

LIVE_PROFILES = 300
"""Games of more profiles are left to the command line."""

_CELLS_A_SECOND = 4e7
"""Weights decided and paid in a second on two cores: the speed that times are guessed from."""

_EPOCH_SECONDS = 4e-4
"""What an epoch of a slice of worlds takes beside that."""

_PREVIEW_CELLS = 8e6
_PREVIEW_SECONDS = 2.0
_PREVIEW_WORLDS = 8
_PREVIEW_EPOCHS = 30
"""Counted epochs of a preview."""
_PREVIEW_BURN_IN, _PREVIEW_START = 60, 10
"""A shorter burn-in moves the gains, and the bands lie beside the full answer; a shorter start does not."""
_GLANCE = {"epochs": 44, "burn_in": 30, "worlds": 4, "answer.max_worlds": 4}
_GLANCE_START = 4


def preview_of(scenario: Scenario) -> Scenario:
    """The same game in at most eight worlds and a shorter run."""
    start = min(parse_start(scenario.start), _PREVIEW_START)
    first = max(scenario.rules.reveal_lag - start, 0)
    burn_in = min(scenario.burn_in, max(_PREVIEW_BURN_IN, first))
    epochs = min(scenario.epochs, max(burn_in, first) + _PREVIEW_EPOCHS)
    worlds = max(4, min(_PREVIEW_WORLDS, int(_PREVIEW_CELLS / (_cells(scenario) * (epochs + start)))))
    short = {"epochs": epochs, "burn_in": burn_in, "worlds": worlds, "answer.max_worlds": worlds}
    return scenario.changed(short | _starting(scenario, start))


def glance_of(scenario: Scenario) -> Scenario:
    """The same game so short that nine of it are there at once: in at most four worlds, after a short start."""
    small = preview_of(scenario)
    if scenario.rules.reveal_lag >= _GLANCE["burn_in"]:
        return small
    flat = small.flat()
    short = {key: min(value, flat[key]) for key, value in _GLANCE.items()}
    return small.changed(short | _starting(small, _GLANCE_START))


def _starting(scenario: Scenario, most: int) -> dict[str, str]:
    """The change to a start of at most so many honest epochs, if it is longer."""
    return {"start": f"honest:{most}"} if parse_start(scenario.start) > most else {}


def previews_of(scenario: Scenario) -> list[Scenario]:
    """The previews of a game: where validators choose among three and more, the first strategy against each other."""
    listed = scenario.roles.strategies[0]
    if len(listed) < 3:
        return [preview_of(scenario)]
    seats = {"cabal.miners": scenario.cabal_seats}
    return [
        preview_of(scenario.changed({**seats, "validators.strategies": f"{listed[0]},{other}"})) for other in listed[1:]
    ]


def too_large(scenario: Scenario) -> str | None:
    """Why a game is not solved live, if so."""
    profiles = scenario.roles.profile_count
    if profiles > LIVE_PROFILES:
        return f"This game has {profiles} profiles; up to {LIVE_PROFILES} are solved live."
    worlds = min(max(64, scenario.worlds), scenario.answer.max_worlds) + 64  # and the other start
    seconds = _seconds(scenario, worlds)
    most = limits().seconds
    if seconds > most:
        return f"This game takes about {_lasting(seconds)}; up to {_lasting(most)} are spent live."
    return None


def has_preview(scenario: Scenario) -> bool:
    """Whether even the preview is quick."""
    few = previews_of(scenario)
    quick = sum(_seconds(small, small.worlds) for small in few) <= _PREVIEW_SECONDS
    return quick and max(small.roles.profile_count for small in few) <= LIVE_PROFILES


def _lasting(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.1f} minutes"


def _seconds(scenario: Scenario, worlds: int) -> float:
    """About how long so many worlds of every profile take."""
    cells = _cells(scenario) * worlds
    return _epochs(scenario) * (cells / _CELLS_A_SECOND + _EPOCH_SECONDS * math.ceil(cells / SLICE_CELLS))


def _epochs(scenario: Scenario) -> int:
    return scenario.epochs + parse_start(scenario.start)


def _cells(scenario: Scenario) -> float:
    """Weights of all profiles in one world and epoch."""
    width = scenario.miners.count + scenario.registration.outside + scenario.cabal_seats
    return float(scenario.roles.profile_count * scenario.validators.count * width)
