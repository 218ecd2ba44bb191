"""What a game is: roles and profiles, payoffs known or sampled, reductions, the normal form and its text."""

from econ.games.deviations import DeviationGame
from econ.games.empirical import EmpiricalGame, Gains
from econ.games.game_json import game_from_json, game_to_json
from econ.games.nfg import format_nfg, parse_nfg
from econ.games.normal_form import NormalForm
from econ.games.reduction import Reduction
from econ.games.role_symmetric import RoleSymmetric
from econ.games.roles import Roles

__all__ = [
    "DeviationGame",
    "EmpiricalGame",
    "Gains",
    "NormalForm",
    "Reduction",
    "RoleSymmetric",
    "Roles",
    "format_nfg",
    "game_from_json",
    "game_to_json",
    "parse_nfg",
]
