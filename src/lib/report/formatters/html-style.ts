/** How the page looks: in light and in dark, on a phone, on paper. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1b1f24; --muted: #57606a; --line: #d0d7de; --card: #f6f8fa; --ok: #1a7f37;
  --warn: #8a5a00; --bad: #c21f2b; --accent: #0860c4; --ok-bg: #e2f5e7; --warn-bg: #fff3cd; --bad-bg: #ffe5e5; }
@media (prefers-color-scheme: dark) { :root { --bg: #0d1117; --fg: #e6edf3; --muted: #9aa4af; --line: #30363d; --card: #161b22;
  --ok: #4cc261; --warn: #e0a93b; --bad: #ff8078; --accent: #6cb2ff; --ok-bg: #12301b; --warn-bg: #33270a; --bad-bg: #3b1518; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--bg); padding: .5rem; z-index: 2; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
h2 { font-size: 1.15rem; margin: 2rem 0 .75rem; }
h3 { font-size: .95rem; margin: 1.1rem 0 .35rem; }
a { color: var(--accent); }
code, pre, .anywhere { overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code, pre { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .75rem; margin: .25rem 0; white-space: pre-wrap; }
.pill { font-size: 1rem; padding: .15rem .75rem; border-radius: 2rem; border: 1px solid currentColor; }
.healthy, .ok { color: var(--ok); } .degraded, .interrupted, .warn { color: var(--warn); } .broken, .bad { color: var(--bad); }
.muted { color: var(--muted); }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .75rem 0; }
dl.facts dt { color: var(--muted); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
ul.tiles { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .75rem; padding: 0; margin: 1rem 0; }
ul.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .6rem .8rem; }
ul.tiles b { display: block; font-size: 1.5rem; line-height: 1.2; }
.scroll { overflow-x: auto; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; padding: .75rem; min-width: 0; }
figure svg { display: block; width: 100%; height: auto; min-width: 20rem; }
figcaption { color: var(--muted); font-size: .87rem; margin-top: .5rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--muted); font-weight: 600; font-size: .87rem; }
td.num, th.num { text-align: right; white-space: nowrap; }
.matrix td { text-align: center; } .matrix th[scope=col] { text-align: center; } .matrix th:first-child { text-align: left; }
.matrix td, .matrix th { white-space: nowrap; }
td.s-ok, td.s-warn, td.s-bad { white-space: nowrap; }
td.s-ok { background: var(--ok-bg); } td.s-warn { background: var(--warn-bg); } td.s-bad { background: var(--bad-bg); }
form.filter { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 0 0 .75rem; }
form.filter label { display: grid; gap: .2rem; font-size: .87rem; color: var(--muted); }
form.filter label:first-child { flex: 1 1 14rem; }
input, select, button { font: inherit; color: var(--fg); background: var(--bg); border: 1px solid var(--muted); border-radius: 6px; padding: .4rem .6rem; max-width: 100%; }
button { cursor: pointer; background: var(--card); }
ol.tests { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
ol.tests > li { border-bottom: 1px solid var(--line); }
ol.many > li { content-visibility: auto; contain-intrinsic-size: auto 2.6rem; }

summary { cursor: pointer; padding: .55rem .25rem; display: grid; grid-template-columns: 1.4rem minmax(12rem, 2fr) 3fr max-content; gap: .25rem .6rem; }
summary::-webkit-details-marker { display: none; }
summary .name { font-weight: 600; overflow-wrap: anywhere; } summary .said { overflow-wrap: anywhere; }
details[open] > summary { background: var(--card); }
.test { padding: .25rem .5rem 1.25rem 2.2rem; scroll-margin-top: 4rem; }
ul.findings { list-style: none; padding: 0; margin: .5rem 0; } ul.findings li { margin: .3rem 0; padding-left: 1.4rem; text-indent: -1.4rem; }
ul.findings .hint { display: block; text-indent: 0; color: var(--muted); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1.25rem; } .pair > div { min-width: 0; }
.evidence { min-width: 44rem; } .evidence th { white-space: nowrap; } .evidence td:last-child { min-width: 18rem; }
.waterfall { font-size: .87rem; min-width: 34rem; table-layout: fixed; }
.waterfall td, .waterfall th { padding: .15rem .5rem; } .waterfall .bar { width: 40%; padding: .3rem .5rem; } .waterfall .num { width: 6rem; } .waterfall .svc { width: 16%; }
.waterfall svg { display: block; width: 100%; height: .8rem; min-width: 0; background: var(--card); }
.waterfall rect { fill: var(--accent); } .waterfall rect.bad { fill: var(--bad); } .waterfall rect.work { fill: var(--ok); }
${Array.from({ length: 13 }, (_, depth) => `.d${depth} { padding-left: ${0.5 + depth * 0.8}rem !important; }`).join(' ')}
ol.steps > li { margin-bottom: .5rem; }
footer { color: var(--muted); font-size: .87rem; padding-top: 2rem; padding-bottom: 2rem; }
@media (max-width: 40rem) {
  summary { grid-template-columns: 1.4rem 1fr max-content; } summary .said { grid-column: 2 / -1; grid-row: 2; }
  .test { padding-left: .5rem; } dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .4rem; } h1 { font-size: 1.35rem; }
  .waterfall { min-width: 0; } .waterfall .svc { display: none; } .waterfall .num { width: 4.8rem; } .waterfall .bar { width: 32%; }
}
@media print {
  :root { color-scheme: light; } body { font-size: 11px; } .filter, .skip, button { display: none !important; }
  details::details-content { content-visibility: visible; height: auto; } ol.tests > li { content-visibility: visible; }
  pre, figure, tr { break-inside: avoid; } h2, h3, summary { break-after: avoid; } a { color: inherit; }
}
`.trim();
