/** The report as a single page that can be read without other files, a network or scripts. */
import { createHash } from 'node:crypto';
import type { ReportHead } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { Formatter } from './formatter.ts';
import { type Overview, overview } from './html/fold.ts';
import { headPart, runSection } from './html/head.ts';
import {
  chartSection,
  cleanupSection,
  matrixSection,
  missingSection,
  scenarioSection,
  thresholdSection,
} from './html/page.ts';
import { navPart, type Section, sectionPart } from './html/parts.ts';
import { comparedSection, nextSection, problemsSection } from './html/problems.ts';
import { SCRIPT } from './html/script.ts';
import { STYLE } from './html/style.ts';
import { testItem } from './html/test.ts';
import { capacityFor, inOrder, testsHead } from './html/tests.ts';
import { type Html, html, trusted } from './html/text.ts';
import { kindOf } from './pretty/groups.ts';

/** Not named `html`, which is the template tag. */
export const htmlPage: Formatter = {
  name: 'html',
  description:
    'One page for a browser: plots, stages, traces, and every test with request, answer and curl line.',
  extension: 'html',
  render,
};

/** Traces drawn, each with up to 100 spans. */
const TRACES_DRAWN = 200;

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head } = source;
  const seen = await overview(source);
  const sections = sectionsOf(head, seen);
  yield htmlHead(head).markup;
  yield headPart(head).markup;
  yield navPart([...sections, { id: 'tests', title: 'Tests' }]).markup;
  yield '<main id="main">\n';
  for (const section of sections) yield sectionPart(section).markup;
  const room = capacityFor(seen.counts);
  yield testsHead(seen.counts, room).markup;
  let drawn = 0;
  for await (const result of inOrder(source, room)) {
    const draws = result.trace.spans.length > 0 && drawn < TRACES_DRAWN;
    if (draws) drawn += 1;
    const kind = kindOf(result);
    const place = kind === null ? -1 : seen.kinds.findIndex((group) => group.kind === kind);
    yield testItem(result, { drawn: draws, kind: place < 0 ? null : place + 1 }).markup;
  }
  yield '</ol></section>\n</main>\n';
  const forPrograms = html` The whole of it for programs: <code>prod-e2e report show ${source.savedAs} --json</code>`;
  yield html`<footer>Made by prod-e2e ${head.tool.version}.${source.savedAs === null ? html`` : forPrograms}</footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.markup;
}

/** First the problems and what to do, then where they are, then how it was measured. */
function sectionsOf(head: ReportHead, seen: Overview): readonly Section[] {
  const sections = [
    problemsSection(head, seen),
    nextSection(head, seen),
    comparedSection(head),
    scenarioSection(seen),
    matrixSection(seen),
    missingSection(head),
    thresholdSection(head),
    cleanupSection(head),
    chartSection(head, seen),
    runSection(head),
  ];
  return sections.filter((section) => section !== null);
}

function htmlHead(head: ReportHead): Html {
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  // Plots have style attributes as well, which a hash in the policy does not cover.
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${head.status}: prod-e2e ${head.runId}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#tests">To the tests</a>
`;
}
