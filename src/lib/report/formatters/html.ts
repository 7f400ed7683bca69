/** The report as a single page that can be read without other files, a network or scripts. */
import type { ReportHead } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { URGENCIES } from '../digest/urgency.ts';
import type { Formatter } from './formatter.ts';
import { headline } from './headline.ts';
import { documentEnd, documentHead } from './html/document.ts';
import { type Overview, overview } from './html/fold.ts';
import { headPart, runSection, windowTitle } from './html/head.ts';
import { matrixSection } from './html/matrix.ts';
import { comparedSection, nextSection } from './html/next-steps.ts';
import { chartSection, cleanupSection, missingSection, thresholdSection } from './html/page.ts';
import { navPart, type Section, sectionPart } from './html/parts.ts';
import { problemsSection } from './html/problems.ts';
import { SCRIPT } from './html/script.ts';
import { STYLE } from './html/style.ts';
import { testItem } from './html/test.ts';
import { capacityFor, GROUP_END, groupHead, inOrder, TESTS_END, testsHead } from './html/tests.ts';
import { html } from './html/text.ts';
import { kindOf } from './pretty/groups.ts';

/** Not named `html`, which is the template tag. */
export const htmlPage: Formatter = {
  name: 'html',
  description:
    'One page for a browser: plots, stages, traces, and every test with request, response and curl line.',
  extension: 'html',
  render,
};

/** Traces drawn, each with up to 100 spans. */
const TRACES_DRAWN = 200;

/** Characters of tests in full; further tests are brief, so that a page of 1,000 tests has at most 3 MB. */
const FULL_CHARACTERS = 1_300_000;

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head } = source;
  const seen = await overview(source);
  const verdict = headline({ head, digest: seen.digest });
  const before = sectionsBefore(head, seen);
  const after = sectionsAfter(head, seen);
  yield documentHead({
    title: windowTitle(head, verdict),
    ...{ style: STYLE, script: SCRIPT, skip: { id: 'tests', name: 'tests' } },
  }).markup;
  yield headPart(head, verdict).markup;
  yield navPart([...before, { id: 'tests', title: 'Tests' }, ...after]).markup;
  yield '<main id="main">\n';
  for (const section of before) yield sectionPart(section).markup;
  yield* testsPart(source, seen);
  for (const section of after) yield sectionPart(section).markup;
  const forPrograms = html` The data as JSON: <code>prod-e2e report show ${source.savedAs} --json</code>`;
  yield html`</main>
<footer>Made by prod-e2e ${head.tool.version}.${source.savedAs === null ? html`` : forPrograms}</footer>
${documentEnd(SCRIPT)}`.markup;
}

async function* testsPart(source: ReportSource, seen: Overview): AsyncGenerator<string> {
  const room = capacityFor(seen.counts);
  const places = new Map(seen.kinds.map(({ kind }, at) => [kind, at + 1]));
  yield testsHead(seen.counts, room).markup;
  let drawn = 0;
  let characters = 0;
  for (const urgency of URGENCIES) {
    if (room[urgency] === 0) continue;
    yield groupHead(urgency, room).markup;
    for await (const result of inOrder(source, urgency, room)) {
      const draws = result.trace.spans.length > 0 && drawn < TRACES_DRAWN;
      if (draws) drawn += 1;
      const kind = places.get(kindOf(result) ?? '') ?? null;
      const single = seen.digest.scenarios.get(result.scenario)?.tests === 1;
      const { full, brief } = testItem(result, { drawn: draws, kind, single }, source.savedAs);
      characters += full.markup.length;
      yield (characters <= FULL_CHARACTERS ? full : brief).markup;
    }
    yield GROUP_END.markup;
  }
  yield TESTS_END.markup;
}

function sectionsBefore(head: ReportHead, seen: Overview): readonly Section[] {
  return [problemsSection(head, seen), comparedSection(head)].filter((section) => section !== null);
}

function sectionsAfter(head: ReportHead, seen: Overview): readonly Section[] {
  const sections = [
    matrixSection(head, seen),
    missingSection(head),
    thresholdSection(head),
    cleanupSection(head),
    nextSection(head, seen),
    chartSection(head, seen),
    runSection(head),
  ];
  return sections.filter((section) => section !== null);
}
