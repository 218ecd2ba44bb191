"""The chain's epoch in the chain's own numbers, equal to the last bit."""

from econ.yuma.chain.epoch import ChainEpoch, EpochBits, chain_epoch
from econ.yuma.chain.hyperparameters import ChainHyperparameters
from econ.yuma.chain.matrix import SparseMatrix
from econ.yuma.chain.mechanisms import MechanismsEpoch, mechanisms_epoch, split_emission
from econ.yuma.chain.state import ChainState
from econ.yuma.chain.weights import max_upscaled_weights

__all__ = [
    "ChainEpoch",
    "ChainHyperparameters",
    "ChainState",
    "EpochBits",
    "MechanismsEpoch",
    "SparseMatrix",
    "chain_epoch",
    "max_upscaled_weights",
    "mechanisms_epoch",
    "split_emission",
]
