/** What probes say that is worth a finding. */
import type { Finding } from '../model/finding.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { hintFor } from '../report/advice.ts';
import type { Redact } from '../report/redact.ts';
import type { ProbeEvidence } from '../stages/probes/ask-probes.ts';

/** A stage whose probe does not hold is an error of its test where it is required, a warning otherwise. */
export function probeFindings(
  probes: ProbeEvidence,
  stages: readonly StageExpectation[],
): readonly Finding[] {
  return stages.flatMap(({ name, required }) => {
    const { http, sql } = probes.get(name) ?? { http: null, sql: null };
    return [http, sql].flatMap((evidence): readonly Finding[] => {
      if (evidence === null || (evidence.state !== 'missing' && evidence.state !== 'failed')) return [];
      const code = `probe-${evidence.state}`;
      return [
        {
          severity: required ? 'error' : 'warning',
          code,
          message: `${name} is not proven: ${evidence.detail ?? evidence.state}`,
          hint: hintFor(code),
        },
      ];
    });
  });
}

/** Further ones are in the results. */
const REASONS_TOLD = 10;

/** Once for each probe and reason: a probe that could not look says nothing about any test. */
export function unaskedFindings(
  tests: readonly { readonly probes: ProbeEvidence; readonly mask: Redact }[],
  redact: Redact,
): readonly Finding[] {
  const counts = new Map<string, number>();
  for (const { probes, mask } of tests) {
    for (const [stage, { http, sql }] of probes) {
      for (const [kind, evidence] of [
        ['HTTP', http],
        ['SQL', sql],
      ] as const) {
        if (evidence?.state !== 'unverified') continue;
        const because = (evidence.detail ?? 'unknown').replace(/^(HTTP|SQL): /, '');
        const message = `The ${kind} probe of ${stage} could not look: ${mask(redact(because))}`;
        counts.set(message, (counts.get(message) ?? 0) + 1);
      }
    }
  }
  return [...counts].slice(0, REASONS_TOLD).map(([message, count]) => ({
    severity: 'warning',
    code: 'probe-unverified',
    message: count === 1 && tests.length === 1 ? message : `${message} (${count} of ${tests.length} tests)`,
    hint: hintFor('probe-unverified'),
  }));
}
