"""What a sample of worlds says: intervals and confidence sequences."""

from econ.inference.finite import bernstein_sequence, finite_half_width
from econ.inference.intervals import mean_interval, ratio_interval
from econ.inference.sequences import LEAST_WORLDS, asymptotic_half_width

__all__ = [
    "LEAST_WORLDS",
    "asymptotic_half_width",
    "bernstein_sequence",
    "finite_half_width",
    "mean_interval",
    "ratio_interval",
]
