/** Which failures are one outage. Pure. */
import { createHash } from 'node:crypto';
import { kindKey } from '../http/same-target.ts';
import type { AlertFacts, EvidenceSource } from '../model/alert.ts';
import { traitsOf } from '../model/failure-kinds.ts';
import type { TestResult } from '../model/result.ts';
import { causeWords } from '../report/cause-text.ts';

/** The kind of every cause that means the target as a whole does not work, and the key of that outage. */
export const TARGET = 'target';

/** The code of a broken test without an error. */
const NO_CODE = 'broken';
/** Number of characters of a message that are compared. */
const COMPARED = 200;

export interface Failing {
  /** The kind of cause; a scenario has at most one cause of a kind at a time. */
  readonly slot: string;
  /** The same in each scenario and run, so without anything that differs from test to test. */
  readonly key: string;
  readonly code: string;
  readonly evidence: EvidenceSource;
  readonly stage: string | null;
  readonly message: string;
}

/** Whether the target as a whole does not work: all findings of its scenarios are then one failure. */
export function isOfTheTarget(code: string): boolean {
  return code === 'http-5xx' || traitsOf(code)?.outage === true;
}

/** What breaks a broken test: a stage, the target as a whole, or its first error. */
export function failingOf(result: TestResult): Failing {
  const { errors, cause, response } = result;
  const [first] = errors;
  const code = first?.code ?? NO_CODE;
  const beyond = cause !== null && cause.source !== 'response' && cause.source !== 'connection';
  const stage = cause?.stage ?? null;
  const message =
    cause === null ? (first?.cause ?? first?.message ?? 'no reason recorded') : causeWords(cause);
  const about = { code, stage, message };
  const evidence: EvidenceSource = beyond ? 'trace' : 'response';
  const ofStage = stage === null ? null : `stage ${stage}`;
  if (isOfTheTarget(code) && !(beyond && ofStage !== null))
    return { ...about, slot: TARGET, key: TARGET, evidence: 'response' };
  const slot = ofStage ?? (beyond ? 'trace' : `${code} ${response?.status ?? ''}`.trim());
  return { ...about, evidence, slot, key: `${slot}: ${wording(message, result)}` };
}

/** Strips numbers, ids, the scenario's name and the values of its dimensions. */
function wording(message: string, { scenario, dimensions }: TestResult): string {
  // A plain word such as the direction "long" may mean something else in a message.
  const values = Object.values(dimensions).flatMap((value) => (/[A-Z]/.test(`${value}`) ? [`${value}`] : []));
  return [scenario, ...values]
    .reduce((text, name) => text.replaceAll(wholeWord(name), '#'), message.slice(0, COMPARED))
    .replace(/[\w.-]*\d[\w.-]*/g, '#');
}

/** The scenario `A` is not in `Account`. */
function wholeWord(name: string): RegExp {
  return new RegExp(`(?<!\\w)${name.replace(/[^\w\s]/g, '\\$&')}(?!\\w)`, 'g');
}

/** Hex digits of the digest in a key. Among a million keys, a collision has odds of one in a billion. */
const DIGEST_LENGTH = 16;

/** The same for all messages about one outage at one target in one environment. */
export function stableId(key: string, facts: AlertFacts): string {
  // What works again in one shard may still be broken in another shard.
  const place = JSON.stringify([kindKey(facts), key]);
  return createHash('sha256').update(place).digest('hex').slice(0, DIGEST_LENGTH);
}
