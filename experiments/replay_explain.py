"""Where the dividend of one UID comes from in one epoch of a replay: the parts, and where its weight was clipped."""

from __future__ import annotations

from typing import Any

from econ.quantity import QuantityError
from econ.yuma.attribution import PARTS, attribute_subnet_dividends
from econ.yuma.chain import ChainEpoch
from econ.yuma.chain.masks import active, counted_stake, permitted
from econ.yuma.chain.numbers import U16
from experiments.errors import BadInput
from experiments.files.npz import shown
from experiments.files.replay import ReplayCase
from experiments.replay import ReplayedEpoch

__all__ = ["asked_epoch", "asked_uid", "explain_dividend", "explanation_lines"]

_LISTED = 12
_LINES = {
    "stake": "share of stake that counts: par",
    "weights": "which miners it weighs, before any clipping",
    "clipping": "clipping: miners are paid by clipped weights",
    "penalty": "penalty: weight above consensus lost for bonds",
    "history": "history: bonds held from earlier epochs",
}


def asked_uid(word: str, case: ReplayCase) -> int:
    """The UID that is to be explained, one of the case.

    Raises `BadInput` for anything else.
    """
    return _number("explain", word, case.neurons - 1, f"case {shown(case.id, 60)} has the UIDs")


def asked_epoch(word: str | None, case: ReplayCase) -> int:
    """The number of the epoch that is to be explained, from 0; the last if none is named."""
    if word is None:
        return len(case.epochs) - 1
    return _number("epoch", word, len(case.epochs) - 1, f"case {shown(case.id, 60)} has the epochs")


def explain_dividend(case: ReplayCase, ran: ReplayedEpoch, uid: int) -> dict[str, Any]:
    """What `yuma epoch --explain` prints as JSON; fractions, in float arithmetic on the state that the epoch met.

    `parts` sum to `dividends`. `chain_dividends` is the chain's own u16 figure, None where float ran the epochs;
    `clipped` holds the miners on which the UID's weight lies above consensus, the largest loss first.
    Raises `BadInput` where the UID is no validator of the epoch, or where float does not know the parameters.
    """
    place = f"case {shown(case.id, 60)}, epoch {ran.number}"
    try:
        found = attribute_subnet_dividends(ran.state, case.hyperparameters)
    except QuantityError as error:
        raise BadInput(f"{place}: {shown(error)}; --explain computes in float") from None
    permits = permitted(ran.state)
    validators = [u for u in range(case.neurons) if permits[u] or found.dividends[u] > 0]
    if uid not in validators:
        some = ", ".join(str(u) for u in validators[:_LISTED]) + (", ..." if len(validators) > _LISTED else "")
        holds = f"validators there are {some}" if validators else "no UID is one there: name another --epoch"
        raise BadInput(f"{place}: explain is {uid}, which holds no validator permit and earns no dividend; {holds}")
    lost = found.clipped_weight[uid]
    order = sorted((u for u in range(case.neurons) if lost[u] > 0), key=lambda u: (-lost[u], u))
    exact = isinstance(ran.result, ChainEpoch)
    return {
        "uid": uid,
        "case": case.id,
        "epoch": ran.number,
        "stake_share": float(found.stake[uid]),
        "stake_counts": _stake_counts(case, ran, uid, float(found.stake[uid])),
        "dividends": float(found.dividends[uid]),
        "chain_dividends": int(ran.result.dividends[uid]) if exact else None,
        "parts": [{"name": n, "value": float(v)} for n, v in zip(PARTS, found.parts()[uid], strict=True)],
        "validator_trust": float(found.validator_trust[uid]),
        "clipped_weight": float(lost.sum()),
        "clipped": [
            {
                "uid": u,
                "weight": float(found.weights[uid, u]),
                "consensus": float(found.consensus[u]),
                "lost": float(lost[u]),
            }
            for u in order
        ],
    }


def explanation_lines(explained: dict[str, Any]) -> list[str]:
    """The same for people."""
    dividends, uid = explained["dividends"], explained["uid"]
    rows = [(_LINES[part["name"]], part["value"]) for part in explained["parts"]]
    width = max(len(text) for text, _ in rows)
    lines = [f"Where the dividend of UID {uid} comes from (case {shown(explained['case'], 60)}, "]
    lines[0] += f"epoch {explained['epoch']}; shares of all dividends):"
    lines += [f"  {text.ljust(width)}  {_signed(value, first=k == 0)}" for k, (text, value) in enumerate(rows)]
    lines += [f"  {'its dividend'.ljust(width)}  {_signed(dividends, first=True)}"]
    if explained["stake_counts"] != "yes":
        lines += [f"Its stake does not count in this epoch: {explained['stake_counts']}."]
    if (stored := explained["chain_dividends"]) is not None:
        lines += [f"In the chain's arithmetic its dividend is {stored} of 65535, {stored / U16:.6f}."]
    return [*lines, *_clipping_lines(explained)]


def _clipping_lines(explained: dict[str, Any]) -> list[str]:
    """What was lost to clipping, and where most."""
    trust, lost, clipped = explained["validator_trust"], explained["clipped_weight"], explained["clipped"]
    if trust == 0 and lost == 0:
        return ["It set no weight that counts."]
    if not clipped:
        return [f"Validator trust {trust:.6f}: none of its weight lies above consensus."]
    lines = [f"Validator trust {trust:.6f}; {lost:.6f} of its weight lies above consensus:"]
    head = ("miner", "its weight", "consensus", "lost")
    rows = [
        (str(c["uid"]), f"{c['weight']:.6f}", f"{c['consensus']:.6f}", f"{c['lost']:.6f}") for c in clipped[:_LISTED]
    ]
    lines += ["  " + "  ".join(cell.rjust(10) for cell in row) for row in (head, *rows)]
    if len(clipped) > _LISTED:
        lines += [f"  ({len(clipped) - _LISTED} more miners are in --json)"]
    return lines


def _signed(value: float, *, first: bool) -> str:
    text = f"{value:9.6f}" if first else f"{value:+9.6f}"
    return "+0.000000" if text == "-0.000000" else text


def _stake_counts(case: ReplayCase, ran: ReplayedEpoch, uid: int, share: float) -> str:
    """'yes', or why the stake of a UID decides nothing in the epoch."""
    if share > 0:
        return "yes"
    rule, state = case.hyperparameters, ran.state
    if not permitted(state)[uid]:
        return "it holds no validator permit"
    if not active(state, rule.activity_cutoff)[uid]:
        return f"its last weights are more than {rule.activity_cutoff} blocks old"
    if int(state.stake[uid]) > 0 and counted_stake(state, rule.stake_threshold)[uid] == 0:
        return f"it is below the threshold of {rule.stake_threshold}"
    return "it is 0, or below 2^-32 of all stake"


def _number(name: str, word: str, highest: int, limit: str) -> int:
    digits = word.isascii() and word.isdigit() and len(word) < 10
    if not digits or int(word) > highest:
        raise BadInput(f"{name} is {shown(repr(word), 40)}; {limit} 0 to {highest}: name one of them")
    return int(word)
