/** What good traces have in common, as expectations of the traces to come. */
import type { SpanExpectation } from '../../model/trace-expectation.ts';
import { type FoundSpan, foundSpans, type SpanSources } from '../spans/found-spans.ts';
import { compilePattern } from '../spans/span-pattern.ts';
import { learnedBudgetMs, medianOf } from './learned-budget.ts';

/** Fewer traces do not show whether a span is always there. */
export const MIN_TRACES = 3;
/** A longer list is too long to review; the slowest spans are the ones worth expecting. */
export const MAX_LEARNED = 50;

export interface LearnedSpan {
  readonly label: string;
  /** Name of the span, with `*` where it differs from trace to trace. */
  readonly name: string;
  readonly check: SpanExpectation['check'];
  readonly required: boolean;
  /** Null where nothing that may be asked for would hold. */
  readonly maxDurationMs: number | null;
  /** Label of the learned span that all of them hang directly below; null if they have no common parent. */
  readonly inside: string | null;
  readonly medianMs: number | null;
}

export interface Learned {
  /** In the order of the first trace, parents before their children. */
  readonly spans: readonly LearnedSpan[];
  /** Spans that are in every trace, too, but beyond {@link MAX_LEARNED}. */
  readonly leftOut: number;
}

interface Group {
  readonly name: string;
  readonly fits: (each: FoundSpan) => boolean;
  readonly spans: readonly FoundSpan[];
  readonly medianMs: number | null;
}

/**
 * Learns the spans that are in every one of the traces, other than our own.
 * @param options.known what is expected already: a learned span of the same name is called the same, and is no less
 * required
 */
export function learnSpans(options: {
  readonly traces: readonly SpanSources[];
  readonly known: readonly SpanExpectation[];
}): Learned {
  const { traces, known } = options;
  const seen = traces.map((trace) => foundSpans(trace).filter(({ ours }) => !ours));
  const literal = namesInEvery(seen, stableName);
  const rest = namesInEvery(seen, (name) => (literal.has(name.toLowerCase()) ? null : generalName(name)));
  // A name may itself contain a `*`.
  const names = new Map([...rest, ...literal]);
  const all = [...names.values()].map((name) => groupOf(name, seen));
  const learned = new Set(
    [...all].sort((a, b) => (b.medianMs ?? 0) - (a.medianMs ?? 0)).slice(0, MAX_LEARNED),
  );
  const groups = inOrder(
    all.filter((group) => learned.has(group)),
    seen[0] ?? [],
  );
  const labels = labelsOf(groups, known);
  const parents = parentsOf(groups);
  const spans = groups.map((group) => {
    const label = labels.get(group) ?? group.name;
    const parent = parents.get(group);
    const before = known.find((each) => each.label === label);
    return {
      label,
      name: group.name,
      check: before?.check ?? checkOf(group.spans),
      required: before?.required ?? false,
      maxDurationMs: learnedBudgetMs(group.spans.map(({ span }) => span.durationMs)),
      inside: parent === undefined ? null : (labels.get(parent) ?? null),
      medianMs: group.medianMs,
    };
  });
  return { spans, leftOut: all.length - groups.length };
}

/** Lower case → as first seen: names are compared in any case. */
function namesInEvery(
  seen: readonly (readonly FoundSpan[])[],
  nameOf: (name: string) => string | null,
): ReadonlyMap<string, string> {
  const [first = new Map<string, string>(), ...others] = seen.map((spans) => {
    const names = new Map<string, string>();
    for (const { span } of spans) {
      const name = nameOf(span.name);
      if (name !== null && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
    }
    return names;
  });
  return new Map([...first].filter(([key]) => others.every((names) => names.has(key))));
}

/** All spans that the name will mean, which a wildcard in it may make more than those it was made from. */
function groupOf(name: string, seen: readonly (readonly FoundSpan[])[]): Group {
  const matches = compilePattern({ name: [name], op: [], service: [], attributes: {} });
  const fits = ({ span }: FoundSpan) => matches(span);
  const spans = seen.flatMap((each) => each.filter(fits));
  return { name, fits, spans, medianMs: medianOf(spans.map(({ span }) => span.durationMs)) };
}

function inOrder(groups: readonly Group[], first: readonly FoundSpan[]): readonly Group[] {
  const position = new Map(groups.map((group) => [group, first.findIndex(group.fits)]));
  return [...groups].sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
}

/** The name, unless something else is called so already: `inside` would mean that one. */
function labelsOf(groups: readonly Group[], known: readonly SpanExpectation[]): ReadonlyMap<Group, string> {
  const labels = new Map<Group, string>();
  for (const group of groups) {
    const namesake = known.find(({ label }) => label === group.name);
    const same =
      namesake === undefined || group.spans.every(({ span }) => compilePattern(namesake.pattern)(span));
    labels.set(group, same ? group.name : `${group.name} (learned)`);
  }
  return labels;
}

/** Where every span of a group hangs directly below one of another group; never in a circle. */
function parentsOf(groups: readonly Group[]): ReadonlyMap<Group, Group> {
  const parents = new Map<Group, Group>();
  for (const group of groups) {
    const parent = groups.find(
      (other) =>
        other !== group &&
        group.spans.every((each) => each.parent !== null && !each.parent.ours && other.fits(each.parent)),
    );
    if (parent !== undefined && !leadsTo(group, { from: parent, parents })) parents.set(group, parent);
  }
  return parents;
}

function leadsTo(
  group: Group,
  { from, parents }: { readonly from: Group; readonly parents: ReadonlyMap<Group, Group> },
): boolean {
  for (let at: Group | undefined = from; at !== undefined; at = parents.get(at))
    if (at === group) return true;
  return false;
}

/** By op alone, in every version of the SDKs; what is routing only people know. */
function checkOf(spans: readonly FoundSpan[]): SpanExpectation['check'] {
  const all = (prefix: string) =>
    spans.every(({ span }) => span.op?.toLowerCase().startsWith(prefix) ?? false);
  if (all('db')) return 'database';
  return all('http.client') ? 'external-calls' : 'missing';
}

// Names of spans that come back from trace to trace, and what of the others does.

/** UUIDs, and longer runs of hex digits with a digit among them: another one each time. */
const ID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<![a-z0-9])(?=[a-f]*\d)[0-9a-f]{8,}(?![a-z0-9])/gi;
const NUMBER = /\d+/g;
/** A shorter rest of a name is meaningless. */
const MIN_LETTERS = 3;
/** Longer names are generated: queries, URLs with everything in them. */
const LONGEST_NAME = 200;
/** Interpolation of the config would read it. */
const INTERPOLATION = '${';

/** The name itself; null where it holds an id, or cannot stand in a config. */
export function stableName(name: string): string | null {
  return isUsable(name) && name.search(ID) === -1 ? name : null;
}

/** The name with `*` for its ids and numbers; null where nothing of it is left, or it had none. */
export function generalName(name: string): string | null {
  if (!isUsable(name)) return null;
  const general = name.replaceAll(ID, '*').replaceAll(NUMBER, '*').replaceAll(/\*+/g, '*');
  if (general === name) return null;
  return (general.match(/\p{L}/gu)?.length ?? 0) >= MIN_LETTERS ? general : null;
}

function isUsable(name: string): boolean {
  return (
    name.trim() !== '' &&
    name.trim() === name &&
    name.length <= LONGEST_NAME &&
    !/\p{C}/u.test(name) &&
    !name.includes(INTERPOLATION)
  );
}
