"""`yuma explain KEY_OR_TERM`: what a parameter or a word means."""

from __future__ import annotations

import argparse
from typing import Any

from agents.registry import find
from econ.quantity import Quantity
from experiments.commands.output import Output
from experiments.commands.players import policy_text
from experiments.declared import OTHER_KEYS
from experiments.errors import BadInput, nearest
from experiments.glossary import GLOSSARY
from experiments.scenario import Scenario

__all__ = ["HELP", "add_arguments", "run"]

HELP = "say what a parameter, a term or a strategy means"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The word; without one, all words are listed."""
    parser.add_argument("word", nargs="*", help="a key such as rules.kappa, a term such as tipping point, a strategy")


def run(arguments: argparse.Namespace) -> Output:
    """The declaration of a key, the glossary's sentence, or a strategy's story."""
    keys, word = {**Scenario.keys(), **OTHER_KEYS}, " ".join(arguments.word).strip()
    if not word:
        text = "Keys: " + ", ".join(keys) + "\nTerms: " + ", ".join(GLOSSARY)
        return Output(text=text, json={"keys": list(keys), "terms": list(GLOSSARY)})
    if word in keys:
        return _key(word, keys[word])
    if word.lower() in GLOSSARY:
        meaning = GLOSSARY[word.lower()]
        return Output(text=f"{word.lower()}: {meaning}", json={"term": word.lower(), "meaning": meaning})
    strategies = [kind for kind in find() if word in (kind.name, f"{kind.role}.{kind.name}")]
    if strategies:
        text = "\n\n".join(policy_text(kind) for kind in strategies)
        return Output(text=text, json={"strategy": strategies[0].name, "meaning": text})
    ending = [key for key in Scenario.keys() if key.endswith(f".{word}")]  # noqa: SIM118 - a method of ours
    ending = ending or [key for key in OTHER_KEYS if key.endswith(f".{word}")]
    if len(ending) == 1:
        return _key(ending[0], keys[ending[0]])
    known = [*keys, *GLOSSARY, *(kind.name for kind in find())]
    if ending:
        raise BadInput(f"{word!r} is the end of several keys; did you mean {' or '.join(ending)}?")
    close = nearest(word, known)
    remedy = close if close.startswith("did") else "`yuma explain` lists keys and terms, `yuma players` strategies"
    raise BadInput(f"{word!r} is no key, term or strategy; {remedy}")


def _key(key: str, declared: Quantity) -> Output:
    facts: dict[str, Any] = {
        "key": key,
        "meaning": declared.help,
        "unit": declared.unit,
        "range": declared.range + (", or none" if declared.optional else ""),
        "default": declared.default,
        "set_by": declared.set_by,
        "chain_name": declared.chain_name,
    }
    if declared.stories:
        facts["choices"] = dict(zip(declared.choices, declared.stories, strict=True))
    shown = "none" if declared.default is None else str(declared.default)
    lines = [
        f"{key}: {declared.help}",
        f"  unit     {declared.unit}",
        f"  range    {facts['range']}",
        f"  default  {shown.lower() if isinstance(declared.default, bool) else shown}",
        f"  set by   {declared.set_by}",
    ]
    if declared.chain_name:
        lines.append(f"  on chain {declared.chain_name}")
    width = max(map(len, declared.choices), default=0)
    lines += [f"  {name:{width}}  {story}" for name, story in facts.get("choices", {}).items()]
    return Output(text="\n".join(lines), json=facts)
