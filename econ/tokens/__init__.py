"""What a reward is worth."""

from econ.tokens.market import MarketSettings

__all__ = ["MarketSettings"]
