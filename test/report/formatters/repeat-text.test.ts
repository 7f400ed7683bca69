import { expect, it } from 'vitest';
import { aReport, aTest, sourceOf } from '../../support/builders.ts';
import { rendered } from './rendered.ts';

it.each([
  ['pretty', 'Resent: no, the first one got no response'],
  ['junit', 'Resent: no, the first one got no response'],
  ['html', '<dt>Resent</dt><dd>no, the first one got no response</dd>'],
  ['tap', 'resent: "Resent: no, the first one got no response"'],
  ['ctrf', '"resent":"unknown"'],
])(
  '%s says what became of a webhook that was to be resent, and which payload it is from',
  async (format, said) => {
    const repeat = { treatedAs: 'unknown', because: 'the first one got no response', sends: [] } as const;
    const report = aReport({ results: [aTest({ repeat, from: 'payloads.ndjson, line 3' })] });
    const text = (await rendered(sourceOf(report), format, { full: true })).replaceAll(/\s+/g, ' ');
    expect(text).toContain(said);
    expect(text).toContain('payloads.ndjson, line 3');
  },
);
