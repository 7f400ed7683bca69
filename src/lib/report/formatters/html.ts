/** The report as one page that needs no other file, no network and no script to be read. */
import { createHash } from 'node:crypto';
import type { ReportHead, ReportSource } from '../../model/report.ts';
import { numberText } from '../../terminal/quantities.ts';
import { type Urgency, urgencyOf } from '../urgency.ts';
import type { Formatter } from './formatter.ts';
import { type Overview, overview } from './html-fold.ts';
import {
  chartPart,
  headPart,
  matrixPart,
  missingPart,
  nextPart,
  scenarioPart,
  thresholdPart,
  wrongPart,
} from './html-page.ts';
import { SCRIPT } from './html-script.ts';
import { STYLE } from './html-style.ts';
import { testItem } from './html-test.ts';
import { type Html, html, trusted } from './html-text.ts';

/** Named `htmlPage`, since `html` makes its parts. */
export const htmlPage: Formatter = {
  name: 'html',
  description:
    'One page for a browser: plots, stages, traces, and every test with request, answer and curl line.',
  extension: 'html',
  render,
};

/** Tests on the page: broken ones first, then doubtful ones; a browser should open it at once. */
const TESTS_SHOWN = 2_000;
/** From here on a browser lays out only the lines that are seen. */
const MANY = 200;
/** Traces drawn, each with up to 100 spans. */
const TRACES_DRAWN = 200;

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head } = source;
  const seen = await overview(source);
  yield htmlHead(head).markup;
  yield headPart(head).markup;
  yield '<main id="main">\n';
  for (const part of [
    wrongPart(seen),
    scenarioPart(seen),
    matrixPart(seen),
    missingPart(head),
    thresholdPart(head),
    chartPart(head, seen),
    nextPart(head, seen),
  ])
    yield part.markup;
  const room = shares(seen.counts);
  yield testsHead(seen, room).markup;
  let drawn = 0;
  for await (const result of source.results()) {
    const urgency = urgencyOf(result);
    if (room[urgency] === 0) continue;
    room[urgency] -= 1;
    const draws = result.trace.spans.length > 0 && drawn < TRACES_DRAWN;
    if (draws) drawn += 1;
    yield testItem(result, draws).markup;
  }
  yield '</ol></section>\n</main>\n';
  yield html`<footer>Made by prod-e2e ${head.tool.version}. The whole of it for programs: <code>prod-e2e report show ${head.runId} --json</code></footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.markup;
}

function htmlHead(head: ReportHead): Html {
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  // Styles stand at elements of the plots as well, where no hash reaches them.
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${head.status}: prod-e2e ${head.runId}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#tests">To the tests</a>
`;
}

/** How many of each are on the page. */
function shares(counts: Overview['counts']): Record<Urgency, number> {
  const broken = Math.min(counts.broken, TESTS_SHOWN);
  const doubtful = Math.min(counts.doubtful, TESTS_SHOWN - broken);
  return { broken, doubtful, fine: Math.min(counts.fine, TESTS_SHOWN - broken - doubtful) };
}

function testsHead({ counts }: Overview, room: Readonly<Record<Urgency, number>>): Html {
  const all = counts.broken + counts.doubtful + counts.fine;
  const shown = room.broken + room.doubtful + room.fine;
  const cut =
    shown === all
      ? html``
      : html`<p class="warn">${numberText(shown)} of ${numberText(all)} tests, broken and doubtful ones first. All of them: --reporter json or ndjson.</p>
`;
  return html`<section aria-labelledby="tests"><h2 id="tests">Tests</h2>
${cut}<form class="filter" hidden><label>Find <input type="search" name="q" autocomplete="off" placeholder="scenario, value, message, id"></label><label>Show <select name="status"><option value="">all</option><option value="broken">broken</option><option value="doubtful">doubtful</option><option value="notable">broken and doubtful</option><option value="fine">fine</option></select></label><span id="shown" role="status"></span></form>
<ol class="tests${shown > MANY ? ' many' : ''}">
`;
}
