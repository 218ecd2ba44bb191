"""What a game is: roles and profiles, sampled payoffs, the normal form and its text."""

from econ.games.empirical import EmpiricalGame, Gains
from econ.games.nfg import format_nfg, parse_nfg
from econ.games.normal_form import NormalForm
from econ.games.roles import Roles

__all__ = ["EmpiricalGame", "Gains", "NormalForm", "Roles", "format_nfg", "parse_nfg"]
