/** What stages expect of a trace, in the words of its verification. */
import type { SpanExpectation, SpanPattern, StageExpectation } from '../model/trace-expectation.ts';

type PresenceCheck = SpanExpectation['check'];

/** What the built-in spans are, whatever op they carry. */
const KNOWN_CHECKS: Readonly<Record<string, PresenceCheck>> = {
  'fetch-market-data': 'external-calls',
  'fetch-gex-data': 'external-calls',
  'ab-routing': 'routing',
  'assign-variant': 'routing',
  'database-save': 'database',
};

/** Each stage's span, and inside of it its parts. Stages without a span expect nothing of a trace. */
export function spansOfStages(stages: readonly StageExpectation[]): readonly SpanExpectation[] {
  return stages.flatMap(({ name, span, parts, maxDurationMs, required }) =>
    span === null
      ? []
      : [
          { ...anExpectation(name, span), stage: name, maxDurationMs, required },
          ...parts.map(({ label, pattern }) => ({
            ...anExpectation(label, pattern),
            stage: name,
            inside: name,
          })),
        ],
  );
}

/**
 * The same expectations, but the spans of these stages and what belongs inside of them may be missing, unless required:
 * for stages that no test of a run has, which are reported once for the run.
 */
export function tolerateMissing(
  spans: readonly SpanExpectation[],
  stages: readonly string[],
): readonly SpanExpectation[] {
  const tolerated = new Set(stages);
  return spans.map((each) => {
    const missingIsFine = tolerated.has(each.label) || (each.inside !== null && tolerated.has(each.inside));
    return missingIsFine && !each.required ? { ...each, minCount: 0 } : each;
  });
}

function anExpectation(label: string, pattern: SpanPattern): SpanExpectation {
  return {
    label,
    stage: null,
    pattern,
    check: KNOWN_CHECKS[label] ?? checkOfOp(pattern),
    required: false,
    minCount: 1,
    maxCount: null,
    maxDurationMs: null,
    inside: null,
    after: null,
  };
}

/** `db*` is the database, `http.client` a call of another service, in every version of the SDKs. */
function checkOfOp({ op }: SpanPattern): PresenceCheck {
  const all = (prefix: string) => op.length > 0 && op.every((each) => each.toLowerCase().startsWith(prefix));
  if (all('db')) return 'database';
  return all('http.client') ? 'external-calls' : 'missing';
}
