import { makeNodeTransport, NodeClient } from '@sentry/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDsn } from '../../src/lib/send/dsn.ts';

const KEY = 'abcdef0123456789abcdef0123456789';

describe('readDsn', () => {
  it.each<[string, string, { host: string; projectId: string; orgId: string | null; text?: string }]>([
    [
      'SaaS',
      `https://${KEY}@o123.ingest.sentry.io/456`,
      { host: 'o123.ingest.sentry.io', projectId: '456', orgId: '123' },
    ],
    [
      'SaaS, region',
      `https://${KEY}@o9.ingest.de.sentry.io/1`,
      { host: 'o9.ingest.de.sentry.io', projectId: '1', orgId: '9' },
    ],
    [
      'self-hosted with a port',
      `http://${KEY}@sentry.acme.test:9000/2`,
      { host: 'sentry.acme.test:9000', projectId: '2', orgId: null },
    ],
    [
      'self-hosted below a path',
      `https://${KEY}@acme.test/tools/sentry/3`,
      { host: 'acme.test', projectId: '3', orgId: null },
    ],
    ['IPv6', `http://${KEY}@[::1]:8000/4`, { host: '[::1]:8000', projectId: '4', orgId: null }],
    [
      'a host that only looks like SaaS',
      `https://${KEY}@o5.ingest.sentry.io.acme.test/5`,
      { host: 'o5.ingest.sentry.io.acme.test', projectId: '5', orgId: null },
    ],
    [
      'the deprecated secret is left out',
      `https://${KEY}:s3cret@acme.test/6`,
      { host: 'acme.test', projectId: '6', orgId: null, text: `https://${KEY}@acme.test/6` },
    ],
    [
      'a query is left out',
      `https://${KEY}@acme.test/7?a=b`,
      { host: 'acme.test', projectId: '7', orgId: null, text: `https://${KEY}@acme.test/7` },
    ],
    [
      'space around it',
      ` https://${KEY}@acme.test/8\n`,
      { host: 'acme.test', projectId: '8', orgId: null, text: `https://${KEY}@acme.test/8` },
    ],
  ])('%s', (_name, text, { text: normal = text, ...expected }) => {
    expect(readDsn(text)).toEqual({ ok: true, dsn: { text: normal, publicKey: KEY, ...expected } });
  });

  const PLACEHOLDER = 'it is a placeholder';
  it.each([
    // The two lines of the guide.
    ['https://your-sentry-dsn@sentry.io/project', PLACEHOLDER],
    ['https://your-dsn@sentry.io/project', PLACEHOLDER],
    ['https://examplePublicKey@o0.ingest.sentry.io/0', PLACEHOLDER],
    ['https://YOUR_DSN_HERE@sentry.io/1', PLACEHOLDER],
    ['https://publicKey@sentry.acme.test/1', PLACEHOLDER],
    ['https://00000000000000000000000000000000@o1.ingest.sentry.io/1', PLACEHOLDER],
    [`https://${KEY}@o1.ingest.sentry.io/0`, PLACEHOLDER],
    [`https://${KEY}@o0.ingest.sentry.io/1`, PLACEHOLDER],
    ['', 'it is not a URL'],
    ['not a url', 'it is not a URL'],
    [KEY, 'it is not a URL'],
    [`ftp://${KEY}@acme.test/1`, 'it must start with https:// or http://'],
    ['https://acme.test/1', 'the public key is missing (the part before the @)'],
    ['https://:s3cret@acme.test/1', 'the public key is missing (the part before the @)'],
    ['https://abc-def@acme.test/1', 'the public key has invalid characters'],
    ['https://%zz@acme.test/1', 'the public key has invalid characters'],
    [`https://${KEY}@acme.test`, 'it must end with a numeric project id'],
    [`https://${KEY}@acme.test/`, 'it must end with a numeric project id'],
    [`https://${KEY}@acme.test/project`, 'it must end with a numeric project id'],
    [`https://${KEY}@acme.test/12x`, 'it must end with a numeric project id'],
  ])('%s', (text, problem) => {
    expect(readDsn(text)).toEqual({ ok: false, problem });
  });

  const key = fc.stringMatching(/^[a-z0-9]{8,32}$/);
  const anything = fc.oneof(
    fc.string(),
    fc.webUrl({ withQueryParameters: true }),
    fc
      .tuple(fc.string(), fc.string(), fc.string())
      .map(([user, host, path]) => `https://${user}@${host}/${path}`),
  );

  it('never throws', () => {
    fc.assert(
      fc.property(anything, (text) => {
        readDsn(text);
      }),
    );
  });

  it('never shows the key', () => {
    fc.assert(
      fc.property(
        key,
        fc.constantFrom('', '/', '/0', '/x', '/1'),
        fc.constantFrom('ftp', 'https', 'x'),
        (secret, path, scheme) => {
          const reading = readDsn(`${scheme}://${secret}@acme.test${path}`);
          if (!reading.ok) expect(reading.problem).not.toContain(secret);
        },
      ),
    );
  });

  it('accepts only what the SDK accepts', () => {
    const hosts = fc.oneof(
      fc.domain(),
      fc.constantFrom('[::1]:8000', '127.0.0.1:9000', 'münchen.test', 'A.Test'),
    );
    const path = fc.array(fc.stringMatching(/^[a-z0-9.~-]{1,8}$/), { maxLength: 3 });
    fc.assert(
      fc.property(key, hosts, path, fc.integer({ min: 1 }), (publicKey, host, folders, project) => {
        const reading = readDsn(
          ` https://${publicKey}:pass-word@${host}/${[...folders, project].join('/')}?q#f`,
        );
        if (!reading.ok) return;
        let url = '';
        const client = new NodeClient({
          dsn: reading.dsn.text,
          integrations: [],
          stackParser: () => [],
          enableRuntimeChannelInjection: false,
          transport: (options) => {
            url = options.url;
            return makeNodeTransport(options);
          },
        });
        // Takes its listener off the process at once.
        void client.close(1);
        expect(url).toContain(`/api/${project}/envelope/?sentry_version=7&sentry_key=${publicKey}`);
      }),
      { numRuns: 50 },
    );
  });
});
