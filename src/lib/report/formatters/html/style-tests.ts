/** The styles of the list of tests: filter, lines, and everything about one test. */
export const TESTS_STYLE = `
form.filter { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: 0 0 .5rem; }
form.filter .find { display: grid; gap: .2rem; flex: 1 1 16rem; font-size: .87rem; color: var(--muted); }
form.filter fieldset { border: 0; margin: 0; padding: 0; min-width: 0; display: flex; flex-wrap: wrap; gap: .4rem; }
form.filter legend { font-size: .87rem; color: var(--muted); padding: 0; margin-bottom: .2rem; }
form.filter fieldset label { position: relative; border: 1px solid var(--muted); border-radius: 2rem; padding: .45rem .85rem; cursor: pointer; }
form.filter fieldset input { position: absolute; opacity: 0; inset: 0; margin: 0; cursor: pointer; }
form.filter fieldset label:has(:checked) { background: var(--fg); color: var(--bg); border-color: var(--fg); }
form.filter fieldset label:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
p.keys { flex: 1 1 100%; margin: 0; color: var(--muted); font-size: .87rem; display: flex; flex-wrap: wrap; gap: .2rem .9rem; align-items: center; }
kbd { font: 12px/1.3 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--fg); background: var(--card); border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; padding: .05rem .35rem; }
@media (hover: none), (max-width: 40rem) { p.keys { display: none; } }
p.chosen { flex: 1 1 100%; margin: 0; display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; } p.chosen:not(:has(#shown:not(:empty), [type=reset]:not([hidden]))) { position: absolute; }
#shown { overflow-wrap: anywhere; }
input[type=search], button { font: inherit; color: var(--fg); background: var(--bg); border: 1px solid var(--muted); border-radius: 6px; padding: .4rem .6rem; max-width: 100%; }
input[type=search] { font-size: 1rem; width: 100%; }
button { cursor: pointer; background: var(--card); padding: .2rem .6rem; } p.keys button { padding: 0 .5rem; min-height: 24px; }
.group > summary { cursor: pointer; display: flex; gap: .4rem; align-items: baseline; padding: .35rem 0; margin-top: .5rem; }
.group > summary h3 { margin: 0; font-size: 1rem; } .group > summary h3 span { font-weight: 400; }
.group > summary::before { content: "▸"; content: "▸" / ""; color: var(--muted); width: 1rem; } .group[open] > summary::before { content: "▾"; content: "▾" / ""; }
summary::-webkit-details-marker { display: none; } summary { list-style: none; cursor: pointer; }
ol.tests { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
/* Blocks: Chromium numbers the items of a list anew for each that a filter hides. */
ol.tests > li { display: block; border-bottom: 1px solid var(--line); }
ol.many > li { content-visibility: auto; contain-intrinsic-size: auto 2.6rem; }
ol.tests > li > details > summary { padding: .55rem .25rem; display: grid; grid-template-columns: 1.4rem minmax(12rem, 2fr) 3fr 5.5rem 1rem; gap: .25rem .6rem; }
ol.tests > li > details > summary::after { content: "▸"; content: "▸" / ""; color: var(--muted); grid-row: 1; grid-column: -2; text-align: right; }
ol.tests > li > details[open] > summary::after { content: "▾"; content: "▾" / ""; }
summary:hover { background: var(--card); }
summary .name { font-weight: 600; } summary .name, summary .said { overflow-wrap: anywhere; min-width: 0; unicode-bidi: isolate; }
summary .name:not(:has(+ .said)) { grid-column: 2 / 4; }
summary .time { grid-row: 1; grid-column: -3; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
ol.tests > li > details[open] > summary { background: var(--card); }
.test { padding: .25rem .5rem 1.25rem 2rem; scroll-margin-top: 6rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1.25rem; } .pair > div { min-width: 0; }
.test p { margin: .35rem 0; }
div.copied { position: relative; } div.copied button { position: absolute; top: .5rem; right: .5rem; } div.copied pre { min-height: 3rem; padding-right: 5rem; }
span.copied { display: inline-flex; flex-wrap: wrap; gap: .1rem .6rem; align-items: center; } span.copied button { padding: 0 .5rem; min-height: 24px; }
.evidence .why td { padding-top: 0; overflow-wrap: anywhere; color: var(--muted); } .evidence tr:has(+ .why) > * { border-bottom: 0; }
.waterfall { font-size: .87rem; min-width: 34rem; table-layout: fixed; }
.waterfall td, .waterfall th { padding: .15rem .5rem; } .waterfall td:first-child { overflow-wrap: anywhere; } .waterfall .bar { width: 40%; padding: .3rem .5rem; } .waterfall th.bar { padding: .15rem .5rem; } .waterfall .num { width: 6rem; } .waterfall .svc { width: 16%; overflow-wrap: anywhere; }
.waterfall svg { display: block; width: 100%; height: .8rem; min-width: 0; background: var(--card); }
.waterfall rect { fill: var(--accent); } .waterfall rect.bad { fill: var(--bad); } .waterfall rect.work { fill: var(--ok); }
${Array.from({ length: 13 }, (_, depth) => `.d${depth} { --depth: ${depth}; }`).join(' ')}
.waterfall td:first-child { padding-left: calc(.5rem + var(--depth) * .8rem); }
@media (max-width: 40rem) {
  form.filter { gap: .5rem; } form.filter legend { display: none; } form.filter fieldset label { padding: .2rem .6rem; font-size: .87rem; }
  ol.tests > li > details > summary { grid-template-columns: 1.2rem minmax(0, 1fr) max-content .8rem; gap: .1rem .4rem; } summary .said { grid-column: 2 / -1; grid-row: 2; } summary .name:not(:has(+ .said)) { grid-column: 2; }
  form.filter .find span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } .problem .copied button { display: none; }
  .test { padding-left: .25rem; padding-right: .25rem; }
  .waterfall { min-width: 0; } .waterfall .svc { display: none; } .waterfall .num { width: 4.8rem; } .waterfall .bar { width: 32%; }
  .waterfall td:first-child { padding-left: calc(.2rem + var(--depth) * .45rem); }
}
`;
