/** The report of a failing run says since when. */
import { expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { withCli } from '../support/cli.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };
const BAD = { status: 'REJECTED', error: 'no' };

it('is newly broken, broken for several runs, and works again', () => {
  const behaviour: { body: unknown } = { body: GOOD };
  return withWebhookTarget(behaviour, ({ url }) =>
    withCli(async ({ run }) => {
      const args = ['run', '--url', url, '--scenario', 'CHOP', '--count', '2'];
      const said = async (body: unknown) => {
        behaviour.body = body;
        const { stdout } = await run(args);
        const report: Report = JSON.parse((await run(['report', 'show', '--json'])).stdout);
        return { report, text: stdout.replaceAll(/\s+/g, ' ') };
      };
      const good = await said(GOOD);
      expect(good.report.brokenSince).toEqual([]);
      const first = await said(BAD);
      expect(first.text).toMatch(
        new RegExp(`Since this run; last worked \\d+ s earlier \\(run ${good.report.runId}\\)`),
      );
      const second = await said(BAD);
      expect(second.report.brokenSince).toEqual([
        {
          ...{ scenario: 'CHOP', since: first.report.results[0]?.startedAt, runs: 2 },
          sinceRun: first.report.runId,
          lastWorked: { runId: good.report.runId, at: good.report.startedAt },
          ...{ cause: 'HTTP 200, but status REJECTED: no', traceId: second.report.results[0]?.trace.traceId },
        },
      ]);
      expect(second.text).toMatch(
        new RegExp(
          `Since 2 runs, first \\d+ s earlier \\(run ${first.report.runId}\\); last worked \\d+ s earlier \\(run ${good.report.runId}\\)`,
        ),
      );
      const markdown = (await run(['report', 'show', '--reporter', 'markdown'])).stdout;
      expect(markdown).toMatch(/^ {2}- Since: 2 runs, first \d+ s earlier /m);
      expect((await said(GOOD)).text).not.toContain('Since');
      expect((await said(BAD)).text).toContain('Since this run; last worked ');
    }),
  );
});
