import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebhookRequest } from '../../src/lib/model/result.ts';
import { curlLine, printableLine } from '../../src/lib/plan/curl.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'prod-e2e-curl-'));
  // Each argument as it came, and a NUL after each.
  writeFileSync(path.join(folder, 'curl'), `#!/bin/sh\nprintf '%s\\0' "$@"\n`, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The arguments that a shell hands to `curl` when the line is pasted into it. */
function pasted(line: string, env: Readonly<Record<string, string>> = {}): readonly string[] {
  const shell = spawnSync('sh', ['-c', line], {
    env: { ...env, PATH: `${folder}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  if (shell.status !== 0) throw new Error(`${line}\n${shell.stderr}`);
  return shell.stdout.split('\0').slice(0, -1);
}

function aRequest(overrides: Partial<WebhookRequest> = {}): WebhookRequest {
  return { method: 'POST', url: 'https://h.example/webhook', headers: {}, body: '{}', ...overrides };
}

const ARGUMENTS = ['-sS', '-i', '-X', 'POST'];
// A shell cannot pass a NUL on, nor half a character.
const texts = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...`'"\\$\`!#&;|<>(){}[]*?~ \n\t\r%@=-`),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
  })
  .filter((text) => !text.includes('\0'));

describe('a curl line', () => {
  it('is readable', () => {
    const headers = {
      'content-type': 'application/json',
      'accept-encoding': 'gzip',
      authorization: 'Bearer s3cret',
    };
    const line = curlLine(aRequest({ headers, body: `{"note":"it's"}` }), new Map([['s3cret', 'TOKEN']]));
    expect(line).toBe(
      [
        `curl -sS -i -X POST 'https://h.example/webhook' \\`,
        `  -H 'content-type: application/json' \\`,
        `  -H 'accept-encoding: gzip' \\`,
        `  -H 'authorization: Bearer '"$TOKEN" \\`,
        `  --compressed \\`,
        `  --data-raw '{"note":"it'\\''s"}'`,
      ].join('\n'),
    );
  });

  it.each([
    ['quotes', `it's "so"`],
    ['a dollar', '$HOME ${HOME} $(id) $1'],
    ['backticks', '`id`'],
    ['line breaks', 'a\nb\r\n\nc'],
    ['backslashes', 'a\\nb\\'],
    ['other scripts', 'Ünï ✓ 漢字 👩‍👩‍👧'],
    ['an at sign in front', '@/etc/passwd'],
    ['nothing', ''],
  ])('preserves %s', (_, body) => {
    expect(pasted(curlLine(aRequest({ body }), new Map()))).toEqual([
      ...ARGUMENTS,
      'https://h.example/webhook',
      '--data-raw',
      body,
    ]);
  });

  it('preserves any text, with or without variables for parts of it', () => {
    fc.assert(
      fc.property(
        texts,
        texts,
        texts.filter((text) => text !== ''),
        (before, after, secret) => {
          const headers = { 'x-text': `v${before}${secret}` };
          const request = aRequest({
            headers,
            url: `https://h.example/${after}`,
            body: before + secret + after,
          });
          const expected = [
            ...ARGUMENTS,
            request.url,
            '-H',
            `x-text: v${before}${secret}`,
            '--data-raw',
            request.body,
          ];
          expect(pasted(curlLine(request, new Map()))).toEqual(expected);
          expect(pasted(curlLine(request, new Map([[secret, 'A_SECRET']])), { A_SECRET: secret })).toEqual(
            expected,
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([
    ['an escape sequence', 'a\u001b[31mb'],
    ['8-bit controls and marks', "it's \u009b2J \u202e\u200b"],
    ['orders to a CI system', '::add-mask::x ##vso[task.setvariable variable=a]b'],
    ['backslashes beside them', '\\n\\0\\\\\u0007\\c\\'],
    ['line ends after them', 'a\u0007\n\n'],
    ['tabs and carriage returns', 'a\tb\r\nc'],
  ])('preserves %s without printing any', (_, body) => {
    const headers = { 'x-text': `v${body}` };
    const line = printableLine(curlLine(aRequest({ body, headers }), new Map()));
    expect(line).not.toMatch(/(?!\n)\p{Cc}|\u202e|\u200b|::add-mask|##vso/u);
    expect(pasted(line)).toEqual([
      ...ARGUMENTS,
      'https://h.example/webhook',
      '-H',
      `x-text: v${body}`,
      '--data-raw',
      body,
    ]);
  });

  it('is printed unchanged if it contains nothing harmful', () => {
    const line = curlLine(aRequest({ body: `it's "so" \\n 漢字 👩‍👩‍👧` }), new Map([['漢', 'KAN']]));
    expect(printableLine(line)).toBe(line);
  });

  it('shows no value that is in a variable', () => {
    const variables = new Map([
      ['abc', 'SHORT'],
      ['abcdef', 'LONG'],
      ['', 'EMPTY'],
    ]);
    const line = curlLine(aRequest({ body: 'x abcdef y abc z abcabcdef' }), variables);
    expect(line).not.toContain('abc');
    expect(line).toContain(`'x '"$LONG"' y '"$SHORT"' z '"$SHORT""$LONG"`);
  });

  it('uses no name that a shell cannot expand', () => {
    expect(
      curlLine(aRequest({ body: 'abcd' }), new Map([['abcd', 'npm_config_//registry/:_key']])),
    ).toContain(`'abcd'`);
  });

  it('requests a header without a value', () => {
    expect(pasted(curlLine(aRequest({ headers: { 'x-empty': '' } }), new Map()))).toContain('x-empty;');
  });
});
