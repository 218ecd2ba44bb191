"""Policies around policies: noisy, late, mixed, and switching in mid-run. They nest.

>>> from agents import HonestValidator, WeightCopier
>>> late = Lagged(Noisy(Mixed((HonestValidator(), WeightCopier()), (0.7, 0.3)), 0.1), 2)
>>> late.name, late.traits.evaluates
('lagged-noisy-mixed-honest-weight-copier', True)
"""

from agents.wrap.choosing import Mixed, Switching
from agents.wrap.lagged import Lagged
from agents.wrap.noisy import Noisy

__all__ = ["Lagged", "Mixed", "Noisy", "Switching"]
