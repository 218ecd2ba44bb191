"""Solvers: one concept a file, one result type, one verdict."""

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.bimatrix import solve_bimatrix
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.pure import solve_pure
from econ.equilibrium.solve import solve
from econ.equilibrium.tipping import GainRow, Tipping, TippingPoint, gains_table, tipping

__all__ = [
    "Answer",
    "Equilibrium",
    "GainRow",
    "Tipping",
    "TippingPoint",
    "gains_table",
    "solve",
    "solve_bimatrix",
    "solve_nash",
    "solve_pure",
    "tipping",
    "verdict",
]
