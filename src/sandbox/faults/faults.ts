/** The faults of the sandbox: `SCENARIO=KIND[:ARG]`, `*=KIND[:ARG]` or `KIND[:ARG]` for every scenario. */
import { closest, distance } from 'fastest-levenshtein';
import { ProdE2eError } from '../../lib/errors.ts';
import { argumentOf, FAULT_KINDS, type FaultEffect, type FaultKind, isFaultKind } from './fault-kinds.ts';

/** Replaces a scenario's name and means all of them. */
export const EVERY_SCENARIO = '*';

const FIRST_VERSION = '1.0.0';

export interface Fault {
  /** A scenario's name, or {@link EVERY_SCENARIO}. */
  readonly scenario: string;
  readonly effect: FaultEffect;
}

function nearestUsage(kind: string): string | null {
  if (/^\d{3}$/.test(kind)) return `status:${kind}`;
  const nearest = closest(kind, Object.keys(FAULT_KINDS));
  // More edits than half the word is another word, not a typing error.
  if (!isFaultKind(nearest) || distance(kind, nearest) > Math.ceil(nearest.length / 2)) return null;
  return FAULT_KINDS[nearest].usage;
}

function unknownKind(text: string, kind: string): ProdE2eError {
  const nearest = nearestUsage(kind);
  const known = Object.values(FAULT_KINDS).map((rule) => rule.usage);
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
  if (!isFaultKind(kind)) throw unknownKind(text, kind);
  const { effect: read, usage } = FAULT_KINDS[kind];
  const effect = read(rest.length === 0 ? null : rest.join(':'));
  const problem = scenarioProblem(scenario, kind) ?? effect;
  if (typeof problem === 'string') {
    throw new ProdE2eError(`Fault "${text}" is not usable: ${problem}.`, {
      code: 'INVALID_FAULT',
      hints: [
        isForAll(kind)
          ? `Write it as *=${usage}.`
          : `Write it as SCENARIO=${usage}, or *=${usage} for every scenario.`,
      ],
    });
  }
  return { scenario, effect: problem };
}

/** A release is deployed as a whole. */
const isForAll = (kind: FaultKind): boolean => kind === 'release';

function scenarioProblem(scenario: string, kind: FaultKind): string | null {
  if (scenario === '') return 'the scenario before = is empty';
  return isForAll(kind) && scenario !== EVERY_SCENARIO ? `${kind} applies to every scenario` : null;
}

/** The version that the target runs as. */
export function deployedVersion(faults: readonly Fault[]): string {
  const last = faults.findLast(({ effect }) => effect.kind === 'release')?.effect;
  return last?.kind === 'release' ? last.version : FIRST_VERSION;
}

/** Writes a fault so that {@link parseFault} reads the same one. */
export function faultText({ scenario, effect }: Fault): string {
  const argument = argumentOf(effect);
  return `${scenario}=${effect.kind}${argument === null ? '' : `:${argument}`}`;
}

/** What goes wrong with a scenario, those for every scenario first, so that of two of one sort the later counts. */
export function effectsFor(faults: readonly Fault[], scenario: string): readonly FaultEffect[] {
  const general = faults.filter((fault) => fault.scenario === EVERY_SCENARIO);
  const own = faults.filter((fault) => fault.scenario === scenario && scenario !== EVERY_SCENARIO);
  return [...general, ...own].map((fault) => fault.effect);
}
