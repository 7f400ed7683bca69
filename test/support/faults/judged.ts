/** One webhook the way a run sends and judges it: traced sender, response validator, result with hints. */
import type { Finding } from '../../../src/lib/model/finding.ts';
import type { TestResult } from '../../../src/lib/model/result.ts';
import { makeResult } from '../../../src/lib/report/result.ts';
import { maskingOf } from '../../../src/lib/secrets/redact-paths.ts';
import type { Sender } from '../../../src/lib/send/traced-sender.ts';
import { createResponseValidator } from '../../../src/lib/validate/response-validator.ts';
import { anExpectation } from '../builders.ts';
import { aPlannedTest, sendOne } from '../sending.ts';

/** What the built-in scenarios expect. */
const EXPECT = anExpectation({
  required: ['signal_id'],
  recommended: ['enrichment', 'variant'],
  refuse: { status: ['REJECTED', 'ERROR', 'FAILED'] },
  suspect: { status: ['DUPLICATE'] },
});

/** @param bodyBytes length of the webhook's body; 0 for a usual one */
export async function judged(sender: Sender, url: string, bodyBytes = 0): Promise<TestResult> {
  const test = aPlannedTest(url, bodyBytes === 0 ? {} : { request: { body: 'x'.repeat(bodyBytes) } });
  const judge = await createResponseValidator({ expectations: [EXPECT], strict: false });
  const delivery = await sendOne(sender, test);
  const judgment = judge(delivery, EXPECT);
  const masking = maskingOf([], { redact: (text) => text, redactPaths: [] });
  return makeResult({ test, delivery, judgment, traceUrl: null, masking, expectsAcceptance: true });
}

/** Everything a result has to say, ports of this machine left out. */
export function saidOf({ errors, warnings, missingData }: TestResult): readonly Finding[] {
  const missing = missingData.map(({ field }): Finding => {
    return { severity: 'warning', code: 'missing', message: field, hint: null };
  });
  return [...errors, ...warnings, ...missing].map((finding) => {
    return { ...finding, message: finding.message.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:PORT') };
  });
}
