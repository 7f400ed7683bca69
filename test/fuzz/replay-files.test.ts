/** Files to be replayed: any bytes are payloads or told what is wrong with them, and what is sent is what stood there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { describeError, errorText } from '../../src/lib/cli/error-output.ts';
import { ProdE2eError } from '../../src/lib/errors.ts';
import { noPlaceForMark, withMark } from '../../src/lib/replay/mark.ts';
import type { Read } from '../../src/lib/replay/payload.ts';
import { createProblemList } from '../../src/lib/replay/problems.ts';
import { readReplay } from '../../src/lib/replay/read-replay.ts';
import { openSource } from '../../src/lib/replay/source.ts';
import { fuzz } from './support/fuzz.ts';
import { hostileData, hostileText } from './support/hostile.ts';
import { expectHarmless, expectNoOrders } from './support/invariants.ts';

const MARK = { is_test: true, test_session_id: 'run' };

const line = fc.oneof(
  hostileData.map((data) => JSON.stringify(data) ?? 'null'),
  hostileText,
  fc.constantFrom(
    '',
    '{',
    '{"a":1}',
    '[1]',
    '{"metadata":{}}',
    '{"a":1e999}',
    '"',
    '{"a":"\u0000"}',
    '\uFEFF{}',
  ),
);
const entry = fc.record({
  request: fc.record({ method: hostileText, postData: hostileData }, { requiredKeys: [] }),
});
const file = fc.oneof(
  fc.array(line, { maxLength: 5 }).map((lines) => Buffer.from(lines.join('\n'))),
  fc.array(hostileData, { maxLength: 4 }).map((list) => Buffer.from(JSON.stringify(list, null, 1))),
  fc.array(hostileData, { maxLength: 4 }).map((payloads) => Buffer.from(JSON.stringify({ payloads }))),
  fc.array(entry, { maxLength: 4 }).map((entries) => Buffer.from(JSON.stringify({ log: { entries } }))),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'prod-e2e-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function readAll(bytes: Buffer): Promise<readonly Read[]> {
  const name = path.join(folder, 'payloads');
  writeFileSync(name, bytes);
  const source = await openSource(name, { stdin: Readable.from([]), stop: null });
  return [...readReplay(source, { harHeaders: ['x-kind'] }).payloads()];
}

async function check(bytes: Buffer): Promise<void> {
  let reads: readonly Read[] = [];
  const problems = createProblemList('payloads');
  let refused: unknown = null;
  try {
    reads = await readAll(bytes);
    for (const read of reads) if (read.kind === 'problem') problems.add(read);
    problems.check();
  } catch (thrown) {
    refused = thrown;
  }
  if (refused !== null) {
    expect(refused).toBeInstanceOf(ProdE2eError);
    const text = errorText(describeError(refused));
    expectHarmless(text);
    expectNoOrders(text);
  }
  for (const read of reads) {
    if (read.kind !== 'payload') continue;
    const { text, json } = read.payload;
    if (json === undefined || noPlaceForMark(json) !== null) continue;
    expect(JSON.parse(withMark(text, MARK)).metadata).toMatchObject(MARK);
  }
}

fuzz('any file is read, or refused with the reason', {
  surface: 'replayed files',
  input: file,
  check,
  runs: 300,
});
