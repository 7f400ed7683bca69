/** The history of targets as a single page that can be read without other files, a network or scripts. */
import { countOf } from '../../terminal/quantities.ts';
import { VERSION } from '../../version.ts';
import { hostOf } from '../formatters/headline.ts';
import { documentEnd, documentHead } from '../formatters/html/document.ts';
import { navPart, type Section, sectionPart } from '../formatters/html/parts.ts';
import { type Html, html } from '../formatters/html/text.ts';
import type { Histories, TargetHistory } from '../history/histories.ts';
import { availabilityPart, headPart, titleOf, wherePart, windowTitle } from './head.ts';
import { incidentsPart, type PageOf } from './incidents.ts';
import { plotsPart } from './plots.ts';
import { runsPart } from './runs.ts';
import { SCRIPT } from './script.ts';
import { stripsPart } from './strips.ts';
import { STYLE } from './style.ts';

/** Besides the target of the newest run; the JSON document has all of them. */
const OTHER_TARGETS_SHOWN = 10;

/** @param pageOf address of a run's own page, relative to this one; null without a page */
export function historyPage({ targets }: Histories, pageOf: PageOf): string {
  const [first, ...others] = targets;
  if (first === undefined)
    return `${htmlHead('No saved runs | prod-e2e').markup}${NOTHING.markup}${htmlEnd().markup}`;
  const sections = [...targetSections(first, { pageOf, id: 'target' }), ...otherTargets(others, pageOf)];
  return [
    htmlHead(windowTitle(first)),
    headPart(first),
    navPart(sections),
    html`<main id="main">\n`,
    ...sections.map(sectionPart),
    html`</main>\n`,
    htmlEnd(),
  ]
    .map(({ markup }) => markup)
    .join('');
}

function targetSections(
  history: TargetHistory,
  { pageOf, id }: { readonly pageOf: PageOf; readonly id: string },
): readonly Section[] {
  const plots = plotsPart(history, id);
  return [
    { id: `${id}-strips`, title: 'Runs over time', body: stripsPart(history) },
    { id: `${id}-incidents`, title: 'Incidents', body: incidentsPart(history, pageOf) },
    ...(plots === null ? [] : [{ id: `${id}-times`, title: 'Latency and duration', body: plots }]),
    { id: `${id}-runs`, title: 'Saved runs', body: runsPart(history, pageOf) },
  ];
}

function otherTargets(others: readonly TargetHistory[], pageOf: PageOf): readonly Section[] {
  if (others.length === 0) return [];
  const shown = others.slice(0, OTHER_TARGETS_SHOWN);
  const hidden = others.length - shown.length;
  const body = html`${shown.map((history, at) => otherTarget(history, { pageOf, id: `target-${at + 2}` }))}${
    hidden === 0
      ? html``
      : html`<p class="note muted">${countOf(hidden, 'older target')} in the JSON document.</p>\n`
  }`;
  return [{ id: 'others', title: 'Other targets', body }];
}

function otherTarget(
  history: TargetHistory,
  options: { readonly pageOf: PageOf; readonly id: string },
): Html {
  const { target, runs } = history;
  const sections = targetSections(history, options).map(
    ({ id, title, body }) => html`<h3 id="${id}">${title}</h3>
${body}`,
  );
  return html`<details class="target"><summary><code>${hostOf(target)}</code>: ${titleOf(history)} <span class="muted">(${countOf(runs.length, 'run')})</span></summary>
<p class="where">${wherePart(history)}</p>
${availabilityPart(history)}${sections}</details>
`;
}

const NOTHING = html`<header><p class="over">prod-e2e history</p><h1 id="main">No saved runs</h1>
<p class="lead">To create one: <code>prod-e2e run --sandbox</code></p></header>
`;

function htmlHead(title: string): Html {
  return documentHead({ title, style: STYLE, script: SCRIPT, skip: { id: 'main', name: 'content' } });
}

function htmlEnd(): Html {
  return html`<footer>Made by prod-e2e ${VERSION}. Commands work where the runs are saved. The data as JSON: <code>prod-e2e report list --reporter json</code></footer>
${documentEnd(SCRIPT)}`;
}
