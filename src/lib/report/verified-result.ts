/** Adds to a result what its trace and its probes said. */
import type { Finding } from '../model/finding.ts';
import type {
  Cause,
  SavedSpan,
  TestResult,
  TraceResult,
  TraceWait,
  UnverifiedReason,
} from '../model/result.ts';
import type { StageResult, StuckAt } from '../model/stage.ts';
import type { Redact } from '../secrets/redact.ts';
import { hintFor } from './advice/advice.ts';

interface Reading {
  readonly trace: { readonly spans: readonly unknown[] } | null;
  readonly reason: UnverifiedReason | null;
  readonly wait: TraceWait;
  readonly followed: readonly {
    readonly searched: string;
    readonly found: boolean;
    readonly traces: readonly { readonly traceId: string }[];
  }[];
}

/** A trace with an error breaks its test; one that could not be judged changes nothing about it. */
export function applyVerification(options: {
  readonly result: TestResult;
  /** Null where its trace was not read. */
  readonly reading: Reading | null;
  /** Of its trace. */
  readonly findings: readonly Finding[];
  readonly ofStages: readonly Finding[];
  /** A stage breaks the test by its trace alone. */
  readonly brokenByTrace: boolean;
  readonly stages: readonly StageResult[];
  readonly stuckAt: StuckAt | null;
  readonly cause: Cause | null;
  readonly spans: readonly SavedSpan[];
  readonly redact: Redact;
}): TestResult {
  const { result, reading, redact } = options;
  const findings = options.findings.map((finding) => redactedFinding(finding, redact));
  const all = [...findings, ...options.ofStages.map((finding) => redactedFinding(finding, redact))];
  const errors = all.filter(({ severity }) => severity === 'error');
  const warnings = all.filter(({ severity }) => severity === 'warning');
  return {
    ...result,
    verdict: errors.length > 0 ? 'broken' : result.verdict,
    flaky: result.flaky && errors.length === 0,
    errors: [...result.errors, ...errors],
    warnings: [...result.warnings, ...warnings],
    trace:
      reading === null
        ? result.trace
        : {
            ...result.trace,
            ...whatWasRead(reading, { findings, redact, brokenByTrace: options.brokenByTrace }),
            // The program's own words about a span stay as they are: its status, its place.
            spans: options.spans.map((span) => ({
              ...span,
              name: redact(span.name),
              op: span.op && redact(span.op),
              service: redact(span.service),
            })),
          },
    stages: options.stages.map((stage) => ({
      ...stage,
      detail: stage.detail && redact(stage.detail, 'sentence'),
    })),
    stuckAt: options.stuckAt,
    cause: options.cause && maskedCause(options.cause, redact),
  };
}

/** The names of stages and sources stay as they are. */
export function maskedCause({ stage, source, issue, ...texts }: Cause, redact: Redact): Cause {
  const masked = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, redact(text)]));
  return {
    stage,
    source,
    ...(masked as Omit<Cause, 'stage' | 'source' | 'issue'>),
    ...(issue === undefined
      ? {}
      : { issue: { shortId: issue.shortId && redact(issue.shortId), url: issue.url && redact(issue.url) } }),
  };
}

function whatWasRead(
  reading: Reading,
  {
    findings,
    redact,
    brokenByTrace,
  }: { readonly findings: readonly Finding[]; readonly redact: Redact; readonly brokenByTrace: boolean },
): Omit<TraceResult, 'traceId' | 'url' | 'spans'> {
  return {
    state: stateOf(reading, brokenByTrace || findings.some(({ severity }) => severity === 'error')),
    reason: reading.reason,
    spanCount: reading.trace?.spans.length ?? null,
    wait: {
      ...reading.wait,
      waitedMs: Math.round(reading.wait.waitedMs),
      // Searches among them carry what the configuration filled in.
      awaited: reading.wait.awaited.map((what) => redact(what)),
    },
    followed: reading.followed.map(({ searched, found, traces }) => ({
      searched: redact(searched),
      found,
      traceIds: traces.map(({ traceId }) => traceId),
    })),
    findings,
  };
}

function stateOf({ reason }: Reading, failed: boolean): TraceResult['state'] {
  if (reason !== null) return 'unverified';
  return failed ? 'failed' : 'verified';
}

function redactedFinding(finding: Finding, redact: Redact): Finding {
  const hint = finding.hint ?? hintFor(finding.code);
  return { ...finding, message: redact(finding.message, 'sentence'), hint: hint && redact(hint, 'sentence') };
}
