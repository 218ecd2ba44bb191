"""Words that explain themselves: hover over one, touch it, or reach it with the Tab key.

    say("A [[weight-copier]] loses; so do [[weight-copier|copiers]] in pairs.")

shows the text with every marked term underlined and its meaning behind it, from `experiments.glossary` or from `MORE`
here. Unknown terms raise, so that a page never shows one unexplained. Text of others goes through `words.plain`
first, or through `safe` where it is put between HTML. A sentence that was made elsewhere has no marks:

    say(told(solution.sentence))

explains the first mention of every term in it.
"""

from __future__ import annotations

import html
import re

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from experiments.glossary import GLOSSARY

__all__ = ["MORE", "explained", "heading", "meaning", "mentioned", "safe", "say", "told", "unmarked"]

MORE: dict[str, str] = {
    "validator": "Someone with stake who measures miners and submits weights on them; is paid dividends.",
    "miner": "Someone who does the subnet's work; is paid incentive for it.",
    "nominator": "Someone who lends stake to a validator and shares its dividends.",
    "stake": "Tokens locked behind a validator: the weight of its vote, and the measure of its pay.",
    "weights": "What share of the work's worth a validator gives each miner.",
    "subnet": "A market inside Bittensor: miners do one kind of work, validators measure it, the chain pays both.",
    "reveal period": "How many epochs weights stay hidden after they were decided (commit-reveal).",
    "interval": "Where the true value lies with the stated confidence; more worlds make it narrower.",
    "strategy": "What a player does all run long: be honest, copy, collude.",
    "honest": "Measures miners every epoch and submits what it measured.",
    "root": "Those who govern the whole chain; a subnet's owner cannot set what is root's.",
    "owner": "Who created the subnet and sets its rules.",
    "replicator": "A rule of imitation: strategies that earn more than the average grow at the cost of the others.",
    "basin": "All starting points from which imitation leads to the same outcome.",
    "kappa": "The share of stake that must support a weight for it to count.",
    "bonds penalty": "How much of the weight above consensus is also lost for bonds.",
    "quality-incentive correlation": "1: pay ranks miners exactly as their true quality does; 0: pay ignores quality.",
}
"""Meanings that only the screen needs, in lower case."""

_OTHERWISE = {"rule"}  # in a sentence of ours a rule set, or a rule of the subnet
_WORDS = "|".join(re.escape(term) for term in sorted((GLOSSARY | MORE).keys() - _OTHERWISE, key=len, reverse=True))
_MENTION = re.compile(rf"(?<![\w-])({_WORDS})(s?)(?![\w-])", re.IGNORECASE)
_TERM = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")


def meaning(term: str) -> str:
    """What a term means; `KeyError` for one that nobody explained."""
    return GLOSSARY.get(term.lower()) or MORE[term.lower()]


def safe(text: str) -> str:
    """Text as HTML shows it, without any meaning as HTML or Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|~$:-])", lambda m: f"&#{ord(m[0])};", html.escape(text))


def explained(text: str) -> str:
    """The text as HTML with its terms explained on hover.

    >>> explained("[[tempo|Tempo]]")[:45]
    '<span class="term" tabindex="0" data-meaning='
    """

    return _TERM.sub(lambda match: _shown(match[1], match[2] or match[1]), text)


def _shown(term: str, word: str) -> str:
    said = html.escape(meaning(term), quote=True)
    return f'<span class="term" tabindex="0" data-meaning="{said}" aria-label="{word}: {said}">{word}</span>'


def told(text: str) -> str:
    """Plain text as HTML, whatever stands in it, with the first mention of every known term explained on hover.

    >>> told("Two epochs <b>, an epoch of 360 blocks").partition("</span>")[2]
    ' &lt;b&gt;, an epoch of 360 blocks'
    """
    seen: set[str] = set()

    def marked(match: re.Match[str]) -> str:
        term = match[1].lower()
        if term in seen:
            return match[0]
        seen.add(term)
        return _shown(term, match[0])

    return _MENTION.sub(marked, html.escape(text, quote=False).replace("[", "&#91;"))


def mentioned(*texts: str) -> list[str]:
    """The known terms in plain texts, each once, in the order and the letters of their first mention.

    >>> mentioned("Regret, in words", "Stake", "regret of a tempo")
    ['Regret', 'Stake', 'tempo']
    """
    found: dict[str, str] = {}
    for text in texts:
        for match in _MENTION.finditer(text):
            found.setdefault(match[1].lower(), match[0])
    return list(found.values())


def unmarked(text: str) -> str:
    """The text without its marks, for a picture or a file.

    >>> unmarked("A [[tempo]] of two [[epoch|epochs]].")
    'A tempo of two epochs.'
    """
    return _TERM.sub(lambda match: match[2] or match[1], text)


def say(text: str, *, kind: str = "") -> DeltaGenerator:
    """A paragraph of our own words (HTML marks allowed) with its terms explained; `kind` is a class: lead, soft."""
    return st.html(f'<p class="said {kind}">{explained(text)}</p>')


def heading(title: str, sentences: str) -> None:
    """What every page begins with: its title, and two sentences in plain words."""
    st.title(title, anchor=False)
    say(sentences, kind="lead")
