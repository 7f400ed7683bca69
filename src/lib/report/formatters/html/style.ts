/** The page's styles: light and dark, on a phone, on paper. */
import { TESTS_STYLE } from './style-tests.ts';

/** Colors of both themes; a test checks their contrast. */
export const LIGHT = `--bg: #fff; --fg: #1b1f24; --muted: #57606a; --line: #d0d7de; --card: #f6f8fa; --ok: #1a7f37;
  --warn: #855600; --bad: #bd1c28; --accent: #0860c4; --ok-bg: #e6f6ea; --warn-bg: #fff4d1; --bad-bg: #ffe8e8; --shade: #1b1f2438;`;
export const DARK = `--bg: #0d1117; --fg: #e6edf3; --muted: #9aa4af; --line: #30363d; --card: #161b22; --ok: #4cc261;
  --warn: #e0a93b; --bad: #ff8078; --accent: #6cb2ff; --ok-bg: #12301b; --warn-bg: #33270a; --bad-bg: #3b1518; --shade: #000c;`;

/** What every page needs: colors, text, header, links. */
export const BASE = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 3.25rem; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word; }
.skip { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
a.skip:focus { left: 1rem; top: 1rem; width: auto; height: auto; clip-path: none; background: var(--bg); padding: .5rem; z-index: 3; }
header, nav ul, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.75rem; padding-bottom: 1.1rem; } header p { margin: 0; }
h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -.012em; margin: .6rem 0 .25rem; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.25rem 0 .75rem; }
h3 { font-size: .95rem; margin: 1.1rem 0 .35rem; }
a { color: var(--accent); }
.flag { white-space: nowrap; }
code, pre, .anywhere { overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
summary:focus-visible, .scroll:focus-visible { outline-offset: -3px; }
code, pre { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .75rem; margin: .25rem 0; white-space: pre-wrap; }
.over { color: var(--muted); display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; }
.pill { font-size: .87rem; font-weight: 600; line-height: 1.3; padding: .15rem .7rem; border-radius: 2rem; border: 1px solid currentColor; white-space: nowrap; }
.healthy, .ok { color: var(--ok); } .degraded, .interrupted, .warn { color: var(--warn); } .pill.broken, .bad { color: var(--bad); }
.pill.healthy { background: var(--ok-bg); } .pill.degraded, .pill.interrupted { background: var(--warn-bg); } .pill.broken { background: var(--bad-bg); }
.muted { color: var(--muted); }
.lead { font-size: 1.15rem; } .lead:empty { display: none; }
.where { color: var(--muted); margin-top: .35rem; display: flex; flex-wrap: wrap; gap: 0 .4rem; } .where span:not(:last-child)::after { content: " ·"; content: " ·" / ""; }
.note { margin: .6rem 0; max-width: 80ch; }
time[title] { text-decoration: underline dotted from-font; text-underline-offset: .2em; text-decoration-color: var(--muted); }
footer { color: var(--muted); font-size: .87rem; padding-top: 2.5rem; padding-bottom: 2rem; }
`;

/** Counts, navigation, lists, plots, tables. */
export const OVERVIEW = `
ul.counts { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.75rem; padding: 0; margin: 1rem 0 0; }
ul.counts li { color: var(--muted); } ul.counts b { font-size: 1.25rem; font-variant-numeric: tabular-nums; } ul.counts b[class=""] { color: var(--fg); }
nav { position: sticky; top: 0; z-index: 2; background: var(--bg); border-block: 1px solid var(--line); }
nav ul { list-style: none; display: flex; gap: 0 1.25rem; overflow-x: auto; scrollbar-width: none; }
nav a { display: inline-block; padding: .55rem 0; white-space: nowrap; text-decoration: none; } nav a:hover { text-decoration: underline; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; margin: .6rem 0; max-width: 60rem; }
dl.facts dt { color: var(--muted); } dl.facts dd { margin: 0; overflow-wrap: anywhere; } .line { display: block; }
ul.plain { list-style: none; padding: 0; margin: .5rem 0; } ul.plain li { margin: .25rem 0; }
ul.problems { list-style: none; padding: 0; margin: 0; display: grid; gap: .75rem; }
.problem { border: 1px solid var(--line); border-left: 4px solid var(--warn); border-radius: 8px; padding: .75rem 1rem; min-width: 0; }
.problem.is-bad { border-left-color: var(--bad); } .problem .findings, .problem .findings li { margin: 0; max-width: 80ch; } .problem .findings .hint { margin-top: .15rem; }
.problem h3 { display: grid; grid-template-columns: 1.4rem minmax(0, 1fr); font-size: 1.05rem; line-height: 1.4; margin: 0; max-width: 80ch; }
.problem > :not(h3, ul) { margin-left: 1.4rem; } .problem .tests { margin-top: .15rem; margin-bottom: .15rem; max-width: 80ch; }
.problem .tests a { display: inline-block; min-height: 24px; }
.problem .try { margin-top: .5rem; margin-bottom: .25rem; max-width: 80ch; } .try b { font-weight: 600; } .try ul { margin: .1rem 0; padding-left: 1.1rem; }
.problem dl.facts { margin-top: .35rem; margin-bottom: .35rem; }
.problem details > summary, .rest > summary { display: inline-flex; gap: .4rem; color: var(--accent); padding: .15rem 0; min-height: 24px; }
.problem details > summary::before, .rest > summary::before { content: "▸"; content: "▸" / ""; } .problem details[open] > summary::before, .rest[open] > summary::before { content: "▾"; content: "▾" / ""; }
.problem details.facts > * { margin-left: 0; } .rest { margin-top: .75rem; } .rest > ul { margin-top: .5rem; }
ul.findings { list-style: none; padding: 0; margin: .5rem 0; }
ul.findings li { display: grid; grid-template-columns: 1.4rem minmax(0, 1fr); margin: .4rem 0; max-width: 80ch; }
ul.findings .hint { display: block; color: var(--muted); }
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
thead th { color: var(--muted); font-weight: 600; font-size: .87rem; vertical-align: bottom; }
td.num, th.num { text-align: right; white-space: nowrap; }
.matrix th:first-child { min-width: 13rem; max-width: 20rem; } .matrix .works { white-space: nowrap; }
.matrix td[class^=s-], .matrix th.stage { text-align: center; } .matrix td[class^=s-] { border-left: 1px solid var(--line); border-right: 1px solid var(--line); }
.matrix [data-go] { white-space: nowrap; } .matrix .sign { font-weight: 700; } .matrix .s-none .sign { font-size: 1.3em; line-height: 1; } .matrix .s-none a { text-decoration: none; }
th.stage { scroll-margin-top: 3.25rem; }
th.stage:target { color: var(--fg); box-shadow: inset 0 -3px var(--accent); background: var(--card); }
.s-ok { background: var(--ok-bg); color: var(--ok); } .s-warn { background: var(--warn-bg); color: var(--warn); } .s-bad { background: var(--bad-bg); color: var(--bad); } .s-none { color: var(--muted); }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: .5rem 0; font-size: .87rem; }
td [data-go] a, th [data-go] a { color: inherit; text-decoration-color: color-mix(in srgb, currentColor 45%, transparent); text-underline-offset: .2em; display: inline-block; min-height: 24px; }
ol.steps { columns: 3 20rem; column-gap: 2rem; } ol.steps > li { margin-bottom: .5rem; break-inside: avoid; } ol.steps, ol.steps ul { padding-left: 1.4rem; }
`;

const PHONE = `
/* Durations are with the tests as well. */
@media (max-width: 48rem) { .matrix:has(.stage) .num { display: none; } .matrix th:first-child { min-width: 8rem; } }
@media (max-width: 40rem) {
  header, nav ul, main, footer { padding-left: 1rem; padding-right: 1rem; } header { padding-top: 1rem; padding-bottom: .8rem; }
  h1 { font-size: 1.45rem; } .lead { font-size: 1rem; } h2 { margin-top: 1.5rem; margin-bottom: .5rem; }
  ul.counts { gap: 0 1rem; margin-top: .6rem; font-size: .93rem; } ul.counts b { font-size: 1rem; }
  nav a { padding: .45rem 0; }
  dl.facts { gap: .15rem .7rem; } dl.facts code { font-size: 12px; }
  ul.problems { gap: .5rem; } .problem { padding: .55rem .75rem; } .problem h3 { font-size: 1rem; } .problem > :not(h3, ul) { margin-left: 0; }
  th, td { padding: .35rem .4rem; } .evidence { font-size: .8rem; } .evidence th, .evidence td { padding: .35rem .3rem; }
  .matrix { font-size: .87rem; } .matrix th:first-child { position: sticky; left: 0; z-index: 1; background: var(--bg); max-width: 8.5rem; min-width: 6rem; } .matrix td.works { text-align: center; }
  .matrix .word, .matrix .count, .matrix th.works .word { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .matrix th.stage > span, .matrix th.works > span { display: block; width: 1.5em; margin: 0 auto; writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; max-height: 18rem; overflow: hidden; text-overflow: ellipsis; } .matrix th.stage, .matrix th.works { padding-left: .1rem; padding-right: .1rem; text-align: center; }
  figure { padding: .5rem; } figure svg text { font-size: 14px !important; }
}
`;

const PAPER = `
@media print {
  :root { color-scheme: light; font-size: 12px; } body { font-size: 11px; } code, pre, dl.facts code { font-size: 9.5px; }
  nav, .filter, .skip, button, a.skip { display: none !important; } header { padding-top: 0; }
  /* Problems and broken tests alone. */
  main > section:not(:has(> #problems, > #tests, > #worse)), main > section:has(> #tests):not(:has(> .group.broken)), .group:not(.broken) { display: none; }
  .scroll { overflow: visible; background: none; } .waterfall { min-width: 0; } summary::before, summary::after { content: none !important; }
  td, pre, .pill, .problem, .waterfall svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .problem details::details-content, .rest::details-content, .group.broken::details-content, .group.broken.few details::details-content { content-visibility: visible; height: auto; }
  ol.many > li { content-visibility: visible; }
  header time[title]::after { content: " (" attr(title) ")"; } .problem details.facts > summary { display: none; } .problem details > summary, .rest > summary { color: inherit; }
  tr, .problem h3, .try, ul.findings li { break-inside: avoid; } h2, h3, summary { break-after: avoid; } a { color: inherit; }
}
`;

export const STYLE = `${BASE}${OVERVIEW}${TESTS_STYLE}${PHONE}${PAPER}`.trim();
