"""Solvers: one concept a file, one result type, one verdict."""

from econ.equilibrium.anarchy import solve_anarchy
from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.bimatrix import solve_bimatrix
from econ.equilibrium.correlated import correlated_range, solve_coarse, solve_correlated
from econ.equilibrium.dominance import solve_dominance, solve_rationalisable, solve_weak_dominance
from econ.equilibrium.lemke_howson import solve_lemke_howson
from econ.equilibrium.logit import solve_logit
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.pure import solve_pure
from econ.equilibrium.solve import solve
from econ.equilibrium.stackelberg import solve_stackelberg
from econ.equilibrium.tipping import GainRow, Tipping, TippingPoint, gains_table, tipping
from econ.equilibrium.zero_sum import solve_zero_sum

__all__ = [
    "Answer",
    "Equilibrium",
    "GainRow",
    "Tipping",
    "TippingPoint",
    "correlated_range",
    "gains_table",
    "solve",
    "solve_anarchy",
    "solve_bimatrix",
    "solve_coarse",
    "solve_correlated",
    "solve_dominance",
    "solve_lemke_howson",
    "solve_logit",
    "solve_nash",
    "solve_pure",
    "solve_rationalisable",
    "solve_stackelberg",
    "solve_weak_dominance",
    "solve_zero_sum",
    "tipping",
    "verdict",
]
