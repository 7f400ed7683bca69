/** The full evidence of one test: its trace with what it triggered and what its probes read, within limits. Pure. */
import type { PlainScalar } from '../model/json.ts';
import type { TestResult } from '../model/result.ts';
import type { SavedIssue, Specimen, SpecimenSpan, SpecimenTrace } from '../model/specimen.ts';
import type { Trace, TraceIssue, TraceSpan } from '../model/trace.ts';
import type { Redact } from '../secrets/redact.ts';
import type { ProbesOfTest } from '../stages/probes/run-probes.ts';
import { IDENTIFYING_ATTRIBUTES } from '../trace/reading/awaited-spans.ts';
import type { TraceReading } from '../trace/reading/watched-trace.ts';
import { plainAttribute } from '../trace/spans/span-pattern.ts';
import { buildForest, walkForest } from '../trace/spans/span-tree.ts';
import { cut } from '../validate/cut.ts';

/** Of a run. */
export const MAX_SPECIMENS = 100;
/** Of one specimen, over all its traces. */
export const MAX_SPECIMEN_SPANS = 500;
/** Of one specimen: the characters of its spans and issues as JSON. */
export const MAX_SPECIMEN_SIZE = 256 * 1_024;
const MAX_ATTRIBUTES = 20;
const MAX_ISSUES = 20;
const MAX_PROBES = 40;
/** In characters: one name, message or attribute; and one row. */
const MAX_TEXT = 200;
const MAX_ROW = 1_000;

export interface SpecimenInput {
  readonly reading: Pick<TraceReading, 'trace' | 'followed' | 'complete'>;
  readonly probes: ProbesOfTest;
  /** Attributes that expectations name. */
  readonly attributes: readonly string[];
  readonly redact: Redact;
}

/** The first working and the first broken test of each scenario; a complete trace is preferred for a working one. */
export function specimenIds(
  tests: readonly {
    readonly result: TestResult;
    readonly reading: Pick<TraceReading, 'trace' | 'complete'> | null;
  }[],
): ReadonlySet<string> {
  const chosen = new Map<string, { readonly testId: string; readonly complete: boolean }>();
  for (const { result, reading } of tests) {
    if (reading === null || reading.trace === null || reading.trace.spans.length === 0) continue;
    const key = `${result.verdict} ${result.scenario}`;
    const known = chosen.get(key);
    const isBetter = result.verdict === 'working' && reading.complete && known?.complete === false;
    if (known === undefined ? chosen.size === MAX_SPECIMENS : !isBetter) continue;
    chosen.set(key, { testId: result.testId, complete: reading.complete });
  }
  return new Set([...chosen.values()].map(({ testId }) => testId));
}

/** Null without a trace. */
export function specimenOf({ reading, probes, attributes, redact }: SpecimenInput): Specimen | null {
  const { trace, followed, complete } = reading;
  if (trace === null) return null;
  const taker = createTaker({ names: namesOf(attributes, followed), redact });
  return {
    own: taker.trace(trace),
    followed: followed.map(({ searched, always, problem, traces }) => ({
      searched: taker.text(searched),
      always,
      problem: problem === null ? null : taker.text(problem),
      traces: traces.map(taker.trace),
    })),
    probes: taker.probes(probes),
    complete,
    cut: taker.cuts(),
  };
}

/** The key of `signalId:sig_1` in a search. */
const SEARCHED_KEY = /[\w.-]+(?=\]?:)/g;

function namesOf(attributes: readonly string[], followed: TraceReading['followed']): ReadonlySet<string> {
  const joined = followed.flatMap(({ searched }) => searched.match(SEARCHED_KEY) ?? []);
  return new Set([...attributes, ...joined, ...IDENTIFYING_ATTRIBUTES].map(plainAttribute));
}

type Cut = Specimen['cut'][number];

/** Takes parts until a limit is reached, and notes which limit it was. */
function createTaker({ names, redact }: { readonly names: ReadonlySet<string>; readonly redact: Redact }) {
  const cuts = new Set<Cut>();
  let spansLeft = MAX_SPECIMEN_SPANS;
  let issuesLeft = MAX_ISSUES;
  let room = MAX_SPECIMEN_SIZE;
  const text = (value: string, length = MAX_TEXT) => {
    // Masked before it is cut: half a secret would not be recognized.
    const masked = redact(value);
    if (masked.length > length) cuts.add('texts');
    return cut(masked, length);
  };
  const issue = ({ shortId, issueId, message, level, url }: TraceIssue): readonly SavedIssue[] => {
    issuesLeft -= 1;
    if (issuesLeft < 0) {
      cuts.add('issues');
      return [];
    }
    return [
      {
        shortId: shortId && text(shortId),
        issueId: issueId && text(issueId),
        message: text(message),
        level: text(level),
        url: url && redact(url),
      },
    ];
  };
  const attributesOf = (span: TraceSpan): Readonly<Record<string, PlainScalar>> => {
    const named = Object.entries(span.attributes).filter(([name]) => names.has(name));
    if (named.length > MAX_ATTRIBUTES) cuts.add('attributes');
    return Object.fromEntries(
      named
        .slice(0, MAX_ATTRIBUTES)
        .map(([name, value]) => [name, typeof value === 'string' ? text(value) : value]),
    );
  };
  const span = (from: TraceSpan): SpecimenSpan => ({
    spanId: from.spanId,
    parentSpanId: from.parentSpanId,
    name: text(from.name),
    op: from.op && text(from.op),
    service: text(from.service),
    isSegment: from.isSegment,
    startMs: from.startMs,
    durationMs: Math.max(0, from.durationMs),
    status: from.status,
    statusMessage: from.statusMessage && text(from.statusMessage),
    attributes: attributesOf(from),
    issues: from.issues.flatMap(issue),
  });
  const trace = ({ traceId, spans, issues }: Trace): SpecimenTrace => {
    const taken: SpecimenSpan[] = [];
    for (const { node } of walkForest(buildForest(spans))) {
      const next = spansLeft > 0 ? span(node.span) : null;
      const size = next === null ? 0 : JSON.stringify(next).length;
      if (next === null || size > room) {
        cuts.add('spans');
        break;
      }
      taken.push(next);
      spansLeft -= 1;
      room -= size;
    }
    return { traceId, spans: taken, issues: issues.flatMap(issue) };
  };
  const probes = (of: ProbesOfTest): Specimen['probes'] => {
    const rows = [...of].flatMap(([stage, { http, sql }]) =>
      [http, sql].flatMap((probe) =>
        probe === null || probe.row === null
          ? []
          : [{ stage, source: probe.kind, row: text(probe.row, MAX_ROW) }],
      ),
    );
    if (rows.length > MAX_PROBES) cuts.add('probes');
    return rows.slice(0, MAX_PROBES);
  };
  return { text, trace, probes, cuts: () => [...cuts] };
}
