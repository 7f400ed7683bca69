import { expect, it } from 'vitest';
import { aReport, aTest, sourceOf } from '../../support/builders.ts';
import { rendered } from './rendered.ts';

it.each([
  ['pretty', 'Resent: no, the first request got no response'],
  ['junit', 'Resent: no, the first request got no response'],
  ['html', '<dt>Resent</dt><dd>no, the first request got no response</dd>'],
  ['tap', 'resent: "Resent: no, the first request got no response"'],
  ['ctrf', '"resent":"unknown"'],
])('%s reports the outcome of a planned resend, and the source of the payload', async (format, expected) => {
  const repeat = { treatedAs: 'unknown', because: 'the first request got no response', sends: [] } as const;
  const report = aReport({ results: [aTest({ repeat, from: 'payloads.ndjson, line 3' })] });
  const text = (await rendered(sourceOf(report), format, { full: true })).replaceAll(/\s+/g, ' ');
  expect(text).toContain(expected);
  expect(text).toContain('payloads.ndjson, line 3');
});
