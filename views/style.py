"""How the app looks beyond Streamlit's theme: terms that explain themselves, calm text, room on narrow screens."""

from __future__ import annotations

import streamlit as st

__all__ = ["dress"]

_STYLE = """
<style>
.block-container { padding-top: 4.2rem; max-width: 76rem; }
.said { margin: 0 0 .2rem 0; line-height: 1.6; max-width: 46rem; }
.said.lead { font-size: 1.06rem; opacity: .86; margin-bottom: .6rem; }
.said.soft { font-size: .9rem; opacity: .72; }
.said.result { font-size: 1.12rem; max-width: 60rem; padding: .7rem 1rem; border-left: 4px solid #0072B2;
  background: rgba(0, 114, 178, .08); border-radius: 0 .5rem .5rem 0; }
.term { border-bottom: 1px dotted currentColor; cursor: help; position: relative; outline-offset: 2px; }
.term:hover::after, .term:focus::after { content: attr(data-meaning); position: absolute; left: 0; top: 1.7em;
  z-index: 1000; width: max-content; max-width: min(20rem, 72vw); padding: .5rem .7rem; border-radius: .4rem;
  background: #262a33; color: #fff; font-size: .85rem; line-height: 1.4; font-weight: 400; white-space: normal;
  box-shadow: 0 4px 14px rgba(0, 0, 0, .3); pointer-events: none; }
.term:focus-visible, [role="tab"]:focus-visible, [role="radio"]:focus-visible,
[data-testid="stSelectbox"] div:has(> input:focus-visible) { outline: 2px solid #0072B2; }
[role="tab"]:focus-visible { outline-offset: -2px; }
[role="radio"]:focus-visible { z-index: 1; }
[data-testid="stHtml"], [data-testid="stElementContainer"]:has(.term:hover),
[data-testid="stElementContainer"]:has(.term:focus) { overflow: visible; }
[data-testid="stPageLink"] a, [data-testid="stPageLink"] a span, [data-testid="stPageLink"] a p {
  white-space: normal; overflow: visible; height: auto; }
@media (max-width: 640px) {
  .block-container { padding-left: 1rem; padding-right: 1rem; }
  h1 { font-size: 1.9rem !important; }
}
</style>
"""


def dress() -> None:
    """Lay the style over the page; called once a run, before anything is shown."""
    st.html(_STYLE)
