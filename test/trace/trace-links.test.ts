import { describe, expect, it } from 'vitest';
import { traceUrl, withPlace } from '../../src/lib/trace/trace-links.ts';

const ID = '1234567890abcdef1234567890abcdef';
const SAAS = `https://acme.sentry.io/explore/traces/trace/${ID}/`;

it.each([
  ['the SaaS', null, SAAS],
  ['the SaaS by name', 'https://sentry.io', SAAS],
  ['a region', 'https://de.sentry.io/', SAAS],
  ["the organization's own host", 'https://acme.sentry.io', SAAS],
  ['something that is no URL', 'nonsense', SAAS],
  [
    'a self-hosted server',
    'https://sentry.example.com/',
    `https://sentry.example.com/organizations/acme/explore/traces/trace/${ID}/`,
  ],
  [
    'a server below a path',
    'http://10.0.0.1:9000/sentry//',
    `http://10.0.0.1:9000/sentry/organizations/acme/explore/traces/trace/${ID}/`,
  ],
  [
    'a host that only looks like the SaaS',
    'https://notsentry.io',
    `https://notsentry.io/organizations/acme/explore/traces/trace/${ID}/`,
  ],
])('links to %s', (_, baseUrl, expected) => {
  expect(traceUrl({ org: 'acme', baseUrl, template: null }, { traceId: ID })).toBe(expected);
});

it('links by a template to another tracing system, with or without an organization', () => {
  const template = 'https://t.example/{{traceId}}?id={{ traceId }}';
  for (const org of ['acme', null]) {
    expect(traceUrl({ org, baseUrl: null, template }, { traceId: ID })).toBe(
      `https://t.example/${ID}?id=${ID}`,
    );
  }
});

it('has no link while the organization is unknown', () => {
  expect(
    traceUrl({ org: null, baseUrl: 'https://sentry.example.com', template: null }, { traceId: ID }),
  ).toBeNull();
});

describe('the place in a trace', () => {
  const startedAtMs = 1_795_396_550_999;
  const spanId = 'b'.repeat(16);

  it.each([
    ['both', { startedAtMs, spanId }, `?timestamp=1795396550&node=span-${spanId}`],
    ['the time alone', { startedAtMs, spanId: null }, '?timestamp=1795396550'],
    ['the span alone', { spanId }, `?node=span-${spanId}`],
    ['a time nobody can read', { startedAtMs: Number.NaN }, ''],
  ])('is in a link to Sentry if known: %s', (_, place, query) => {
    expect(traceUrl({ org: 'acme', baseUrl: null, template: null }, { traceId: ID, ...place })).toBe(
      SAAS + query,
    );
  });

  it('never changes a link to another tracing system', () => {
    const place = { traceId: ID, startedAtMs, spanId };
    const template = 'https://t.example/{{traceId}}/';
    expect(traceUrl({ org: 'acme', baseUrl: null, template }, place)).toBe(`https://t.example/${ID}/`);
    expect(withPlace(`https://t.example/${ID}/`, place)).toBe(`https://t.example/${ID}/`);
    expect(withPlace(SAAS, place)).toBe(`${SAAS}?timestamp=1795396550&node=span-${spanId}`);
  });
});

it('is created quickly, however many slashes are in the base', () => {
  // Were the time to grow with the square of the length, this would take a minute.
  const baseUrl = `https://sentry.example.com${'/'.repeat(300_000)}x`;
  expect(traceUrl({ org: 'acme', baseUrl, template: null }, { traceId: ID })).toContain('x/organizations/');
});
