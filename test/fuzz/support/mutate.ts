/** Valid data with a few places changed: what a check of the whole passes over. */
import fc from 'fast-check';
import { hostileData, hostileText } from './hostile.ts';

type Step = string | number;

export interface Mutation {
  /** Which of the places, by position among all of them. */
  readonly at: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'rename' | 'double';
  readonly value: unknown;
  readonly name: string;
}

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'rename', 'double'),
    value: fc.oneof(
      hostileData,
      hostileText,
      fc.constantFrom(null, '', [], {}, 0, -1, true, '1', [null], { length: 1 }),
    ),
    name: fc.oneof(hostileText, fc.constantFrom('__proto__', 'constructor', 'length', 'extra')),
  }),
  { minLength: 1, maxLength: 4 },
);

/** A copy with these places changed; keys that every object has become own ones. */
export function mutated(value: unknown, changes: readonly Mutation[]): unknown {
  return changes.reduce((current, change) => {
    const places = [...placesOf(current, [])];
    return changedAt(current, places[change.at % places.length] ?? [], change);
  }, value);
}

function* placesOf(value: unknown, path: readonly Step[]): Iterable<readonly Step[]> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    yield* placesOf(item, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

function changedAt(value: unknown, path: readonly Step[], change: Mutation): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change.kind === 'add' ? added(value, change) : change.value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, item]): (readonly [string, unknown])[] => {
    if (key !== String(step)) return [[key, item]];
    if (rest.length > 0 || change.kind === 'replace') return [[key, changedAt(item, rest, change)]];
    if (change.kind === 'remove') return [];
    if (change.kind === 'rename') return [[change.name, item]];
    if (change.kind === 'double') {
      return [
        [key, item],
        [`${key}2`, item],
      ];
    }
    return [[key, added(item, change)]];
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

function added(value: unknown, { name, value: item }: Mutation): unknown {
  if (Array.isArray(value)) return [...value, item];
  if (typeof value !== 'object' || value === null) return item;
  return Object.fromEntries([...Object.entries(value), [name, item]]);
}

/** Damage to bytes: a part lost, a bit turned over, something put in. */
export interface Damage {
  readonly kind: 'cut' | 'flip' | 'insert' | 'remove';
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

export const damages: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('cut', 'flip', 'flip', 'insert', 'remove'),
    at: fc.nat(),
    length: fc.nat(40),
    text: hostileText,
  }),
  { maxLength: 3 },
);

export function damaged(bytes: Uint8Array, all: readonly Damage[]): Uint8Array {
  return all.reduce<Uint8Array>((current, { kind, at, length, text }) => {
    const place = at % (current.length + 1);
    if (kind === 'cut') return current.subarray(0, place);
    if (kind === 'insert') {
      return Buffer.concat([current.subarray(0, place), Buffer.from(text), current.subarray(place)]);
    }
    if (kind === 'remove')
      return Buffer.concat([current.subarray(0, place), current.subarray(place + length)]);
    const copy = Uint8Array.from(current);
    copy[place] = (copy[place] ?? 0) ^ (1 << (length % 8));
    return copy;
  }, bytes);
}
