/** What the sandbox can be told to get wrong: `SCENARIO=KIND[:ARG]`, `*=KIND[:ARG]` or `KIND[:ARG]` for every scenario. */
import { closest, distance } from 'fastest-levenshtein';
import { ProdE2eError } from '../errors.ts';

/** Stands in the place of a scenario's name and means each of them. */
export const EVERY_SCENARIO = '*';

/** What is answered instead of the pipeline's own answer. */
export type AnswerReplacement =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'timeout' | 'reset' | 'malformed' | 'empty' | 'redirect' | 'rate-limit' };

export type FaultEffect =
  | AnswerReplacement
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'missing'; readonly paths: readonly string[] };

export type FaultKind = FaultEffect['kind'];

export interface Fault {
  /** A scenario's name, or {@link EVERY_SCENARIO}. */
  readonly scenario: string;
  readonly effect: FaultEffect;
}

/** All that is wrong with the answers to one scenario. */
export interface AnswerFaults {
  readonly replacement: AnswerReplacement | null;
  readonly delayMs: number;
  /** Dotted paths taken out of the answer. */
  readonly missing: readonly string[];
}

/** A delay longer than any sensible client's patience is a typing error. */
const MAX_DELAY_MS = 600_000;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** How a kind is written, and its effect for an argument; a text says what is wrong with the argument. */
interface KindRule {
  readonly usage: string;
  readonly effect: (argument: string | null) => FaultEffect | string;
}

const withoutArgument = (effect: FaultEffect): KindRule => ({
  usage: effect.kind,
  effect: (argument) => (argument === null ? effect : `${effect.kind} takes no argument`),
});

const KINDS: Readonly<Record<FaultKind, KindRule>> = {
  status: { usage: 'status:500', effect: statusEffect },
  timeout: withoutArgument({ kind: 'timeout' }),
  reset: withoutArgument({ kind: 'reset' }),
  slow: { usage: 'slow:2s', effect: slowEffect },
  malformed: withoutArgument({ kind: 'malformed' }),
  empty: withoutArgument({ kind: 'empty' }),
  missing: { usage: 'missing:variant', effect: missingEffect },
  redirect: withoutArgument({ kind: 'redirect' }),
  'rate-limit': withoutArgument({ kind: 'rate-limit' }),
};

const isKind = (text: string): text is FaultKind => Object.hasOwn(KINDS, text);

function statusEffect(argument: string | null): FaultEffect | string {
  const status = /^\d{3}$/.test(argument ?? '') ? Number(argument) : 0;
  return status >= 100 && status <= 599
    ? { kind: 'status', status }
    : 'the status is a number from 100 to 599';
}

function slowEffect(argument: string | null): FaultEffect | string {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(argument ?? '') ?? [];
  const delayMs = Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  if (Number.isNaN(delayMs)) return 'the delay is a duration such as 500ms, 2s or 1m';
  return delayMs <= MAX_DELAY_MS ? { kind: 'slow', delayMs } : 'the delay is at most 10m';
}

function missingEffect(argument: string | null): FaultEffect | string {
  const paths = (argument ?? '').split('+');
  const complete = paths.every((path) => path.split('.').every((key) => key !== ''));
  return complete
    ? { kind: 'missing', paths }
    : 'missing needs a field such as variant or enrichment.gex+signal_id';
}

function nearestUsage(kind: string): string | null {
  if (/^\d{3}$/.test(kind)) return `status:${kind}`;
  const nearest = closest(kind, Object.keys(KINDS));
  // More edits than half the word is another word, not a typing error.
  if (!isKind(nearest) || distance(kind, nearest) > Math.ceil(nearest.length / 2)) return null;
  return KINDS[nearest].usage;
}

function unknownKind(text: string, kind: string): ProdE2eError {
  const nearest = nearestUsage(kind);
  const known = Object.values(KINDS).map((rule) => rule.usage);
  return new ProdE2eError(`Unknown fault "${kind}" in "${text}".`, {
    code: 'UNKNOWN_FAULT',
    hints: [...(nearest === null ? [] : [`Did you mean ${nearest}?`]), `Known faults: ${known.join(', ')}.`],
  });
}

/**
 * Reads one `--fault`.
 * @throws {ProdE2eError} UNKNOWN_FAULT for a kind there is not, INVALID_FAULT for a wrong argument.
 */
export function parseFault(text: string): Fault {
  const equals = text.indexOf('=');
  const scenario = equals < 0 ? EVERY_SCENARIO : text.slice(0, equals).trim();
  const [kind = '', ...rest] = text
    .slice(equals + 1)
    .trim()
    .split(':');
  if (!isKind(kind)) throw unknownKind(text, kind);
  const effect = KINDS[kind].effect(rest.length === 0 ? null : rest.join(':'));
  const problem = scenario === '' ? 'the scenario before = is empty' : effect;
  if (typeof problem === 'string') {
    throw new ProdE2eError(`Fault "${text}" is not usable: ${problem}.`, {
      code: 'INVALID_FAULT',
      hints: [`Write it as SCENARIO=${KINDS[kind].usage}, or *=${KINDS[kind].usage} for every scenario.`],
    });
  }
  return { scenario, effect: problem };
}

/** Writes a fault so that {@link parseFault} reads the same one. */
export function faultText({ scenario, effect }: Fault): string {
  if (effect.kind === 'status') return `${scenario}=status:${effect.status}`;
  if (effect.kind === 'slow') return `${scenario}=slow:${effect.delayMs}ms`;
  if (effect.kind === 'missing') return `${scenario}=missing:${effect.paths.join('+')}`;
  return `${scenario}=${effect.kind}`;
}

/** A scenario's own faults go before those for every scenario; of two of one sort the later counts. */
export function answerFaultsFor(faults: readonly Fault[], scenario: string): AnswerFaults {
  let replacement: AnswerReplacement | null = null;
  let delayMs = 0;
  let missing: readonly string[] = [];
  const general = faults.filter((fault) => fault.scenario === EVERY_SCENARIO);
  const own = faults.filter((fault) => fault.scenario === scenario && scenario !== EVERY_SCENARIO);
  for (const { effect } of [...general, ...own]) {
    if (effect.kind === 'slow') delayMs = effect.delayMs;
    else if (effect.kind === 'missing') missing = effect.paths;
    else replacement = effect;
  }
  return { replacement, delayMs, missing };
}
