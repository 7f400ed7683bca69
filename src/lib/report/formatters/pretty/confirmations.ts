/** Counts the tests in which each kind of evidence confirmed a stage. */
import type { StageEvidence, StageResult } from '../../../model/stage.ts';
import { numberText } from '../../../terminal/quantities.ts';

type Kind = keyof StageEvidence;

/** Stage name → kind of evidence → number of tests in which it confirmed the stage. */
export type Confirmations = ReadonlyMap<string, Readonly<Record<Kind, number>>>;

const KINDS: readonly Kind[] = ['response', 'trace', 'http', 'sql'];
const WORDS: Readonly<Record<Kind, string>> = {
  response: 'response',
  trace: 'trace',
  http: 'HTTP',
  sql: 'SQL',
};

export function createConfirmations() {
  const byStage = new Map<string, Record<Kind, number>>();
  let probed = false;
  return {
    add: (stages: readonly StageResult[]) => {
      for (const { name, evidence } of stages) {
        const counts = byStage.get(name) ?? { response: 0, trace: 0, http: 0, sql: 0 };
        byStage.set(name, counts);
        for (const kind of KINDS) if (evidence[kind] === 'confirms') counts[kind] += 1;
        probed ||= evidence.http !== null || evidence.sql !== null;
      }
    },
    /** Null if no probe ran: responses and traces have their own sections. */
    confirmations: (): Confirmations | null => (probed ? byStage : null),
  };
}

/** `response 5, trace 5, SQL 5`; empty if nothing confirmed the stage. */
export function confirmationText(confirmations: Confirmations, stage: string): string {
  const counts = confirmations.get(stage);
  if (counts === undefined) return '';
  return KINDS.filter((kind) => counts[kind] > 0)
    .map((kind) => `${WORDS[kind]} ${numberText(counts[kind])}`)
    .join(', ');
}

/** What each source shows about a stage of one test: `response confirms, trace absent`; empty without evidence. */
export function evidenceText(evidence: StageEvidence): string {
  return KINDS.filter((kind) => evidence[kind] !== null)
    .map((kind) => `${WORDS[kind]} ${evidence[kind]}`)
    .join(', ');
}
