/** What the stages of a test are findings about. Pure; hints are added with the result. */
import { reasonText } from '../model/failed-span.ts';
import type { Finding } from '../model/finding.ts';
import type { StageState, Statement } from '../model/stage.ts';
import { issueHint } from '../trace/spans/span-failure.ts';
import { type EvidenceOf, evidenceOf, type JudgedStage, PROBE_NAMES } from './evidence.ts';

/** One finding for a stage. */
export function stageFinding(
  judged: JudgedStage,
  /** `severity` is the verdict's; `follows`: background work is searched for. */
  { severity, follows }: { readonly severity: Finding['severity']; readonly follows: boolean },
): Finding {
  const { name, state } = judged.result;
  const evidence = evidenceOf(judged);
  const deciding = evidence.filter(({ statement }) => statement === DECIDES[state]);
  const hint =
    deciding.find(({ hint: each }) => each !== null)?.hint ??
    decidedHint(judged, follows) ??
    unseenHint(judged);
  const finding = (code: string, message: string): Finding => ({
    severity,
    code,
    message,
    hint,
    stage: name,
  });
  switch (state) {
    case 'failed':
      return finding('stage-failed', `${name} failed: ${failedWords(judged)}`);
    case 'missing':
      return finding('stage-missing', missingMessage(judged, evidence));
    default: {
      // Without what differs from test to test, so that one reason is one line.
      const reasons = [...new Set(evidence.flatMap((each) => unknownWords(each) ?? []))].join('; ');
      return finding('stage-unverified', `${name} could not be checked: ${reasons}`);
    }
  }
}

const DECIDES: Readonly<Partial<Record<StageState, Statement>>> = {
  failed: 'contradicts',
  missing: 'absent',
  unverified: 'unknown',
};

/** The span is often called as the stage is: its name is not repeated. */
function failedWords({ result: { name, detail }, trace, probes }: JudgedStage): string {
  const failed = trace?.failed ?? null;
  const byProbe = [probes.http, probes.sql].some((probe) => probe !== null && probe.statement !== 'unknown');
  const isNamed = failed !== null && failed.path.length === 1 && failed.path[0] === name;
  const reason = isNamed && !byProbe ? reasonText(failed) : null;
  if (reason !== null) return reason;
  return detail ?? 'no more is known';
}

/** For exactly what decided; null if the general advice covers it. */
function decidedHint(
  { expectation, result, trace, probes, response }: JudgedStage,
  follows: boolean,
): string | null {
  const probe = [probes.sql, probes.http].find((each) => each?.statement === 'contradicts');
  const issue = trace?.failed?.issue ?? null;
  if (result.state === 'failed' && probe === undefined) return issue === null ? null : issueHint(issue);
  if (result.state === 'failed') return 'Compare what the probe read with its match';
  const others = [response, probes.http, probes.sql].some(
    (each) => each !== null && each.statement !== 'unknown',
  );
  if (result.state !== 'missing' || trace?.statement !== 'absent' || others) return null;
  return follows || expectation.ownTrace
    ? 'Look at what its trace holds instead, and at the logs of the service that does this stage'
    : 'Look at what its trace holds instead; if this stage runs in the background, set trace.follow';
}

/** Where the spans may not have been sampled and there is no probe: both explanations, and what would decide. */
function unseenHint({ result, reasons, probes }: JudgedStage): string | null {
  if (probes.http !== null || probes.sql !== null) return null;
  if (!reasons.some((each) => each === 'no-followed-trace' || each === 'service-not-seen')) return null;
  return `Either it was not done, or its spans were not sampled: a probe of ${result.name} (sql or http) would decide`;
}

function unknownWords({ source, detail }: EvidenceOf): string | null {
  if (detail === null || (source !== 'http' && source !== 'sql')) return detail;
  return `the ${PROBE_NAMES[source]} could not run: ${detail}`;
}

function missingMessage({ result, trace }: JudgedStage, evidence: readonly EvidenceOf[]): string {
  const { name, detail } = result;
  const byProbe = evidence.some(
    ({ source, statement }) => (source === 'http' || source === 'sql') && statement === 'absent',
  );
  if (byProbe) return `${name} not confirmed: ${detail}`;
  // The span is often called as the stage is.
  return trace?.missingSpan === name && detail !== null ? detail : `${name}: ${detail}`;
}

/** What a stage that happened still deserves a warning for. */
export function stageWarnings(judged: JudgedStage): readonly Finding[] {
  const { trace, probes, result } = judged;
  if (result.state !== 'ok' && result.state !== 'slow') return [];
  const late = probes.http?.late ?? probes.sql?.late ?? null;
  const warning = (code: string, message: string): Finding => ({
    ...{ severity: 'warning', code, message, hint: null },
    stage: result.name,
  });
  return [
    ...(late === null ? [] : [warning('stage-slow', `${result.name} was confirmed ${late}`)]),
    ...(trace?.warnings ?? []).map(({ code, message }) => warning(code, message)),
  ];
}
