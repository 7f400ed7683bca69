/** What is read out of a file, in a form that tests can compare. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { readReplay } from '../../src/lib/replay/read-replay.ts';
import { openSource, type ReplaySource } from '../../src/lib/replay/source.ts';
import { tempFolder } from '../support/temp-folder.ts';

export async function sourceOfText(text: string | Uint8Array, name = 'payloads'): Promise<ReplaySource> {
  const file = path.join(tempFolder(), name);
  writeFileSync(file, text);
  return openSource(file, { stdin: Readable.from([]), stop: null });
}

/** `place: text` of each payload, `place! problem` of each fault, `-` for an entry without a body. */
export async function readText(
  text: string | Uint8Array,
  {
    name = 'payloads',
    harHeaders = [],
  }: { readonly name?: string; readonly harHeaders?: readonly string[] } = {},
): Promise<readonly string[]> {
  const source = await sourceOfText(text, name);
  return [...readReplay(source, { harHeaders }).payloads()].map((read) => {
    if (read.kind === 'empty') return '-';
    if (read.kind === 'missing') return `${read.place}: -`;
    if (read.kind === 'problem') return `${read.place}! ${read.problem}`;
    return `${read.payload.place}: ${read.payload.text}`;
  });
}
