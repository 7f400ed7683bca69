import { expect, it } from 'vitest';
import { aReport, aTest, sourceOf } from '../../support/builders.ts';
import { rendered } from './rendered.ts';

it.each([
  ['pretty', 'Sent again: no, the first one was not answered'],
  ['junit', 'Sent again: no, the first one was not answered'],
  ['html', '<dt>Sent again</dt><dd>no, the first one was not answered</dd>'],
  ['tap', 'sent_again: "Sent again: no, the first one was not answered"'],
  ['ctrf', '"sentAgain":"unknown"'],
])(
  '%s says what became of a webhook that was to be sent again, and where it is from',
  async (format, said) => {
    const repeat = { treatedAs: 'unknown', because: 'the first one was not answered', sends: [] } as const;
    const report = aReport({ results: [aTest({ repeat, from: 'payloads.ndjson, line 3' })] });
    const text = (await rendered(sourceOf(report), format, { full: true })).replaceAll(/\s+/g, ' ');
    expect(text).toContain(said);
    expect(text).toContain('payloads.ndjson, line 3');
  },
);
