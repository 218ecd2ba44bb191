"""What the words mean: Bittensor's for the subnet, game theory's for the rest."""

from __future__ import annotations

__all__ = ["GLOSSARY"]

GLOSSARY = {
    "alpha": "A subnet's own token, in which validators and miners are paid.",
    "asic": "A machine built to hash for Bitcoin and for nothing else: it cannot train a model.",
    "asymmetric pure equilibrium": "So many seats play this and so many that, and no seat of either kind gains by "
    "switching alone.",
    "best response": "The strategy that pays a seat most, given what all others do.",
    "bonds": "What a validator holds of each miner: an average of its weights over past epochs. Dividends are paid "
    "on bonds, so early and steady agreement with consensus earns more.",
    "cabal": "Colluding validators and the miners that belong to them.",
    "certified": "The upper bound of the regret is at most epsilon: with the stated confidence no listed strategy "
    "gains more by switching alone.",
    "chain buys": "TAO that is too much for a subnet's pool at the price: the chain buys alpha with it.",
    "clipping": "Weight above consensus is cut off before miners are paid.",
    "commit-reveal": "Weights are committed first and shown later; rules.reveal_period says how many epochs later.",
    "complete": "True if it is proved that the listed equilibria are all there are, in every game the data allow.",
    "consensus": "For each miner the largest weight that validators with at least kappa of the stake support: the "
    "stake-weighted median at kappa 0.5.",
    "consistent": "The interval of the regret contains 0 and reaches over epsilon: not refuted, no claim.",
    "coordinate-and-reward": "Pay a fixed reward for work, in proportion to it, and let anyone join: Bitcoin's way to "
    "bring machines together without a company.",
    "dissipation": "The share of a reward that is spent on winning it.",
    "dividends": "The share of the validators' emission that one validator receives.",
    "dividends per stake": "Dividend share over stake share; 1 is par.",
    "emission": "What the chain pays a subnet each epoch; here, after the owner's cut, 1000 thousandths.",
    "empirical game": "A game whose payoffs are measured by playing every profile in many simulated worlds.",
    "epoch": "One round of Yuma consensus, tempo blocks long.",
    "epsilon": "The gain from switching that is too small to count, in thousandths of the epoch's emission.",
    "equilibrium": "Nobody gains by switching alone; here always among the listed strategies only.",
    "gpu": "A graphics processor, here one of the H100 kind or as many as do its work: trains and runs models.",
    "halving": "Where a reward is cut to half: Bitcoin's every four years, that of TAO when 10.5, 15.75, ... million "
    "are issued, that of an alpha at the same amounts of its own.",
    "incentive": "The share of the miners' emission that one miner receives.",
    "liquid alpha": "Bonds in Yuma 3 that move faster the further a weight lies above consensus, or a bond above its "
    "weight.",
    "mixture": "Each seat draws its strategy with these probabilities.",
    "pool": "A subnet's market: it holds alpha and TAO and trades one for the other; every trade moves the price.",
    "profile": "How many seats play each strategy.",
    "recycled": "Taken out of issuance, to be minted again: what registrations and dissolved pools give back.",
    "regret": "The most that any seat could gain by switching alone to a listed strategy, in thousandths.",
    "rejected": "The lower bound of the regret is above epsilon: switching pays.",
    "reveal lag": "A decision in epoch t can use weights decided reveal_period epochs ago, and no later ones.",
    "root proportion": "The part of the validators' alpha that root stake earns: it fades as a subnet's alpha grows.",
    "rule": "What turns weights and stake into pay: the chain's Yuma 3 or Yuma 2, or a variant to compare them with; "
    "`yuma explain rules.version` lists them.",
    "slippage": "How much worse a trade's average price is than the price before it, the fee included.",
    "stable": "If the mixture is disturbed a little, strategies that earn more grow until it is restored.",
    "tempo": "The length of an epoch in blocks of 12 seconds; 360 blocks are 72 minutes.",
    "thousandth": "The unit of payoffs: a thousandth of the subnet's epoch emission after the owner's cut, "
    "5.9 alpha a day at one alpha a block.",
    "tipping point": "The unstable share of a strategy between two stable outcomes: below it the strategy dies out, "
    "above it the rest follow.",
    "undecided": "The data do not settle the verdict, or fewer than 64 worlds were played.",
    "useful share": "The part of the miners' reward that pays for work: less what copying, a cabal, sybils and idle "
    "miners take.",
    "validator trust": "How much of a validator's weight is left after clipping; 1 means that all of it agrees with "
    "consensus.",
    "weight-copier": "A validator that evaluates no one and submits the last revealed consensus.",
    "winner takes all": "All of the miners' pay goes to the highest ranked miner, in equal parts where several are.",
    "world": "One independent run of the simulated subnet; the unit that intervals count.",
}
"""Terms in lower case, and a sentence or two on each."""
