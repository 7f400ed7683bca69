/** The history page's own styles, after those it shares with the report's page. */
import { BASE, OVERVIEW } from '../formatters/html/style.ts';

const STRIPS = `
.strips { direction: rtl; overflow-x: auto; padding-bottom: .5rem; }
.rows { direction: ltr; width: max-content; min-width: 100%; --name: 15rem; }
.row { display: flex; align-items: center; margin-bottom: 3px; }
.name { position: sticky; left: 0; z-index: 1; flex: 0 0 var(--name); width: var(--name); padding-right: 1rem; background: var(--bg); display: flex; justify-content: space-between; gap: .75rem; align-self: stretch; align-items: center; line-height: 1.25; }
.name > span { min-width: 0; overflow-wrap: anywhere; } .name small { color: var(--bad); white-space: nowrap; font-variant-numeric: tabular-nums; font-size: .87rem; }
.row.all .name { font-weight: 600; } .row.all { margin-bottom: .5rem; } .row.all .name small { font-weight: 400; }
p.kind { margin: .75rem 0 .35rem; color: var(--muted); font-size: .87rem; font-weight: 600; } p.kind span { position: sticky; left: 0; }
.cells { display: flex; gap: 2px; } .cells > i, .legend i { flex: none; width: 16px; height: 24px; border-radius: 3px; font: 700 11px/24px system-ui, -apple-system, "Segoe UI", sans-serif; text-align: center; }
.cells > i { cursor: pointer; } .cells > i:hover { outline: 2px solid var(--fg); outline-offset: 1px; }
.axis .cells { position: relative; height: 1.4rem; } .axis .cells span { position: absolute; left: calc(var(--at) * 18px); color: var(--muted); font-size: .8rem; white-space: nowrap; border-left: 1px solid var(--muted); padding-left: 4px; line-height: 1.2; top: 0; }
i.w { background: var(--ok-bg); color: var(--ok); } i.w::before { content: "✓"; content: "✓" / ""; }
i.s { background: var(--warn-bg); color: var(--warn); box-shadow: inset 0 0 0 1px currentColor; } i.s::before { content: "!"; content: "!" / ""; }
i.b { background: var(--bad); color: var(--bg); } i.b::before { content: "✗"; content: "✗" / ""; }
i.u { color: var(--muted); box-shadow: inset 0 0 0 1px currentColor; } i.u::before { content: "?"; content: "?" / ""; }
i.n { color: var(--muted); background: var(--card); } i.n::before { content: "·"; content: "·" / ""; }
.legend { gap: .35rem 1.25rem; margin-top: .25rem; } .legend span { display: inline-flex; align-items: center; gap: .4rem; } .legend i { height: 18px; line-height: 18px; }
`;

const TABLES = `
.counts .of { font-size: .87rem; }
.key { white-space: nowrap; } .key.p50 { color: var(--accent); } .key.p95 { color: var(--warn); }
.incidents th[scope=row], .runs th[scope=row] { font-weight: 400; } .incidents th[scope=row] { width: 40%; } .incidents td { white-space: nowrap; } .incidents td:last-child { white-space: normal; min-width: 17rem; } .incidents .bad { font-weight: 600; }
.runs :is(td, th):nth-child(n+3):nth-child(-n+6) { text-align: right; white-space: nowrap; } .runs :is(td, th):last-child { padding-left: 1.5rem; } .runs th[scope=row], .runs td:nth-child(2) { white-space: nowrap; } td code { user-select: all; } .runs a { white-space: nowrap; } .runs tr:target { background: var(--warn-bg); } .runs tr { scroll-margin-top: 3.5rem; }
.copied { display: inline-flex; gap: .5rem; align-items: baseline; flex-wrap: wrap; }
button { font: inherit; font-size: .87rem; color: var(--fg); background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .1rem .5rem; min-height: 24px; cursor: pointer; white-space: nowrap; } button:hover { border-color: var(--muted); }
summary { cursor: pointer; list-style: none; } summary::-webkit-details-marker { display: none; }
details.target { border: 1px solid var(--line); border-radius: 8px; padding: .6rem 1rem; margin: .6rem 0; min-width: 0; }
details.target > summary { min-height: 24px; } details.target > summary::before { content: "▸ "; content: "▸ " / ""; color: var(--muted); } details.target[open] > summary::before { content: "▾ "; content: "▾ " / ""; }
details.target .name { --name: 13rem; }
`;

const PHONE = `
@media (max-width: 60rem) {
  .incidents thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .incidents, .incidents tbody, .incidents tr, .incidents :is(th, td) { display: block; border: 0; padding: 0; } .incidents th[scope=row] { width: auto; }
  .incidents tr { border-top: 1px solid var(--line); padding: .6rem 0; } .incidents td, .incidents td:last-child { white-space: normal; min-width: 0; }
  .incidents td::before { content: attr(data-label); color: var(--muted); display: inline-block; min-width: 5rem; } .incidents .line { margin-top: .1rem; }
  .incidents td .line { display: inline; } .incidents td .line::before { content: " · "; content: " · " / ""; }
  .runs :is(td, th):nth-child(4) { display: none; } .runs :is(td, th):last-child { padding-left: .6rem; }
}
@media (max-width: 48rem) {
  .row:not(.axis) { display: block; margin-bottom: .55rem; } .row:not(.axis) .name { display: inline-flex; width: auto; max-width: calc(100vw - 2rem); padding: 0 0 .15rem; } .axis .name { display: none; }
}
@media (max-width: 44rem) {
  .runs thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .runs, .runs tbody { display: block; } .runs tr { display: flex; flex-wrap: wrap; gap: .1rem .9rem; align-items: baseline; border-top: 1px solid var(--line); padding: .6rem 0; }
  .runs tr > :is(th, td), .runs tr > td:last-child { border: 0; padding: 0; } .runs th[scope=row] { flex: 1 0 auto; } .runs tr > td:last-child { flex: 1 0 100%; }
  .runs td::before { color: var(--muted); margin-right: .35rem; } .runs td:nth-child(3)::before { content: "Working"; } .runs td:nth-child(5)::before { content: "p95"; } .runs td:nth-child(6)::before { content: "Took"; }
}
@media (max-width: 40rem) {
  header, nav ul, main, footer { padding-left: 1rem; padding-right: 1rem; } header { padding-top: 1rem; padding-bottom: .8rem; }
  h1 { font-size: 1.45rem; } .lead { font-size: 1rem; } h2 { margin-top: 1.5rem; margin-bottom: .5rem; }
  .counts .of { display: none; } ul.counts { gap: .1rem 1rem; margin-top: .6rem; font-size: .93rem; } ul.counts b { font-size: 1.1rem; } nav a { padding: .45rem 0; }
  figure { padding: .5rem; } figure svg text { font-size: 14px !important; } details.target { padding: .5rem .75rem; }
}
`;

const PAPER = `
@media print {
  :root { color-scheme: light; font-size: 12px; } body { font-size: 11px; } code, .copied code { font-size: 9.5px; } nav, .skip, button, .rest { display: none !important; }
  .strips { overflow: hidden; } i, .pill { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .row, tr, figure { break-inside: avoid; } h2, h3 { break-after: avoid; } a { color: inherit; }
}
`;

export const STYLE = `${BASE}${OVERVIEW}${STRIPS}${TABLES}${PHONE}${PAPER}`.trim();
