/** Which failures are one outage. Pure. */
import { createHash } from 'node:crypto';
import { kindKey } from '../http/same-target.ts';
import type { AlertFacts, Proof } from '../model/alert.ts';
import { failureWords } from '../model/delivery.ts';
import { traitsOf } from '../model/failure-kinds.ts';
import type { TestResult } from '../model/result.ts';
import { causeText } from '../report/cause-text.ts';

/** The kind of everything that says that the target as a whole does not work, and the key of its outage. */
export const TARGET = 'target';

/** A broken test without an error of its own. */
const NO_CODE = 'broken';
/** Characters of a message that are compared. */
const COMPARED = 200;

export interface Failing {
  /** The kind of cause: a scenario has one cause of a kind at a time. */
  readonly slot: string;
  /** The same in each scenario and run: what differs from test to test is left out. */
  readonly key: string;
  readonly code: string;
  readonly proof: Proof;
  readonly stage: string | null;
  readonly message: string;
}

/** The target as a whole does not work: whatever the finding of a scenario, it is one failure. */
export function isOfTheTarget(code: string): boolean {
  return code === 'http-5xx' || traitsOf(code)?.outage === true;
}

/** What breaks a broken test: a stage, the target as a whole, or what its first finding says. */
export function failingOf(result: TestResult): Failing {
  const { errors, cause, response } = result;
  const [first] = errors;
  const code = first?.code ?? NO_CODE;
  const beyond = cause !== null && cause.source !== 'response' && cause.source !== 'connection';
  const stage = cause?.stage ?? null;
  const text = failureWords(cause === null ? (first?.message ?? 'no reason recorded') : causeText(cause));
  const message = withoutStage(text, stage);
  const about = { code, stage, message };
  const proof: Proof = beyond ? 'trace' : 'response';
  const ofStage = stage === null ? null : `stage ${stage}`;
  if (isOfTheTarget(code) && !(beyond && ofStage !== null))
    return { ...about, slot: TARGET, key: TARGET, proof: 'response' };
  const slot = ofStage ?? (beyond ? 'trace' : `${code} ${response?.status ?? ''}`.trim());
  return { ...about, proof, slot, key: `${slot}: ${wording(message, result)}` };
}

/** `fetch-gex-data: the provider answered 503` of `data-enrichment > fetch-gex-data: Error: fetch-gex-data: the provider …`. */
function withoutStage(text: string, stage: string | null): string {
  const prefix =
    stage === null ? undefined : [`${stage} > `, `${stage}: `].find((each) => text.startsWith(each));
  const rest = text.slice(prefix?.length ?? 0);
  const [, span = ''] = /^([^:]+): Error: \1: /.exec(rest) ?? [];
  return span === '' ? rest : rest.replace(`${span}: Error: `, '');
}

/** Without numbers, ids, the scenario's name and the values of its dimensions. */
function wording(message: string, { scenario, dimensions }: TestResult): string {
  // A plain word such as the direction "long" may stand in any message for something else.
  const values = Object.values(dimensions).flatMap((value) => (/[A-Z]/.test(`${value}`) ? [`${value}`] : []));
  return [scenario, ...values]
    .reduce((text, name) => text.replaceAll(wholeWord(name), '#'), message.slice(0, COMPARED))
    .replace(/[\w.-]*\d[\w.-]*/g, '#');
}

/** The scenario `A` is not in `Account`. */
function wholeWord(name: string): RegExp {
  return new RegExp(`(?<!\\w)${name.replace(/[^\w\s]/g, '\\$&')}(?!\\w)`, 'g');
}

/** Hex digits of a digest in a key: two things out of a million get the same one once in a billion times. */
const DIGEST_LENGTH = 16;

/** The same for everything that happens to one outage, at one target in one environment. */
export function stableId(key: string, facts: AlertFacts): string {
  // What works again in one shard may still be broken in another.
  const place = JSON.stringify([kindKey(facts), key]);
  return createHash('sha256').update(place).digest('hex').slice(0, DIGEST_LENGTH);
}
