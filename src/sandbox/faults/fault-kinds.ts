/** The kinds of faults: what each does, and how its argument is read and written. */
import { nearestName } from '../../lib/errors.ts';
import { MS_PER_UNIT } from '../../lib/terminal/quantities.ts';
import { SPAN_NAMES } from '../target/span-names.ts';

/** The response sent instead of that of the pipeline. */
export type ResponseReplacement =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'timeout' | 'reset' | 'malformed' | 'empty' | 'redirect' | 'rate-limit' };

export type FaultEffect =
  | ResponseReplacement
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'missing'; readonly paths: readonly string[] }
  /** Background work in separate traces, the first `attempts - 1` of which fail. */
  | { readonly kind: 'detached'; readonly attempts: 1 | 2 }
  | { readonly kind: 'span-missing' | 'span-error'; readonly span: string }
  | { readonly kind: 'span-slow'; readonly span: string; readonly delayMs: number }
  | { readonly kind: 'no-sdk' | 'sampled-out' }
  /** Nothing is written to the database, although spans and response claim it. */
  | { readonly kind: 'unsaved' }
  /** How long the Sentry server keeps the target's part of a trace back. */
  | { readonly kind: 'trace-late'; readonly delayMs: number }
  /** The target runs as this version. */
  | { readonly kind: 'release'; readonly version: string }
  /** How the Sentry server responds to reads and envelopes. */
  | { readonly kind: 'sentry-status'; readonly status: number };

export type FaultKind = FaultEffect['kind'];

/** A delay longer than any sensible client's timeout is a typing error. */
const MAX_DELAY_MS = 600_000;

/** How a kind is written, and its effect for an argument; a string is the problem with the argument. */
interface KindRule {
  readonly usage: string;
  readonly effect: (argument: string | null) => FaultEffect | string;
}

const withoutArgument = (effect: FaultEffect): KindRule => ({
  usage: effect.kind,
  effect: (argument) => (argument === null ? effect : `${effect.kind} takes no argument`),
});

export const FAULT_KINDS: Readonly<Record<FaultKind, KindRule>> = {
  status: {
    usage: 'status:500',
    effect: (argument) => {
      const status = statusCode(argument, 100);
      return typeof status === 'string' ? status : { kind: 'status', status };
    },
  },
  timeout: withoutArgument({ kind: 'timeout' }),
  reset: withoutArgument({ kind: 'reset' }),
  slow: {
    usage: 'slow:2s',
    effect: (argument) => {
      const delayMs = delay(argument);
      return typeof delayMs === 'string' ? delayMs : { kind: 'slow', delayMs };
    },
  },
  malformed: withoutArgument({ kind: 'malformed' }),
  empty: withoutArgument({ kind: 'empty' }),
  missing: { usage: 'missing:variant', effect: missingEffect },
  redirect: withoutArgument({ kind: 'redirect' }),
  'rate-limit': withoutArgument({ kind: 'rate-limit' }),
  detached: { usage: 'detached', effect: detachedEffect },
  'span-missing': {
    usage: 'span-missing:ab-routing',
    effect: (argument) => namedSpan(argument) ?? { kind: 'span-missing', span: argument ?? '' },
  },
  'span-error': {
    usage: 'span-error:fetch-gex-data',
    effect: (argument) => namedSpan(argument) ?? { kind: 'span-error', span: argument ?? '' },
  },
  'span-slow': { usage: 'span-slow:data-enrichment:2s', effect: slowSpanEffect },
  unsaved: withoutArgument({ kind: 'unsaved' }),
  'no-sdk': withoutArgument({ kind: 'no-sdk' }),
  'sampled-out': withoutArgument({ kind: 'sampled-out' }),
  'trace-late': {
    usage: 'trace-late:10s',
    effect: (argument) => {
      const delayMs = delay(argument);
      return typeof delayMs === 'string' ? delayMs : { kind: 'trace-late', delayMs };
    },
  },
  release: { usage: 'release:1.4.3', effect: releaseEffect },
  'sentry-status': {
    usage: 'sentry-status:429',
    effect: (argument) => {
      const status = statusCode(argument, 400);
      return typeof status === 'string' ? status : { kind: 'sentry-status', status };
    },
  },
};

export const isFaultKind = (text: string): text is FaultKind => Object.hasOwn(FAULT_KINDS, text);

function statusCode(argument: string | null, lowest: number): number | string {
  const status = /^\d{3}$/.test(argument ?? '') ? Number(argument) : 0;
  return status >= lowest && status <= 599 ? status : `the status is a number from ${lowest} to 599`;
}

/** In milliseconds. */
function delay(argument: string | null): number | string {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(argument ?? '') ?? [];
  const delayMs = Number(amount) * (MS_PER_UNIT[unit ?? ''] ?? Number.NaN);
  if (Number.isNaN(delayMs)) return 'the delay is a duration such as 500ms, 2s or 1m';
  return delayMs <= MAX_DELAY_MS ? delayMs : 'the delay is at most 10m';
}

function missingEffect(argument: string | null): FaultEffect | string {
  const paths = (argument ?? '').split('+');
  const complete = paths.every((path) => path.split('.').every((key) => key !== ''));
  return complete
    ? { kind: 'missing', paths }
    : 'missing needs a field such as variant or enrichment.gex+signal_id';
}

/** As in Sentry, where a release name ends at white space and slashes. */
function releaseEffect(argument: string | null): FaultEffect | string {
  const version = argument ?? '';
  if (/^[\w.+-]{1,100}$/.test(version)) return { kind: 'release', version };
  return 'the version consists of letters, digits and . _ + -';
}

function detachedEffect(argument: string | null): FaultEffect | string {
  if (argument === null) return { kind: 'detached', attempts: 1 };
  if (argument === 'twice') return { kind: 'detached', attempts: 2 };
  return 'detached takes no argument but twice';
}

/** What is wrong with a span's name, or null: a fault for a span that never is would do nothing. */
function namedSpan(name: string | null): string | null {
  const known: readonly string[] = SPAN_NAMES;
  if (name === null || name === '') return 'it needs the name of a span';
  if (known.includes(name)) return null;
  return `the target has no span "${name}"; the nearest is ${nearestName(name, known)}`;
}

function slowSpanEffect(argument: string | null): FaultEffect | string {
  const [, span = null, duration = null] = /^(.*?)(?::([^:]*))?$/.exec(argument ?? '') ?? [];
  const problem = namedSpan(span);
  if (span === null || problem !== null) return problem ?? '';
  const delayMs = delay(duration);
  return typeof delayMs === 'string' ? delayMs : { kind: 'span-slow', span, delayMs };
}

/** The argument as {@link FAULT_KINDS} reads it; null for none. */
export function argumentOf(effect: FaultEffect): string | null {
  switch (effect.kind) {
    case 'status':
    case 'sentry-status':
      return String(effect.status);
    case 'slow':
    case 'trace-late':
      return `${effect.delayMs}ms`;
    case 'missing':
      return effect.paths.join('+');
    case 'detached':
      return effect.attempts === 2 ? 'twice' : null;
    case 'span-missing':
    case 'span-error':
      return effect.span;
    case 'release':
      return effect.version;
    case 'span-slow':
      return `${effect.span}:${effect.delayMs}ms`;
    default:
      return null;
  }
}
