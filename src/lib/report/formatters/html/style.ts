/** The page's styles: light and dark, on a phone, on paper. */
const BASE = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1b1f24; --muted: #57606a; --line: #d0d7de; --card: #f6f8fa; --ok: #1a7f37;
  --warn: #8a5a00; --bad: #c21f2b; --accent: #0860c4; --ok-bg: #e2f5e7; --warn-bg: #fff3cd; --bad-bg: #ffe5e5; --shade: #1b1f2438; }
@media screen and (prefers-color-scheme: dark) { :root { --bg: #0d1117; --fg: #e6edf3; --muted: #9aa4af; --line: #30363d; --card: #161b22;
  --ok: #4cc261; --warn: #e0a93b; --bad: #ff8078; --accent: #6cb2ff; --ok-bg: #12301b; --warn-bg: #33270a; --bad-bg: #3b1518; --shade: #000c; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: .5rem; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--bg); padding: .5rem; z-index: 2; }
header, nav, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.25rem; } header p { margin: .35rem 0; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
h2 { font-size: 1.15rem; margin: 1.75rem 0 .6rem; }
h3 { font-size: .95rem; margin: 1.1rem 0 .35rem; }
a { color: var(--accent); }
.flag { white-space: nowrap; }
code, pre, .anywhere { overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
summary:focus-visible, .scroll:focus-visible { outline-offset: -3px; }
code, pre { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .75rem; margin: .25rem 0; white-space: pre-wrap; }
.pill { font-size: 1rem; padding: .15rem .75rem; border-radius: 2rem; border: 1px solid currentColor; }
.healthy, .ok { color: var(--ok); } .degraded, .interrupted, .warn { color: var(--warn); } .broken, .bad { color: var(--bad); }
.pill.healthy { background: var(--ok-bg); } .pill.degraded, .pill.interrupted { background: var(--warn-bg); } .pill.broken { background: var(--bad-bg); }
.muted { color: var(--muted); } .where { color: var(--muted); }
footer { color: var(--muted); font-size: .87rem; padding-top: 2rem; padding-bottom: 2rem; }
`;

const OVERVIEW = `
ul.tiles { list-style: none; display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; margin: .9rem 0; }
ul.tiles li { flex: 1 1 7.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .45rem .8rem; line-height: 1.3; }
ul.tiles b { display: block; font-size: 1.5rem; line-height: 1.2; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0; padding: 0; }
nav a { display: inline-block; padding: .2rem 0; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: .75rem 0; }
dl.facts dt { color: var(--muted); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
ul.plain { list-style: none; padding: 0; margin: .5rem 0; }
ul.findings { list-style: none; padding: 0; margin: .5rem 0; }
ul.findings li { display: grid; grid-template-columns: 1.4rem minmax(0, 1fr); margin: .3rem 0; } ul.wide li { margin: .55rem 0; }
ul.findings .hint { display: block; color: var(--muted); }
ul.findings .muted a { display: inline-block; min-height: 24px; }
.scroll { overflow-x: auto; background: linear-gradient(to right, var(--bg) 30%, transparent) left / 2.5rem 100% no-repeat local,
  linear-gradient(to left, var(--bg) 30%, transparent) right / 2.5rem 100% no-repeat local,
  linear-gradient(to right, var(--shade), transparent) left / .7rem 100% no-repeat scroll,
  linear-gradient(to left, var(--shade), transparent) right / .7rem 100% no-repeat scroll; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; padding: .75rem; min-width: 0; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { color: var(--muted); font-size: .87rem; margin-top: .5rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--muted); font-weight: 600; font-size: .87rem; }
td.num, th.num { text-align: right; white-space: nowrap; } .scenarios td { white-space: nowrap; }
.matrix td, .matrix thead th { text-align: center; min-width: 5.5rem; } .matrix th:first-child { text-align: left; max-width: 20rem; }
.matrix [data-go] { white-space: nowrap; }
td.s-ok { background: var(--ok-bg); } td.s-warn { background: var(--warn-bg); } td.s-bad { background: var(--bad-bg); }
td [data-go] a, th [data-go] a { color: inherit; text-decoration-color: var(--muted); display: inline-block; min-height: 24px; }
ol.steps { columns: 3 20rem; column-gap: 2rem; } ol.steps > li { margin-bottom: .5rem; break-inside: avoid; } ol.steps, ol.steps ul { padding-left: 1.4rem; }
`;

const TESTS = `
form.filter { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: start; margin: 0 0 .75rem; }
form.filter .find { display: grid; gap: .2rem; flex: 1 1 16rem; font-size: .87rem; color: var(--muted); }
form.filter fieldset { border: 0; margin: 0; padding: 0; min-width: 0; display: flex; flex-wrap: wrap; gap: .4rem; }
form.filter legend { font-size: .87rem; color: var(--muted); padding: 0; margin-bottom: .2rem; }
form.filter fieldset label { position: relative; border: 1px solid var(--muted); border-radius: 2rem; padding: .3rem .7rem; cursor: pointer; }
form.filter fieldset input { position: absolute; opacity: 0; inset: 0; margin: 0; cursor: pointer; }
form.filter fieldset label:has(:checked) { background: var(--fg); color: var(--bg); border-color: var(--fg); }
form.filter fieldset label:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
p.chosen { flex: 1 1 100%; margin: 0; display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; }
#shown { overflow-wrap: anywhere; }
input[type=search], button { font: inherit; color: var(--fg); background: var(--bg); border: 1px solid var(--muted); border-radius: 6px; padding: .4rem .6rem; max-width: 100%; }
input[type=search] { font-size: 1rem; width: 100%; }
button { cursor: pointer; background: var(--card); padding: .2rem .6rem; }
ol.tests { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
/* Blocks: Chromium numbers the items of a list anew for each that a filter hides. */
ol.tests > li { display: block; border-bottom: 1px solid var(--line); }
ol.many > li { content-visibility: auto; contain-intrinsic-size: auto 2.6rem; }
summary { cursor: pointer; padding: .55rem .25rem; display: grid; grid-template-columns: 1.4rem minmax(12rem, 3fr) 4fr 5.5rem 1rem; gap: .25rem .6rem; }
summary::-webkit-details-marker { display: none; }
summary::after { content: "▸"; content: "▸" / ""; color: var(--muted); grid-row: 1; grid-column: -2; text-align: right; }
details[open] > summary::after { content: "▾"; content: "▾" / ""; }
summary:hover { background: var(--card); }
summary .name { font-weight: 600; } summary .name, summary .said { overflow-wrap: anywhere; min-width: 0; unicode-bidi: isolate; }
summary .time { grid-row: 1; grid-column: -3; text-align: right; white-space: nowrap; }
details[open] > summary { background: var(--card); }
.test { padding: .25rem .5rem 1.25rem 2.2rem; scroll-margin-top: 4rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1.25rem; } .pair > div { min-width: 0; }
.test p { margin: .35rem 0; }
div.copied { position: relative; } div.copied button { position: absolute; top: .5rem; right: .5rem; } div.copied pre { min-height: 3rem; padding-right: 5rem; }
span.copied { display: inline-flex; flex-wrap: wrap; gap: .1rem .6rem; align-items: center; } span.copied button { padding: 0 .5rem; min-height: 24px; }
.evidence .why td { padding-top: 0; overflow-wrap: anywhere; color: var(--muted); } .evidence tr:has(+ .why) > * { border-bottom: 0; }
.waterfall { font-size: .87rem; min-width: 34rem; table-layout: fixed; }
.waterfall td, .waterfall th { padding: .15rem .5rem; } .waterfall td:first-child { overflow-wrap: anywhere; } .waterfall .bar { width: 40%; padding: .3rem .5rem; } .waterfall .num { width: 6rem; } .waterfall .svc { width: 16%; overflow-wrap: anywhere; }
.waterfall svg { display: block; width: 100%; height: .8rem; min-width: 0; background: var(--card); }
.waterfall rect { fill: var(--accent); } .waterfall rect.bad { fill: var(--bad); } .waterfall rect.work { fill: var(--ok); }
${Array.from({ length: 13 }, (_, depth) => `.d${depth} { --depth: ${depth}; }`).join(' ')}
.waterfall td:first-child { padding-left: calc(.5rem + var(--depth) * .8rem); }
`;

const PHONE = `
@media (max-width: 40rem) {
  header { padding-top: .9rem; } h1 { font-size: 1.35rem; } h2 { margin-top: 1.5rem; }
  ul.tiles { gap: .4rem; } ul.tiles li { flex-basis: 5.6rem; padding: .3rem .55rem; font-size: .87rem; } ul.tiles b { font-size: 1.25rem; }
  nav { font-size: .93rem; } nav ul { gap: 0 .9rem; } nav a { padding: .15rem 0; }
  dl.facts { gap: .15rem .7rem; } dl.facts code { font-size: 12px; }
  th, td { padding: .35rem .4rem; } .scenarios { font-size: .87rem; } .evidence { font-size: .8rem; } .evidence th, .evidence td { padding: .35rem .3rem; } .scenarios th:last-child, .scenarios td:last-child { display: none; }
  .matrix { font-size: .87rem; } .matrix th:first-child { position: sticky; left: 0; background: var(--bg); max-width: 8rem; }
  figure { padding: .5rem; } figure svg text { font-size: 14px !important; }
  summary { grid-template-columns: 1.2rem minmax(0, 1fr) max-content .8rem; gap: .1rem .4rem; } summary .said { grid-column: 2 / -1; grid-row: 2; }
  .test { padding-left: .25rem; padding-right: .25rem; }
  .waterfall { min-width: 0; } .waterfall .svc { display: none; } .waterfall .num { width: 4.8rem; } .waterfall .bar { width: 32%; }
  .waterfall td:first-child { padding-left: calc(.2rem + var(--depth) * .45rem); }
}
`;

const PAPER = `
@media print {
  :root { color-scheme: light; font-size: 12px; } body { font-size: 11px; } code, pre, dl.facts code { font-size: 9.5px; } figure svg text { font-size: 12px !important; }
  .charts { grid-template-columns: 1fr 1fr; } nav, .filter, .skip, button { display: none !important; }
  .scroll { overflow: visible; background: none; } .waterfall, .matrix td { min-width: 0; } summary::after { content: none; }
  td, pre, .pill, ul.tiles li, .waterfall svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; height: auto; } ol.many > li { content-visibility: visible; }
  figure, tr, ul.findings li { break-inside: avoid; } h2, h3, summary { break-after: avoid; } a { color: inherit; }
}
`;

export const STYLE = `${BASE}${OVERVIEW}${TESTS}${PHONE}${PAPER}`.trim();
