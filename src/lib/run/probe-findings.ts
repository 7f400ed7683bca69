/** What probes say that is worth a finding. */
import type { Finding } from '../model/finding.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { hintFor } from '../report/advice.ts';
import type { Redact } from '../report/redact.ts';
import type { ProbeEvidence } from '../stages/probes/ask-probes.ts';
import type { TraceJudgement } from '../trace/trace-verifier.ts';

/** One for each stage of which a probe does not hold: an error of its test where it is required, a warning otherwise. */
export function probeFindings(
  probes: ProbeEvidence,
  stages: readonly StageExpectation[],
): ReadonlyMap<string, Unproven> {
  return new Map(
    stages.flatMap(({ name, required }) => {
      const { http, sql } = probes.get(name) ?? { http: null, sql: null };
      const said = [http, sql].flatMap((each) =>
        each?.state === 'missing' || each?.state === 'failed' ? [each] : [],
      );
      if (said.length === 0) return [];
      const code = said.some(({ state }) => state === 'failed') ? 'probe-failed' : 'probe-missing';
      const because = said.map(({ detail, state }) => detail ?? state).join('; ');
      return [[name, { severity: required ? 'error' : 'warning', code, because }] as const];
    }),
  );
}

/** A stage that its probes do not prove. */
export interface Unproven {
  readonly severity: Finding['severity'];
  readonly code: 'probe-missing' | 'probe-failed';
  readonly because: string;
}

/**
 * A stage that was not done lacks its span and what its probes ask for. That is one cause and one finding, in the place of the
 * trace's, with the probe's code and hint: what is not there proves more than a span that nobody saw.
 */
export function withProbes(
  { findings, missing }: TraceJudgement,
  unproven: ReadonlyMap<string, Unproven>,
): { readonly ofTrace: readonly Finding[]; readonly ofProbes: readonly Finding[] } {
  const both = new Map(
    [...missing].flatMap(([name, finding]) => {
      const probe = unproven.get(name);
      return probe === undefined ? [] : [[finding, probe] as const];
    }),
  );
  const ofTrace = findings.map((finding) => {
    const probe = both.get(finding);
    if (probe === undefined) return finding;
    const severity = finding.severity === 'error' ? 'error' : probe.severity;
    return aFinding({ ...probe, severity }, `${finding.message}, nor proven`);
  });
  const alone = [...unproven].filter(([, probe]) => ![...both.values()].includes(probe));
  return { ofTrace, ofProbes: alone.map(([name, probe]) => aFinding(probe, `${name} is not proven`)) };
}

function aFinding({ severity, code, because }: Unproven, what: string): Finding {
  return { severity, code, message: `${what}: ${because}`, hint: hintFor(code) };
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
