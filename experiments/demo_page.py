"""The demonstration as one page: sliders that snap to a grid of solved games, no server and no network."""

from __future__ import annotations

import json
from functools import cache
from html import escape

from experiments.demo import Demo

__all__ = ["MOST_BYTES", "demo_page"]

MOST_BYTES = 3_000_000
"""The largest page."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --soft: #5f6368; --page: #fff; --line: #ddd; --tint: #e9f2f9;
        --blue: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --soft: #a8adb5; --page: #15171c; --line: #3a3d44; --tint: #16242f; --blue: #4ba3d8; } }
* { box-sizing: border-box; }
body { margin: 2rem auto 4rem; max-width: 70rem; padding: 0 1rem; color: var(--ink); background: var(--page);
       font: 16px/1.6 system-ui, sans-serif; }
h1 { font-size: 2rem; margin: 0 0 .3rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin: 2rem 0 .4rem; }
.lead { color: var(--soft); max-width: 46rem; margin: 0 0 1.4rem; }
.sides { display: grid; grid-template-columns: minmax(15rem, 1fr) 2fr; gap: 2.4rem; }
.sides > * { min-width: 0; }
@media (max-width: 700px) { .sides { grid-template-columns: 1fr; } }
label { display: block; margin-bottom: 1.1rem; } output { float: right; color: var(--blue); font-weight: 600; }
input[type=range] { width: 100%; accent-color: var(--blue); margin: .3rem 0 0; }
.result { border-left: 4px solid var(--blue); background: var(--tint); padding: .7rem 1rem;
          border-radius: 0 .5rem .5rem 0; }
.soft { color: var(--soft); font-size: .9rem; } .wide { overflow-x: auto; }
small { display: block; color: var(--soft); line-height: 1.4; min-height: 1.4em; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .92rem; }
th, td { text-align: left; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); }
@media (max-width: 700px) {
  thead { display: none; } table, tbody, tr, td { display: block; }
  tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  td { border: 0; padding: .1rem 0; } td::before { content: attr(data-name) ": "; color: var(--soft); } }
.chart { width: 100%; min-height: 200px; } code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
"""

_SCRIPT = """
const data = JSON.parse(document.getElementById("grid").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const minus = text => text.replace(/(^|[^\\w-])-(?=\\d)/g, "$1\\u2212");
const sliders = [];
function slider(label, values, start) {
  const box = document.createElement("label"), input = document.createElement("input"),
        shown = document.createElement("output"), words = document.createElement("small");
  box.append(label, shown, input, words);
  Object.assign(input, {type: "range", min: 0, max: values.length - 1, step: 1, value: start});
  input.setAttribute("aria-label", label);
  const tell = () => { shown.textContent = values[+input.value];
                       input.setAttribute("aria-valuetext", String(values[+input.value])); };
  input.addEventListener("input", () => { tell(); draw(); });
  tell();
  document.getElementById("sliders").append(box);
  if (values.length < 2) input.disabled = true;
  return {input, values, words};
}
for (const axis of data.axes)
  sliders.push(slider(axis.label, axis.values, Math.max(axis.values.indexOf(axis.start), 0)));
const copiers = slider("How many of " + data.seats + " copy at first",
                       Array.from({length: data.seats + 1}, (_, k) => k), Math.min(3, data.seats));
function path(gains, start) {
  const reached = [start];
  while (reached.length <= 2 * data.seats) {
    const k = reached[reached.length - 1];
    if (k < data.seats && gains[k][0] > 0) reached.push(k + 1);
    else if (k > 0 && gains[k - 1][0] < 0) reached.push(k - 1);
    else break;
    const n = reached.length;
    if (n > 2 && reached[n - 1] === reached[n - 3]) break;
  }
  return reached;
}
function themed(spec) {
  const copy = structuredClone(spec), ink = dark.matches ? "#d8dbe0" : "#3c4043";
  copy.background = "transparent";
  const config = copy.config = copy.config || {};
  for (const part of ["axis", "legend", "title"]) config[part] = {...(config[part] || {})};
  Object.assign(config.axis, {labelColor: ink, titleColor: ink, gridColor: "#8884", domainColor: "#888"});
  Object.assign(config.legend, {labelColor: ink, titleColor: ink});
  config.title.color = ink;
  return copy;
}
function draw() {
  let place = 0;
  for (const one of sliders) place = place * one.values.length + +one.input.value;
  const cell = data.cells[place], start = +copiers.input.value, rounds = path(cell.gains, start);
  const end = rounds[rounds.length - 1];
  const lot = end === data.seats ? "all copy" : end === 0 ? "all measure again" : end + " copy";
  const follows = rounds.length > 1 ? `${lot} after ${rounds.length - 1} rounds` : `nobody moves: ${lot}`;
  document.getElementById("follows").textContent = `From ${start} copiers, ${follows}.`;
  sliders.forEach((one, n) => { one.words.textContent = cell.words[n]; });
  document.getElementById("says").textContent = minus(cell.says.join(" "));
  document.getElementById("note").textContent = cell.note;
  const body = document.getElementById("equilibria");
  body.replaceChildren(...cell.equilibria.map(row => {
    const line = document.createElement("tr");
    row.forEach((text, n) => {
      const place = line.insertCell();
      place.textContent = minus(text);
      place.dataset.name = document.querySelectorAll("th")[n].textContent;
    });
    return line;
  }));
  const seats = structuredClone(data.following);
  seats.data.values = rounds.flatMap((playing, round) => Array.from({length: data.seats}, (_, seat) =>
    ({round, seat, strategy: seat < playing ? "weight-copier" : "honest"})));
  vegaEmbed("#seats", themed(seats), {actions: false, renderer: "svg"});
  vegaEmbed("#gains", themed(cell.chart), {actions: false, renderer: "svg"});
}
dark.addEventListener("change", draw);
draw();
"""


def demo_page(demo: Demo) -> str:
    """The page's HTML; it holds all it needs."""
    grid = json.dumps(demo.document(), separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Yuma Games: how copying takes over a subnet</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>What will validators do?</h1>
<p class="lead">Validators of a Bittensor subnet are paid to measure miners. They can also copy the last consensus and
measure nothing. Move a slider and see when copying pays, and what the rest do then.</p>
<p class="result"><strong id="follows"></strong> <span id="says"></span></p>
<div class="sides">
<div id="sliders"></div>
<div><div id="seats" class="chart"></div>
<p class="soft">In each round one validator switches that gains by it, judged by the mean gain.</p></div>
</div>
<div id="gains" class="chart"></div>
<p class="soft" id="note"></p>
<h2>Where it can settle</h2>
<div class="wide"><table>
<thead><tr><th>who plays what</th><th>verdict</th><th>stability</th><th>regret, thousandths of emission</th>
<th>pay follows quality (1: fully)</th></tr></thead>
<tbody id="equilibria"></tbody></table></div>
<p class="soft">Solved beforehand on a grid, to which the sliders snap; any other values in the app. Not covered:
strategies not listed, groups, and whether this model fits your subnet. Made by <code>{escape(demo.command)}</code>.</p>
<script id="grid" type="application/json">{grid}</script>
<script type="module">{_bundle()}</script>
<script type="module">{_SCRIPT}</script>
</body>
</html>
"""


@cache
def _bundle() -> str:
    """Vega, Vega-Lite and the code that embeds them, as one script."""
    import vl_convert

    return vl_convert.javascript_bundle().replace("</script", "<\\/script")
