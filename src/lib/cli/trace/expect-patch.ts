/** Adds expected spans to the text of a config file; comments and everything else stay. */
import { type Document, isMap, isSeq, parseDocument, stringify } from 'yaml';
import { isPlain, type Plain } from '../../config/paths.ts';
import type { SpanExpectationConfig } from '../../config/schema/trace.ts';
import { toSpanExpectation } from '../../config/settings/trace.ts';
import { ProdE2eError } from '../../errors.ts';
import { terminalJson, terminalLines } from '../../terminal/text.ts';

/** One entry of `trace.expect`, with its own label or the label of its span. */
export type ExpectEntry = Exclude<SpanExpectationConfig, string>;

export type DataFormat = 'yaml' | 'json';

interface PatchOptions {
  readonly format: DataFormat;
  /** Key that holds the configuration within the file, as in package.json; null where the whole file is the configuration. */
  readonly under: string | null;
  readonly entries: readonly ExpectEntry[];
  /** Replace entries with the same label. */
  readonly force: boolean;
}

export type Patched =
  | { readonly kind: 'patched'; readonly text: string }
  /** Labels that already exist; nothing is changed. */
  | { readonly kind: 'conflict'; readonly labels: readonly string[] };

/** The label that findings use for an entry. */
export function labelOfEntry(entry: SpanExpectationConfig): string {
  return toSpanExpectation(entry).label;
}

/** @throws ProdE2eError `CONFIG_NOT_PATCHED` where the file has no place for them */
export function withExpectations(text: string, options: PatchOptions): Patched {
  return options.format === 'json' ? withinJson(text, options) : withinYaml(text, options);
}

/** One entry on one line, as it would be in the file. */
export function entryLine(entry: ExpectEntry, format: DataFormat): string {
  if (format === 'json') return terminalJson(entry);
  const line = stringify(entry, {
    collectionStyle: 'flow',
    lineWidth: 0,
    flowCollectionPadding: true,
  }).trim();
  // YAML writes terminal control characters unescaped; JSON is YAML as well, and can escape them.
  return `- ${!line.includes('\n') && terminalLines(line) === line ? line : terminalJson(entry)}`;
}

/** Index of the existing entry with the same label, for entries that have one. */
function placesOf(
  entries: readonly ExpectEntry[],
  present: readonly SpanExpectationConfig[],
): ReadonlyMap<ExpectEntry, number> {
  const labels = present.map(labelOfEntry);
  const places = entries.map((entry) => [entry, labels.indexOf(labelOfEntry(entry))] as const);
  return new Map(places.filter(([, at]) => at !== -1));
}

function conflictOf(places: ReadonlyMap<ExpectEntry, number>): Patched {
  return { kind: 'conflict', labels: [...places.keys()].map(labelOfEntry) };
}

function withinYaml(text: string, { entries, force }: PatchOptions): Patched {
  const document = parseDocument(text, { merge: true });
  const list = expectList(document);
  const json: unknown = list.toJS(document);
  // The file was checked before, so the list contains expectations.
  const places = placesOf(entries, json as SpanExpectationConfig[]);
  if (places.size > 0 && !force) return conflictOf(places);
  for (const entry of entries) {
    const node = document.createNode(entry, { flow: true });
    const at = places.get(entry);
    if (at === undefined) list.add(node);
    else list.set(at, node);
  }
  return { kind: 'patched', text: document.toString({ lineWidth: 0 }) };
}

/** The list `trace.expect`, created if it is missing. */
function expectList(document: Document) {
  if (document.contents === null) document.contents = document.createNode({});
  if (!isMap(document.contents)) throw notPatched('the file');
  if (document.get('trace') == null) document.set('trace', document.createNode({}));
  const trace = document.get('trace', true);
  if (!isMap(trace)) throw notPatched('trace');
  if (trace.get('expect') == null) trace.set('expect', document.createNode([]));
  const list = trace.get('expect', true);
  if (!isSeq(list)) throw notPatched('trace.expect');
  return list;
}

function withinJson(text: string, { under, entries, force }: PatchOptions): Patched {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const root: unknown = JSON.parse(text.slice(bom.length) || '{}');
  const config = plainAt(under === null ? root : plainAt(root, null)[under], under);
  const trace = config.trace === undefined ? {} : plainAt(config.trace, 'trace');
  const present = (Array.isArray(trace.expect) ? trace.expect : []) as readonly SpanExpectationConfig[];
  const places = placesOf(entries, present);
  if (places.size > 0 && !force) return conflictOf(places);
  const replaced = new Map([...places].map(([entry, at]) => [at, entry]));
  const expect = [
    ...present.map((entry, at) => replaced.get(at) ?? entry),
    ...entries.filter((entry) => !places.has(entry)),
  ];
  const patched = { ...config, trace: { ...trace, expect } };
  const patchedRoot = under === null ? patched : { ...plainAt(root, null), [under]: patched };
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
  return { kind: 'patched', text: `${bom}${JSON.stringify(patchedRoot, null, indent)}\n` };
}

function plainAt(value: unknown, where: string | null): Plain {
  if (isPlain(value)) return value;
  throw notPatched(where ?? 'the file');
}

function notPatched(where: string): ProdE2eError {
  return new ProdE2eError(
    `The config file cannot be extended: ${where} does not have the expected structure.`,
    {
      code: 'CONFIG_NOT_PATCHED',
      hints: ['Omit --write and copy the printed lines into the file.'],
    },
  );
}
