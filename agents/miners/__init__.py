"""Miners' policies, by family: those who work, copy, roam and collude."""

from agents.miners.colluding import ColludingMiner
from agents.miners.copying import ModelCopier, SplittingSybil, Sybil
from agents.miners.honest import BribingMiner, HonestMiner, LazyMiner
from agents.miners.roaming import Griefer, HitAndRun, Squatter

__all__ = [
    "BribingMiner",
    "ColludingMiner",
    "Griefer",
    "HitAndRun",
    "HonestMiner",
    "LazyMiner",
    "ModelCopier",
    "SplittingSybil",
    "Squatter",
    "Sybil",
]
