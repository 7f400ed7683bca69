import { describe, expect, it } from 'vitest';
import { accessCheck, organizationCheck } from '../../src/lib/doctor/sentry-checks.ts';
import type { ApiFailure } from '../../src/lib/trace/sentry-api/failures.ts';

const DSN = {
  text: 'https://key@o7.ingest.sentry.io/42',
  host: 'o7.ingest.sentry.io',
  publicKey: 'key',
  projectId: '42',
  orgId: '7',
};
const found = (id: string | null) =>
  ({
    kind: 'organization',
    organization: { id, slug: 'acme', name: 'Acme', regionUrl: 'https://de.sentry.io' },
  }) as const;

const refused: ApiFailure = {
  kind: 'error',
  problem: 'token',
  reason: 'unauthorized',
  message: 'sentry.io does not accept the token (HTTP 401)',
  retryAfterMs: null,
  status: 401,
  permanent: true,
  link: null,
};

describe('organizationCheck', () => {
  it('names the organization', () => {
    expect(organizationCheck(found('7'), { org: 'acme', dsn: DSN })).toMatchObject({
      state: 'ok',
      message: 'Valid; can read organization "acme"',
    });
  });

  it('warns if the DSN belongs to another organization: its traces would not be continued', () => {
    const check = organizationCheck(found('8'), { org: 'acme', dsn: DSN });
    expect(check).toMatchObject({
      state: 'warn',
      message: expect.stringContaining('another organization (7, not 8)'),
    });
    expect(check.advice).toHaveLength(1);
  });

  it.each([
    ['the server tells no id', null, DSN],
    ['the DSN tells none', '8', { ...DSN, orgId: null }],
    ['there is no DSN', '8', null],
  ])('does not mention that if %s', (_name, id, dsn) => {
    expect(organizationCheck(found(id), { org: 'acme', dsn }).state).toBe('ok');
  });

  it('fails for a token that is refused, with advice', () => {
    const check = organizationCheck(refused, { org: 'acme', dsn: null });
    expect(check).toMatchObject({ name: 'token', state: 'fail' });
    expect(check.advice.join()).toContain('org:read');
  });
});

describe('accessCheck', () => {
  it('an empty trace shows that traces may be read', () => {
    const trace = { traceId: 'a'.repeat(32), spans: [], issues: [] };
    expect(accessCheck({ kind: 'trace', trace }).state).toBe('ok');
    expect(accessCheck(refused)).toMatchObject({ name: 'token-scope', state: 'fail' });
  });
});
