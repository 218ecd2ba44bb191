"""Solvers: one concept a file, one result type, one verdict."""

from econ.equilibrium.alpha_rank import Ranking, alpha_rank, solve_alpha_rank
from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.bimatrix import solve_bimatrix
from econ.equilibrium.direct import DirectRegret, direct_regret
from econ.equilibrium.ess import Invasion, invasions, solve_ess
from econ.equilibrium.growing import Grown, solve_by_growing
from econ.equilibrium.moran import log_fixation, log_stationary
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.pure import solve_pure
from econ.equilibrium.qre import LogitPath, logit_path, solve_qre
from econ.equilibrium.solve import solve
from econ.equilibrium.tipping import GainRow, Tipping, TippingPoint, gains_table, tipping

__all__ = [
    "Answer",
    "DirectRegret",
    "Equilibrium",
    "GainRow",
    "Grown",
    "Invasion",
    "LogitPath",
    "Ranking",
    "Tipping",
    "TippingPoint",
    "alpha_rank",
    "direct_regret",
    "gains_table",
    "invasions",
    "log_fixation",
    "log_stationary",
    "logit_path",
    "solve",
    "solve_alpha_rank",
    "solve_bimatrix",
    "solve_by_growing",
    "solve_ess",
    "solve_nash",
    "solve_pure",
    "solve_qre",
    "tipping",
    "verdict",
]
