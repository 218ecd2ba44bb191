"""Search the faces of a game one by one, prove what the work allows, and list what is found."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from econ.equilibrium.crew import Crew
from econ.equilibrium.edge import Found, gain_outside, on_edge
from econ.equilibrium.exclusion import all_roots, expected_work, look_price
from econ.equilibrium.face import Face, face_of
from econ.equilibrium.listing import Listing
from econ.equilibrium.search import Purse, equilibria_among, on_face, on_large_face, proved, roots_inside
from econ.equilibrium.supports import Dominance, face_count, faces

__all__ = ["ALL_WORK", "FaceSearch"]

Shape = tuple[int, ...]
Roots = tuple[list[np.ndarray], bool, float]

MOST_COEFFICIENTS = 1000
"""Coefficients of one gain on a face; with more the matrices that cut it would not fit into memory."""
LARGEST_FACE = 2e4
"""Coefficients times the edges that may be cut; on a larger face roots are only guessed, and nothing is proved."""
MOST_FACES = 30_000
"""Faces looked at, the smallest first."""
MOST_GUESSES = 40
"""Faces on which roots are still guessed when the work is spent."""
LOADS = 1.2e6
"""Multiplications from which on it pays to load, or on the first day to compile, the loop that excludes cells."""
AHEAD = 4
"""Faces begun for each thread before their turn."""
PATIENCE = 40.0
"""How many times as much as a face of random payoffs takes is spent on one whose roots have no end."""
ALL_WORK = 2e9
"""Multiplications, about a second of them, to search all faces of two or more dimensions; half as many prove them.

In the compiled loop, which proves what it searches, they last for some four seconds of one core.
"""


@dataclass(slots=True, kw_only=True)
class FaceSearch:
    """The search of all faces that a listing's strategies span, and the work that is left for it.

    `compiled`: the loop that excludes cells is worth loading. `to_prove`: faces that were only searched, with the roots
    found. `begun`: faces that threads search before their turn, with the work that each was given.
    """

    listing: Listing
    work: Purse
    proof: Purse
    guesses: int = MOST_GUESSES
    compiled: bool = False
    crew: Crew = field(default_factory=Crew)
    begun: dict[tuple[Shape, ...], tuple[float, Future[Roots]]] = field(default_factory=dict)
    to_prove: list[tuple[tuple[Shape, ...], list[np.ndarray]]] = field(default_factory=list)

    def run(self) -> tuple[Shape, ...]:
        """Search and prove every face that dominance leaves, those only the band allows last; gives what is left."""
        listing = self.listing
        listed = listing.listed = Dominance(listing.gains, band=True).survivors(listing.listed)
        if face_count(listed) > MOST_FACES:
            listed = Dominance(listing.gains, band=False).survivors(listed)  # what only the band allows is not proved
            listing.settled &= listed == listing.listed
        to_search, to_prove = self.plan(listed)
        self.compiled = listing.game.is_exact and sum(map(self.expects, to_search)) > LOADS
        with self.crew:
            for number, supports in enumerate(to_search):
                for soon in to_search[number : number + AHEAD * self.crew.threads]:
                    self.begin(soon)
                listing.unsearched += not self.inside(supports)
            for supports in to_prove:
                if not listing.settled:
                    break
                self.inside(supports)
            self.prove()
        return listed

    def plan(self, listed: tuple[Shape, ...]) -> tuple[list[tuple[Shape, ...]], list[tuple[Shape, ...]]]:
        """The supports of the faces that may hold an equilibrium of the estimated game, and only of others in the band.

        Faces of nothing but ties come first, the largest before its parts; then the smallest: most is soon found there.
        """
        proved, estimated = Dominance(self.listing.gains, band=True), Dominance(self.listing.gains, band=False)
        to_search: list[tuple[Shape, ...]] = []
        to_prove: list[tuple[Shape, ...]] = []
        for supports in islice(faces(listed), MOST_FACES):
            if not proved.excludes(supports, self.listing.listed):
                (to_prove if estimated.excludes(supports, self.listing.listed) else to_search).append(supports)
        self.listing.unsearched += max(face_count(listed) - MOST_FACES, 0)
        to_search.sort(key=lambda supports: -sum(map(len, supports)) if proved.ties(supports) else 0)
        return to_search, to_prove

    def begin(self, supports: tuple[Shape, ...]) -> None:
        """Let a thread search a face of known gains before its turn, if the work that is left buys it and the others.

        What it finds is asked for in turn, so that the answer does not depend on threads.
        """
        expected = self.expects(supports)
        if not self.compiled or supports in self.begun or not 0.0 < expected <= self.work.left:
            return
        if expected + sum(map(self.expects, self.begun)) > self.work.left or self.listing.knows(supports):
            return
        most = min(self.work.left, PATIENCE * expected)

        def search() -> Roots:
            face = face_of(self.listing.gains, supports, self.listing.listed)
            return ([], False, 0.0) if _is_large(face) or face.vanishes() else all_roots(face, most, self.crew)

        self.begun[supports] = most, self.crew.submit(search)

    def inside(self, supports: tuple[Shape, ...]) -> bool:
        """Search one face of one dimension or more; False if that was skipped or cut short."""
        if self.listing.knows(supports):
            return True
        face = face_of(self.listing.gains, supports, self.listing.listed)
        searched = True
        if face.dimension == 1:
            found, settled = on_edge(face)
        elif self.work.left <= 0.0:
            self.guesses -= 1
            found, settled, searched = on_large_face(face) if self.guesses >= 0 else [], False, False
        elif _is_large(face):
            found, settled, searched = on_large_face(face), False, False
        elif self.listing.game.is_exact and not face.vanishes():
            found, settled, searched = self.known(face)
        else:
            found, settled = on_face(face, self.work, self.proof if self.listing.settled else Purse(0.0))
            searched = self.work.left > 0.0
        self.listing.settled &= settled
        for one in found:
            self.listing.mixed(supports, one)
        return searched

    def known(self, face: Face) -> tuple[list[Found], bool, bool]:
        """The equilibria of a face of known gains, whether nothing stays open yet, and whether it was searched."""
        affordable = self.expects(face.supports) <= self.work.left
        whole = self.excluded(face, self.work) if self.compiled and affordable else None
        if whole is None:
            roots, hopeful = roots_inside(face, self.work)
            if not hopeful and not self.compiled and affordable:
                self.compiled = True
                whole = self.excluded(face, self.work)
            if whole is None:
                self.to_prove.append((face.supports, roots))
                return equilibria_among(face, roots), True, hopeful and self.work.left > 0.0
        return (*whole, True)

    def expects(self, supports: tuple[Shape, ...]) -> float:
        """About how many multiplications a proof of one face of two dimensions or more takes."""
        if sum(map(len, supports)) - len(supports) < 2:
            return 0.0
        return expected_work(self.listing.game.roles.players, supports, self.listing.listed)

    def price(self, face: Face) -> float:
        """What a look at one cell costs."""
        return look_price(self.listing.game.roles.players, face.supports, self.listing.listed)

    def excluded(self, face: Face, purse: Purse) -> tuple[list[Found], bool] | None:
        """All equilibria of a face of known gains, with whether no tie leaves one open; None if that is too dear."""
        most = min(purse.left, PATIENCE * self.expects(face.supports))
        given, task = self.begun.pop(face.supports, (0.0, None))
        roots, proved_all, spent = task.result() if task else ([], False, np.inf)
        if given != most and spent + self.price(face) > most:
            roots, proved_all, spent = self.crew.submit(lambda: all_roots(face, most, self.crew)).result()
        purse.left -= spent
        if not proved_all:
            return None
        tied = any(abs(gain_outside(face, root)) <= 1e-9 * face.scale for root in roots)
        return equilibria_among(face, roots), not tied

    def prove(self) -> None:
        """Prove the faces of a known game that were only searched: the hardest first, as one left open decides."""
        while self.to_prove and self.listing.settled and not self.listing.unsearched:
            supports, roots = self.to_prove.pop()
            face = face_of(self.listing.gains, supports, self.listing.listed)
            if not self.compiled:
                self.listing.settled &= proved(face, roots, self.proof)[1]
                continue
            found, settled = self.excluded(face, self.proof) or ([], False)
            self.listing.settled &= settled
            for one in found:  # what the search had missed
                if all(np.abs(one.point - root).max() > 1e-6 for root in roots):
                    self.listing.mixed(supports, one)


def _is_large(face: Face) -> bool:
    """Whether a face has too many coefficients to be cut."""
    edges = sum(size * (size - 1) // 2 for size in face.sizes)
    longest = max(len(mean) for mean in face.mean)
    return longest > MOST_COEFFICIENTS or longest * edges > LARGEST_FACE
