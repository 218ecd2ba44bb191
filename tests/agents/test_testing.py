"""The conformance kit passes what keeps its promises, and catches what does not."""

import datetime
import itertools
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from agents import DelegatorPolicy, MinerPolicy, Traits, ValidatorPolicy
from agents.registry import OWN
from agents.testing import check

COUNTER = itertools.count()
SALT = np.random.default_rng().random()
WORDS = {"x" * k for k in range(50)}


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: f"{kind.role}-{kind.name}")
def test_our_policies_conform(kind):
    check(kind())


@dataclass(frozen=True)
class Good(ValidatorPolicy):
    """Measure and submit."""

    name: ClassVar[str] = "bad"
    traits: ClassVar[Traits] = Traits(evaluates=True, sees={"consensus"})

    def weights(self, view):
        return view.scores + 1e-9


class Negative(Good):
    """Below 0."""

    def weights(self, view):
        return view.scores - 0.5


class NotANumber(Good):
    """Divides 0 by 0 where all scores are zero."""

    def weights(self, view):
        with np.errstate(all="ignore"):
            return view.scores / view.scores.sum(axis=1, keepdims=True)


class AllZero(Good):
    """Nothing where all scores are zero."""

    def weights(self, view):
        return view.scores


class WrongShape(Good):
    """One row too few."""

    def weights(self, view):
        return view.scores[1:] + 1.0


class Ragged(Good):
    """A list of unequal rows."""

    def weights(self, view):
        return [[1.0], *([1.0, 2.0] for _ in view.world)]


class Masked(Good):
    """A masked array."""

    def weights(self, view):
        return np.ma.masked_less(view.scores + 1.0, 0.5)


class Text(Good):
    """Words."""

    def weights(self, view):
        return (view.scores + 1.0).astype(str)


class Random(Good):
    """Its own randomness."""

    def weights(self, view):
        return np.random.default_rng().random(view.scores.shape)


class Stateful(Good):
    """Counts how often it was asked."""

    def weights(self, view):
        return view.scores + next(COUNTER) + 1.0


class Writes(Good):
    """Into its scores."""

    def weights(self, view):
        scores = view.scores
        scores += 1.0
        return scores


class WritesBehind(Good):
    """Into the array behind its scores."""

    def weights(self, view):
        view.scores.base[:] = 1.0
        return np.ones(view.scores.shape)


class WritesPublic(Good):
    """Into a public array, after making it writable through its base."""

    def weights(self, view):
        view.public.consensus.base[0, 0] = 0.5
        return view.scores + 1.0


class WritesByFlag(Good):
    """Into its scores, after making them writable."""

    def weights(self, view):
        scores = view.scores
        scores.flags.writeable = True
        scores[:] = 1.0
        return scores


class WritesField(Good):
    """Into the view itself, frozen as it is."""

    def weights(self, view):
        object.__setattr__(view, "stake", 2.0 * view.stake)
        return view.scores + 1.0


class Seeds(Good):
    """Seeds the luck of everybody."""

    def weights(self, view):
        np.random.seed(3)  # noqa: NPY002
        return view.scores + 1.0


class Strict(Good):
    """Makes NumPy raise from then on."""

    def weights(self, view):
        np.seterr(over="raise" if np.geterr()["over"] == "warn" else "warn")
        return view.scores + 1.0


class Leaves(Good):
    """Ends the program."""

    def weights(self, view):
        sys.exit(3)


class Unnamed(Good):
    """Reads what its traits do not name."""

    def weights(self, view):
        return view.public.weights[view.world, view.seat] + 1.0


class Peeps(Good):
    """Reads it behind the view's back."""

    def weights(self, view):
        return view.public._arrays["incentive"][view.world] + 1.0


class Herd(Good):
    """Scores relative to all rows."""

    def weights(self, view):
        return view.scores / (1.0 + view.scores.sum()) + 1e-6


class Ordered(Good):
    """The first row is special."""

    def weights(self, view):
        rows = view.scores + 1.0
        rows[0] *= np.arange(1, rows.shape[1] + 1)
        rows[0, 0] += 1.0
        return rows


class AllWorlds(Good):
    """The mean of all worlds' consensus."""

    def weights(self, view):
        return np.tile(view.public.consensus.mean(axis=0) + 1e-6, (view.world.size, 1))


class NeedsMiners(Good):
    """Fails where there is one miner."""

    def weights(self, view):
        rows = view.scores + 1.0
        rows[:, 1] = 0.0
        return rows


class Forgetful(Good):
    """Remembers more than it said."""

    def weights(self, view):
        return view.scores + 1.0

    def memory_size(self, miners):
        return 1

    def remember(self, view, outcome):
        return outcome.weights


class Greedy(Good):
    """Takes more than all."""

    def take(self, view):
        return np.full(view.world.size, 1.5)


class Renter(Good):
    """Rents less than nothing."""

    def rent(self, view):
        return np.full(view.world.size, -1.0)


class Everything(Good):
    """Measures more than everything."""

    evaluation_share = 2.0


class Sleeper(Good):
    """Does not know what it measures."""

    def evaluation(self, epoch):
        return None


class Dreamer(Good):
    """Cannot say what it remembers."""

    def memory_size(self, miners):
        return 1 // 0


class Vague(Good):
    """Remembers, it says."""

    def memory_size(self, miners):
        return True


class Elephant(Good):
    """Remembers more than there is room for."""

    def memory_size(self, miners):
        return 10**15


class Reshapes(Good):
    """Lays what it sees out otherwise."""

    def weights(self, view):
        rows = view.scores + 1.0
        view.stake.shape = (-1, 1)
        return rows


class Recasts(Good):
    """Takes numbers for others."""

    def weights(self, view):
        rows = view.scores + 1.0
        view.world.dtype = np.uint64
        return rows


class FirstSeen(Good):
    """Keeps by epoch what it saw first."""

    seen: ClassVar[dict[int, float]] = {}

    def weights(self, view):
        return view.scores + 1.0 + self.seen.setdefault(view.epoch, float(view.scores.mean()))


class NoStory(Good):
    __doc__ = None


class Mutable(Good):
    """Cannot be hashed."""

    __hash__ = None


class Unequal(Good):
    """Never equal to its copy."""

    def __eq__(self, other):
        return self is other

    __hash__ = Good.__hash__


class OfProcess(Good):
    """Hangs on the number of its process."""

    def weights(self, view):
        return view.scores + 1.0 + os.getpid() % 2**30


class OfHash(Good):
    """Hangs on the hash of a text, which is another in every process."""

    def weights(self, view):
        return view.scores + 1.0 + hash("miners") % 2**30


class OfOrder(Good):
    """Hangs on the order in which a set lies in memory."""

    def weights(self, view):
        return view.scores + 1.0 + sum(place * len(word) for place, word in enumerate(WORDS))


class OfId(Good):
    """Hangs on where its class lies in memory."""

    def weights(self, view):
        return view.scores + 1.0 + id(type(self)) % 9973


class OfDay(Good):
    """Hangs on the day."""

    def weights(self, view):
        return view.scores + 1.0 + time.time() // 86_400


class OfYear(Good):
    """Hangs on the year."""

    def weights(self, view):
        return view.scores + datetime.datetime.now().year


class OfImport(Good):
    """Hangs on luck that was drawn when its module was imported."""

    def weights(self, view):
        return view.scores + SALT


@dataclass(frozen=True)
class Overworked(MinerPolicy):
    """Works more than fully."""

    name: ClassVar[str] = "overworked"
    traits: ClassVar[Traits] = Traits()

    def effort(self, view):
        return np.full(view.world.size, 1.01)


class Outsider(Overworked):
    """Copies a miner that does not exist."""

    def effort(self, view):
        return np.ones(view.world.size)

    def copies(self, view):
        return view.uid + 1


class Between(Outsider):
    """Copies half of one and half of another."""

    def copies(self, view):
        return np.full(view.world.size, -0.5)


class Torn(Outsider):
    """Leaves by half."""

    copies = MinerPolicy.copies

    def leave(self, view):
        return np.full(view.world.size, 0.5)


class Late(Between):
    """Copies what is an epoch and a half old."""

    lag = 1.5


class Worthless(Between):
    """Makes what has no value."""

    utility = float("nan")


class Haggler(Outsider):
    """Offers a number instead of an offer."""

    def copies(self, view):
        return None

    def offer(self, view):
        return 3.0


class Swarm(Outsider):
    """Counts its seats without saying that they act as one."""

    def copies(self, view):
        return None

    def effort(self, view):
        return 1.0 / np.bincount(view.world)[view.world]


@dataclass(frozen=True)
class Hoarder(DelegatorPolicy):
    """Places stake with nobody."""

    name: ClassVar[str] = "hoarder"
    traits: ClassVar[Traits] = Traits()

    def stake(self, view):
        return np.zeros_like(view.held)


BAD = {
    Negative: "weights of .*must lie in",
    NotANumber: "all scores zero: .*weights of .nan",
    AllZero: "all scores zero: .*all-zero row",
    WrongShape: "shape .* are asked",
    Ragged: "raises ValueError",
    Masked: "real numbers are asked",
    Text: "real numbers are asked",
    Random: "when asked again",
    Stateful: "when asked again",
    Writes: "writes to its view",
    WritesBehind: "writes to its view",
    WritesPublic: "writes to its view",
    WritesByFlag: "writes to its view",
    WritesField: "writes to its view",
    Seeds: "changes what all share",
    Strict: "changes what all share",
    Leaves: "raises SystemExit: 3",
    Unnamed: "read public.weights; name it",
    Peeps: "raises AttributeError: _arrays",
    Herd: "rows are split",
    Ordered: "another order",
    AllWorlds: "played alone",
    NeedsMiners: "one miner: it raises IndexError",
    Forgetful: "memory of shape",
    Greedy: "take of .*must lie in",
    Renter: "rent of .*must lie in",
    Everything: r"has evaluation\(-1\) 2.0; it must be a number in \[0, 1\]",
    Sleeper: r"has evaluation\(-1\) None; it must be a number",
    Dreamer: r"fails in memory_size\(6\): ZeroDivisionError",
    Vague: r"has memory_size\(6\) True; it must be a whole number",
    Elephant: "fit into no memory",
    Reshapes: "writes to its view",
    Recasts: "writes to its view",
    FirstSeen: "in another process",
    NoStory: "has no story",
    Mutable: "does not survive copy",
    Unequal: "differs after copy",
    OfProcess: "in another process",
    OfHash: "in another process",
    OfOrder: "in another process",
    OfId: "in another process",
    OfDay: "in another process",
    OfYear: "in another process",
    OfImport: "in another process",
    Overworked: "effort of .*must lie in",
    Outsider: "copies of .*must lie in",
    Between: "copies of .*must be whole numbers",
    Torn: "leave of .*must be whole numbers",
    Late: "has lag 1.5; it must be a whole number",
    Worthless: "has utility nan; it must be a number",
    Haggler: "offers 3.0",
    Swarm: "rows are split",
    Hoarder: "all-zero row",
}


def test_a_good_policy_of_ones_own_passes():
    check(Good())


@pytest.mark.parametrize(("kind", "words"), BAD.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_bad_policies_are_caught(kind, words):
    with pytest.raises(AssertionError, match=words) as caught:
        check(kind())
    assert str(caught.value).startswith(kind.name)


def test_the_kit_and_the_wrappers_come_with_the_package():
    told = "import agents; agents.testing.check(agents.wrap.Noisy(agents.WeightCopier(), 0.1)); print('kept')"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True)
    assert done.stdout == "kept\n", done.stderr


def test_a_policy_made_for_more_is_checked_with_more():
    check(NeedsMiners(), miners=2)


def test_a_local_class_cannot_be_pickled():
    @dataclass(frozen=True)
    class Local(Good):
        """Stands in a function."""

    with pytest.raises(AssertionError, match="does not survive pickle"):
        check(Local())
    with pytest.raises(AssertionError, match="is no policy"):
        check(object())
    with pytest.raises(AssertionError, match=r"is no policy; give check Good\(\)"):
        check(Good)


SCRIPT = """
import os
from dataclasses import dataclass
from typing import ClassVar
from agents import Traits, ValidatorPolicy
from agents.testing import check

@dataclass(frozen=True)
class Own(ValidatorPolicy):
    \"\"\"A script's own.\"\"\"

    name: ClassVar[str] = "own"
    traits: ClassVar[Traits] = Traits(evaluates=True)

    def weights(self, view):
        return view.scores + 1.0 + {more}

{guard}
"""


@pytest.mark.parametrize(
    ("more", "guard", "words"),
    [
        ("0.0", 'if __name__ == "__main__":\n    check(Own())\n    print("kept")', "kept"),
        ("os.getpid() % 1000", 'if __name__ == "__main__":\n    check(Own())', "another process"),
        ("0.0", 'print("once")\ncheck(Own())', "once"),  # a script without a guard is not run elsewhere
        ("os.getpid() % 1000", "MORE = check(Own())", "another process"),  # but what it defines is there
        ("MORE", "for MORE in (1.0,):\n    check(Own())", "was not asked in another process"),
    ],
)
def test_a_script_checks_its_own(tmp_path, more, guard, words):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(more=more, guard=guard))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    assert words in done.stdout + done.stderr
    assert ("was not asked" in done.stderr) == (more == "MORE")
    assert done.stdout.count(words) <= 1


@pytest.mark.parametrize("more", ["0.0", "os.getpid() % 1000"])
def test_a_notebook_checks_its_own(more):
    """Cells as a notebook keeps them; what is typed at a plain prompt is not asked elsewhere, which is said."""
    cells = ["%matplotlib inline", SCRIPT.format(more=more, guard=""), "check(Own())"]
    notebook = f"import sys\nIn = {cells!r}\nexec(In[1])\nexec(In[2])"
    done = subprocess.run([sys.executable, "-c", notebook], capture_output=True, text=True)
    assert ("answers otherwise in another process" in done.stderr) == (more != "0.0"), done.stderr
    assert "was not asked" not in done.stderr
    done = subprocess.run(
        [sys.executable, "-c", notebook.replace("In =", "Cells =").replace("In[", "Cells[")],
        capture_output=True,
        text=True,
    )
    assert "own was not asked in another process" in done.stderr
    assert done.returncode == 0
