/** Adds the findings of the trace and the probes to a result. */
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
import { fillTestId, hintFor } from './advice/advice.ts';

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

/** An error in the trace makes the test broken; a trace that could not be judged changes nothing. */
export function applyVerification(options: {
  readonly result: TestResult;
  /** Null if the trace was not read. */
  readonly reading: Reading | null;
  /** The findings about the trace. */
  readonly findings: readonly Finding[];
  readonly ofStages: readonly Finding[];
  /** A stage breaks the test on the evidence of the trace alone. */
  readonly brokenByTrace: boolean;
  readonly stages: readonly StageResult[];
  readonly stuckAt: StuckAt | null;
  readonly cause: Cause | null;
  readonly spans: readonly SavedSpan[];
  readonly redact: Redact;
}): TestResult {
  const { result, reading, redact } = options;
  const about = { redact, testId: result.testId };
  const findings = options.findings.map((finding) => redactedFinding(finding, about));
  const all = [...findings, ...options.ofStages.map((finding) => redactedFinding(finding, about))];
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
            // Our own words about a span are not masked: its status and its place.
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

/** Names of stages and sources are not masked. */
export function maskedCause(cause: Cause, redact: Redact): Cause {
  const { message, because, span, exception, missingSpan, issue, row } = cause;
  return {
    ...cause,
    message: message && redact(message),
    ...(because === undefined ? {} : { because: because && redact(because) }),
    ...(span === undefined ? {} : { span: span.map((name) => redact(name)) }),
    ...(exception === undefined ? {} : { exception: redact(exception) }),
    ...(missingSpan === undefined ? {} : { missingSpan: redact(missingSpan) }),
    ...(row === undefined ? {} : { row: redact(row) }),
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
      // Some searches contain values from the configuration.
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

function redactedFinding(
  finding: Finding,
  { redact, testId }: { readonly redact: Redact; readonly testId: string },
): Finding {
  const hint = fillTestId(finding.hint ?? hintFor(finding.code), testId);
  return { ...finding, message: redact(finding.message, 'sentence'), hint: hint && redact(hint, 'sentence') };
}
