"""A study's report as one page that needs no other file and fetches nothing."""

from __future__ import annotations

import json
import re
from html import escape

from charts.export import chart_bytes
from experiments.report import FINDING_COLUMNS, StudyReport, finding_cells

__all__ = ["html_page"]

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --soft: #666; --page: #fff; --line: #ddd; }
@media (prefers-color-scheme: dark) { :root { --ink: #eaeaea; --soft: #aaa; --page: #16181c; --line: #3a3d44; } }
body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: var(--ink); background: var(--page);
       font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin-bottom: .2rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
.result { font-size: 1.1rem; } .soft, figcaption, footer { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:nth-child(2) { white-space: nowrap; }
figure { margin: 1.6rem 0; break-inside: avoid; }
figure svg { background: #fff; width: 100%; height: auto; border-radius: 4px; }
code, pre { font: .9em ui-monospace, monospace; } pre { overflow-x: auto; }
@media print { body { margin: 0; max-width: none; } }
"""


def html_page(report: StudyReport) -> str:
    """The page: the sentence, findings with intervals, figures, and the commands and versions behind them."""
    study = report.study
    commands = escape("\n".join(report.commands))
    figures = "\n".join(
        f'<figure role="img" aria-label="{escape(name)}">{_inline(chart_bytes(chart, "svg"), number)}'
        f"<figcaption>{escape(name)}. Made by <code>{escape(report.commands[0])}</code></figcaption></figure>"
        for number, (name, chart) in enumerate(report.figures.items())
    )
    head = "".join(f"<th>{name}</th>" for name in FINDING_COLUMNS) + "<th>source and note</th>"
    rows = "\n".join(
        "<tr>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in finding_cells(each))
        + f'<td class="soft">{escape("; ".join(part for part in (each.source, each.note) if part))}</td></tr>'
        for each in report.findings
    )
    note = f'\n<p class="soft">{escape(report.note)}</p>' if report.note else ""
    versions = {
        key: report.manifest[key] for key in ("engine", "python", "system", "packages") if key in report.manifest
    }
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(study.name)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{escape(study.name)}</h1>
<p class="soft">{escape(study.question)}</p>
<p class="result">{escape(report.sentence)}</p>{note}
<h2>Findings</h2>
<div class="wide"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody></table></div>
<p class="soft">Brackets are 95 % intervals. A finding agrees if its interval, widened by its tolerance, holds what was
published. Expected: {escape(study.expected)}. Source: {escape(study.source)}.</p>
<h2>Figures</h2>
{figures or "<p>None.</p>"}
<h2>Made by</h2>
<pre>{commands}</pre>
<p class="soft">{escape(report.completeness)}; digest {escape(str(report.state["digest"]))}; read by the study's text
{report.text_digest}.</p>
<pre>{escape(json.dumps(versions, indent=1))}</pre>
</body>
</html>
"""
    return page.replace(" %", "\N{NO-BREAK SPACE}%")


def _inline(picture: bytes, number: int) -> str:
    """An SVG for the middle of a page: names inside it are its own, so that two figures share none."""
    text = picture.decode("utf-8")
    text = re.sub(r'\bid="([^"]+)"', rf'id="f{number}-\1"', text)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#f{number}-\1)", text)
