"""Controls by declaration: a page names the quantities it takes, and gets widgets, checks, and a place in the link.

A page of its own settings, in a few lines:

    SHEET = Sheet(
        name="pool",
        declared={f"pool.{name}": one for name, one in PoolSettings.quantities().items()},
        in_sight={"pool.tao": InSight("TAO in the pool", 100, 10_000, 100, lambda values: "About 40,000 USD.")},
    )

    def page() -> None:
        heading("The pool", "What a swap costs. Move a [[pool|control]] and see.")
        open_link(SHEET)               # views.link: takes the address in, and says what was wrong in it
        values = SHEET.show()          # widgets: five in sight, the rest under "More"; values by key
        write_link(SHEET)              # the address now holds what differs from the defaults
        pool = SHEET.made(lambda: PoolSettings(**{key.removeprefix("pool."): v for key, v in values.items()}))
        if pool is None:
            return                     # the reason stands on the page, in one line

Values are the widgets' own state, under `SHEET.name KEY`; they live on while other pages are open. Words under a
control are a function of all values. `bases` gives named sets of defaults, among which a first control chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from econ.errors import InputError
from econ.quantity import Quantity, QuantityError
from experiments.errors import nearest
from experiments.wording import as_text
from views.control import InSight, control, slider
from views.fold import fold
from views.words import clipped, plain

__all__ = ["Sheet", "keep_state"]

Made = TypeVar("Made")

_KEPT = "sheets"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The controls of a page or of several; see the module.

    `base` is the key under which the link names one of `bases`; `most` are limits that the app sets below the declared
    ones, with `most_says` as the reason. `listed` gives the strategies among which a comma list of a key may choose.
    `sections` orders the folded controls: prefix of the key, title.
    """

    name: str
    declared: Mapping[str, Quantity]
    in_sight: Mapping[str, InSight] = field(default_factory=dict)
    bases: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"": {}})
    base: str = ""
    base_label: str = ""
    base_words: Mapping[str, str] = field(default_factory=dict)
    base_names: Mapping[str, str] = field(default_factory=dict)
    opening: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)
    most_says: str = "use the command line for more"
    listed: Callable[[str], Sequence[str] | None] = lambda key: None
    more: str = "More rules"

    # What a link says ------------------------------------------------------------------------------------------------

    def defaults(self, base: str) -> dict[str, Any]:
        """Every key's value where nothing was moved."""
        chosen = self.bases[base]
        return {key: chosen.get(key, declared.default) for key, declared in self.declared.items()}

    def claims(self, key: str) -> bool:
        """Whether a key of a link belongs here."""
        return key in self.declared or (key == self.base != "")

    def parsed(self, given: Mapping[str, str]) -> tuple[str, dict[str, Any], list[str]]:
        """The base, all values by key, and a line for everything that was wrong."""
        problems = []
        first = self.opening.get(self.base, next(iter(self.bases)))
        base = given.get(self.base, first) if self.base else first
        if base not in self.bases:
            problems.append(f"{self.base} {base!r} is unknown; {nearest(base, self.bases)}")
            base = first
        values = self.defaults(base)
        for key, text in given.items():
            if key not in self.declared:
                continue
            try:
                values[key] = self.declared[key].parsed(text)
            except QuantityError as error:
                problems.append(f"{key.rpartition('.')[0]}.{error}".removeprefix("."))
        for key, most in self.most.items():
            if values[key] is not None and values[key] > most:
                problems.append(f"{key} is {values[key]}; the app takes at most {most:g}: {self.most_says}")
                values[key] = type(values[key])(most)
        for key in self.declared:
            possible = self.listed(key)
            if possible is None:
                continue
            wrong = next((word for word in _words(values[key]) if word.partition("(")[0] not in possible), None)
            if wrong is not None:
                problems.append(f"{key} names {wrong!r}; {nearest(wrong, possible)}")
                values[key] = self.defaults(base)[key]
        return base, values, problems

    def read(self, given: Mapping[str, str]) -> list[str]:
        """Take a link's values into the controls; returns a line for everything that was wrong."""
        base, values, problems = self.parsed(given or self.opening)
        self._take(base, values)
        return problems

    def link(self) -> dict[str, str]:
        """What a link must say: the base, and what differs from its defaults."""
        base, values = self.chosen_base, self.values
        usual = self.defaults(base)
        said = {self.base: base} if self.base else {}
        return said | {key: as_text(value) for key, value in values.items() if value != usual[key]}

    def state(self) -> dict[str, Any]:
        """The state of all controls, to tell whether one was moved."""
        state = st.session_state.to_dict()  # read at once: key by key takes as long as a preview
        return {key: state[key] for key in [self._own(k) for k in self.declared] + [f"{self.name} base"]}

    # What the controls say -------------------------------------------------------------------------------------------

    @property
    def chosen_base(self) -> str:
        """The base that is chosen now."""
        return st.session_state[f"{self.name} base"]

    @property
    def values(self) -> dict[str, Any]:
        """Every key's value now."""
        state = st.session_state.to_dict()
        return {key: _as_value(state[self._own(key)]) for key in self.declared}

    @property
    def bare(self) -> dict[str, Any]:
        """The values by the last part of their keys: what a settings class of one section takes."""
        return {key.rpartition(".")[2]: value for key, value in self.values.items()}

    def show(self, words: Mapping[str, str] | None = None, *, only: Sequence[str] | None = None) -> dict[str, Any]:
        """The controls in sight and, folded, all others; returns the values. `words` says more under a control.

        `only` keeps fewer in sight, where a page has controls of its own beside these.
        """
        seen = [key for key in self.in_sight if only is None or key in only]
        self._show_in_sight(seen, words or {})
        self._show_more(seen, words or {})
        return self.values

    def _show_in_sight(self, keys: Sequence[str], words: Mapping[str, str]) -> None:
        """The choice of a base, if there are several, and a slider for every key in sight, each with its words."""
        if self.base:
            st.selectbox(
                self.base_label,
                list(self.bases),
                format_func=lambda name: self.base_names.get(name, name),
                key=f"{self.name} base",
                on_change=self._base_changed,
            )
            if self.base_words.get(self.chosen_base):
                st.caption(self.base_words[self.chosen_base])
        for key in keys:
            self._slider(key, words)

    def _slider(self, key: str, words: Mapping[str, str]) -> None:
        one = self.in_sight[key]
        slider(self._own(key), key, self.declared[key], one, st.session_state.get(f"{self.name} range {key}"))
        said = words.get(key) or (one.words(self.values) if one.words else "")
        if said:
            st.caption(plain(said))

    def _one(self, key: str, words: Mapping[str, str]) -> None:
        """One folded control with its words."""
        if key in self.in_sight:
            self._slider(key, words)
            return
        control(self._own(key), key, self.declared[key], most=self.most.get(key), listed=self.listed(key))
        if words.get(key):
            st.caption(plain(words[key]))

    def _show_more(self, seen: Sequence[str], words: Mapping[str, str]) -> None:
        """All other controls, folded, by section; what is not open is not drawn."""
        folded = [key for key in self.declared if key not in seen]
        if not folded:
            return
        with fold(self.more, self.name) as is_open:
            if not is_open:
                return
            st.button(
                "Set everything back",
                on_click=self._set_back,
                key=f"{self.name} set back",
                help="All controls take their defaults.",
            )
            sections = self.sections or dict.fromkeys(key.rpartition(".")[0] for key in folded)
            for section, title in sections.items():
                mine = [key for key in folded if key.rpartition(".")[0] == section]
                if not mine:
                    continue
                with fold(title, f"{self.name} {section}") if self.sections else nullcontext(True) as is_open:
                    for key in mine if is_open else ():
                        self._one(key, words)

    def made(self, make: Callable[[], Made]) -> Made | None:
        """What the values make, or None with the reason on the page in one line."""
        try:
            return make()
        except InputError as error:
            st.error(plain(clipped(str(error))))
            return None

    # Widgets ---------------------------------------------------------------------------------------------------------

    def _own(self, key: str) -> str:
        return f"{self.name} set {key}"

    def _take(self, base: str, values: Mapping[str, Any]) -> None:
        state = st.session_state
        state[f"{self.name} base"] = state[f"{self.name} base before"] = base
        for key, value in values.items():
            state[self._own(key)] = self._as_state(key, value)
        for key, one in self.in_sight.items():
            if self.declared[key].choices:
                continue
            kind = type(values[key])
            state[f"{self.name} range {key}"] = kind(min(one.low, values[key])), kind(max(one.high, values[key]))
        state.setdefault(_KEPT, set()).add(self.name)

    def _base_changed(self) -> None:
        """Values that were the old base's defaults become the new one's; what was changed stays changed."""
        state = st.session_state
        before, after = self.defaults(state[f"{self.name} base before"]), self.defaults(self.chosen_base)
        for key, value in after.items():
            if _as_value(state[self._own(key)]) == before[key]:
                state[self._own(key)] = self._as_state(key, value)
        state[f"{self.name} base before"] = self.chosen_base

    def _set_back(self) -> None:
        self._take(self.chosen_base, self.defaults(self.chosen_base))

    def _as_state(self, key: str, value: Any) -> Any:
        return list(dict.fromkeys(_words(value))) if self.listed(key) is not None else value


def keep_state() -> None:
    """Keep what controls say that are not shown, and what is folded; Streamlit forgets a widget that is not drawn."""
    state = st.session_state
    mine = tuple(f"{name} " for name in ("fold", *state.get(_KEPT, ())))
    for key, value in state.to_dict().items():
        if key.startswith(mine) and not key.endswith("set back"):
            state[key] = value


def _as_value(value: Any) -> Any:
    return ",".join(value) if isinstance(value, list) else value.strip() if isinstance(value, str) else value


def _words(text: str | list[str]) -> list[str]:
    return text if isinstance(text, list) else [word.strip() for word in text.split(",")]
