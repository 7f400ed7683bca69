import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { preparePayloadChecks } from '../../src/lib/preflight/payload-checks.ts';
import { createRedactor } from '../../src/lib/secrets/redact.ts';
import { aScenario } from '../plan/support.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe.runIf(process.platform !== 'win32')('an unreadable payloadSchema is an error', () => {
  it.each<[string, (file: string) => void, string]>([
    ['a pipe', (file) => execFileSync('mkfifo', [file]), 'cannot be read: it is not a regular file.'],
    ['a device', (file) => symlinkSync('/dev/zero', file), 'cannot be read: it is not a regular file.'],
    ['a folder', (file) => mkdirSync(file), 'cannot be read: it is not a regular file.'],
    [
      'too large',
      (file) => writeFileSync(file, Buffer.alloc(6 * 1024 ** 2)),
      'cannot be read: it is larger than 5 MiB.',
    ],
    ['no JSON', (file) => writeFileSync(file, '{'), 'is not JSON.'],
  ])('%s', async (_, make, message) => {
    const file = path.join(tempFolder(), 'schema.json');
    make(file);
    const scenario = aScenario({ payloadSchema: { kind: 'file', path: file } });
    const preparing = preparePayloadChecks([scenario], { redact: createRedactor([]), redactPaths: [] });
    await expect(preparing).rejects.toMatchObject({
      code: 'SCHEMA_FILE',
      message: `The payloadSchema ${file} ${message}`,
    });
  });
});
