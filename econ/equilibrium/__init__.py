"""Solvers: one concept a file, one result type, one verdict."""

from econ.equilibrium.alpha_rank import Ranking, alpha_rank, solve_alpha_rank
from econ.equilibrium.anarchy import solve_anarchy
from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.bimatrix import solve_bimatrix
from econ.equilibrium.correlated import correlated_range, solve_coarse, solve_correlated
from econ.equilibrium.direct import DirectRegret, direct_regret
from econ.equilibrium.dominance import solve_dominance, solve_rationalisable, solve_weak_dominance
from econ.equilibrium.ess import Invasion, invasions, solve_ess
from econ.equilibrium.growing import Grown, solve_by_growing
from econ.equilibrium.lemke_howson import solve_lemke_howson
from econ.equilibrium.logit import solve_logit
from econ.equilibrium.moran import log_fixation, log_stationary
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.pure import solve_pure
from econ.equilibrium.qre import LogitPath, logit_path, solve_qre
from econ.equilibrium.solve import solve
from econ.equilibrium.stackelberg import solve_stackelberg
from econ.equilibrium.tipping import GainRow, Tipping, TippingPoint, gains_table, tipping
from econ.equilibrium.zero_sum import solve_zero_sum

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
    "correlated_range",
    "direct_regret",
    "gains_table",
    "invasions",
    "log_fixation",
    "log_stationary",
    "logit_path",
    "solve",
    "solve_alpha_rank",
    "solve_anarchy",
    "solve_bimatrix",
    "solve_by_growing",
    "solve_coarse",
    "solve_correlated",
    "solve_dominance",
    "solve_ess",
    "solve_lemke_howson",
    "solve_logit",
    "solve_nash",
    "solve_pure",
    "solve_qre",
    "solve_rationalisable",
    "solve_stackelberg",
    "solve_weak_dominance",
    "solve_zero_sum",
    "tipping",
    "verdict",
]
