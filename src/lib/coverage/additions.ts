/** Puts proposed lines into a configuration: complete values, so that nothing that held before is lost. Pure. */
import { Document, isCollection, isMap, parseDocument } from 'yaml';
import { type DataFormat, labelOfEntry } from '../cli/trace/expect-patch.ts';
import { isPlain, type Plain } from '../config/paths.ts';
import type { SpanExpectationConfig } from '../config/schema/trace.ts';
import { ProdE2eError } from '../errors.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Edit } from './proposal.ts';

/** A value at a place of the configuration. */
export interface Addition {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** @param config as in the file; empty without one */
export function additionsFor(
  edits: readonly Edit[],
  { config, scenarios }: { readonly config: Plain; readonly scenarios: readonly Scenario[] },
): readonly Addition[] {
  return [
    ...expectAdditions(edits, { config, scenarios }),
    ...spanAdditions(edits, config),
    ...edits.flatMap((edit): readonly Addition[] =>
      edit.kind === 'check' ? [{ path: ['trace', 'checks', edit.check], value: 'warn' }] : [],
    ),
    ...probeAdditions(edits, config),
  ];
}

type ExpectEdit = Extract<Edit, { readonly scenario: string }>;

function expectAdditions(
  edits: readonly Edit[],
  { config, scenarios }: { readonly config: Plain; readonly scenarios: readonly Scenario[] },
): readonly Addition[] {
  const own = edits.filter((edit): edit is ExpectEdit => 'scenario' in edit);
  const configured = Array.isArray(config.scenarios) ? config.scenarios : [];
  const places = new Map<
    string,
    { readonly path: readonly (string | number)[]; readonly edits: ExpectEdit[] }
  >();
  for (const edit of own) {
    const at = configured.findIndex((each) => isPlain(each) && each.name === edit.scenario);
    const entry: unknown = configured[at];
    // What a scenario expects itself replaces what all expect, key by key.
    const hasOwn = isPlain(entry) && isPlain(entry.expect) && edit.kind in entry.expect;
    const path = hasOwn ? ['scenarios', at, 'expect'] : ['expect'];
    const key = JSON.stringify(path);
    const place = places.get(key) ?? { path, edits: [] };
    places.set(key, place);
    place.edits.push(edit);
  }
  return [...places.values()].flatMap(({ path, edits: those }) =>
    expectValues(those, scenarios).map(([key, value]) => ({ path: [...path, key], value })),
  );
}

function expectValues(
  edits: readonly ExpectEdit[],
  scenarios: readonly Scenario[],
): readonly [string, unknown][] {
  const names = new Set(edits.map(({ scenario }) => scenario));
  const expects = scenarios.filter(({ name }) => names.has(name)).map(({ expect }) => expect);
  const fields = edits.flatMap((edit) => (edit.kind === 'required' ? [edit.field] : []));
  const before = expects.flatMap(({ required }) => required);
  const required = [...new Set([...before, ...fields])];
  const recommended = [...new Set(expects.flatMap((each) => each.recommended))].filter(
    (each) => !required.includes(each),
  );
  const match = Object.assign({}, ...expects.map((each) => each.match ?? {}), ...valuesOf(edits, 'match'));
  const refuse: Record<string, unknown> = {};
  for (const [path, value] of valuesOf(edits, 'refuse').flatMap((each) => Object.entries(each))) {
    const known = expects.flatMap((each) => each.refuse[path] ?? []);
    refuse[path] = [...new Set([...known, value])];
  }
  const has = (kind: Edit['kind']) => edits.some((edit) => edit.kind === kind);
  return [
    // An expectation of all scenarios replaces the default fields, so they are written as well.
    ...(required.length === 0 ? [] : [['required', required] as [string, unknown]]),
    ...(recommended.length === 0 ? [] : [['recommended', recommended] as [string, unknown]]),
    ...(has('match') ? [['match', match] as [string, unknown]] : []),
    ...(has('refuse') ? [['refuse', { ...expects[0]?.refuse, ...refuse }] as [string, unknown]] : []),
  ];
}

function valuesOf(edits: readonly ExpectEdit[], kind: 'match' | 'refuse'): readonly Plain[] {
  return edits.flatMap((edit) =>
    edit.kind !== 'required' && edit.kind === kind ? [edit.values as Plain] : [],
  );
}

/** One entry per label: a span that has to be there, and may take only so long, is one entry. */
function spanAdditions(edits: readonly Edit[], config: Plain): readonly Addition[] {
  const trace = isPlain(config.trace) ? config.trace : {};
  const present = (Array.isArray(trace.expect) ? trace.expect : []) as readonly SpanExpectationConfig[];
  const byLabel = new Map(present.map((entry) => [labelOfEntry(entry), entry]));
  const added = edits.flatMap((edit) => (edit.kind === 'span' ? [edit.entry] : []));
  if (added.length === 0) return [];
  for (const entry of added) {
    const label = labelOfEntry(entry);
    const known = byLabel.get(label);
    byLabel.set(label, typeof known === 'object' ? { ...known, ...entry } : entry);
  }
  return [{ path: ['trace', 'expect'], value: [...byLabel.values()] }];
}

function probeAdditions(edits: readonly Edit[], config: Plain): readonly Addition[] {
  const stages = Array.isArray(config.stages) ? config.stages : [];
  return edits.flatMap((edit): readonly Addition[] => {
    if (edit.kind !== 'probe') return [];
    const at = stages.findIndex((each) => isPlain(each) && each.name === edit.stage);
    const stage: unknown = stages[at];
    const probe = isPlain(stage) ? stage[edit.source] : undefined;
    if (!isPlain(probe)) return [];
    const { match, rows } = edit.set;
    const path = ['stages', at, edit.source];
    return [
      ...(match === undefined
        ? []
        : [{ path: [...path, 'match'], value: { ...(isPlain(probe.match) ? probe.match : {}), ...match } }]),
      ...(rows === undefined ? [] : [{ path: [...path, 'rows'], value: rows }]),
    ];
  });
}

/** As YAML, to be read and pasted; empty without any. */
export function additionsText(additions: readonly Addition[]): string {
  if (additions.length === 0) return '';
  const document = new Document({});
  for (const addition of additions) put(document, addition);
  return document.toString({ lineWidth: 0 });
}

/** The text of the config file with the additions; comments stay in YAML. @throws ProdE2eError `CONFIG_NOT_PATCHED` */
export function withAdditions(
  text: string,
  additions: readonly Addition[],
  { format, under }: { readonly format: DataFormat; readonly under: string | null },
): string {
  const prefix = under === null ? [] : [under];
  const placed = additions.map(({ path, value }) => ({ path: [...prefix, ...path], value }));
  const document = parseDocument(format === 'json' ? text.replace(/^\uFEFF/, '') : text, { merge: true });
  if (document.contents === null) return withAdditions('{}', additions, { format, under });
  if (!isMap(document.contents)) throw notPatched();
  for (const addition of placed) put(document, addition);
  if (format === 'yaml') return document.toString({ lineWidth: 0 });
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
  return `${text.startsWith('\uFEFF') ? '\uFEFF' : ''}${JSON.stringify(document.toJS(), null, indent)}\n`;
}

function put(document: Document, { path, value }: Addition): void {
  try {
    const node = document.createNode(value, { flow: !Array.isArray(value) || !value.some(isPlain) });
    for (const item of isCollection(node) ? node.items : []) if (isCollection(item)) item.flow = true;
    document.setIn(path, node);
  } catch {
    throw notPatched();
  }
}

function notPatched(): ProdE2eError {
  return new ProdE2eError(
    'The config file cannot be extended: it is written in a way that has no place for the lines.',
    {
      code: 'CONFIG_NOT_PATCHED',
      hints: ['Leave out --write, and copy the printed lines into the file.'],
    },
  );
}
