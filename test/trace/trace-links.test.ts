import { expect, it } from 'vitest';
import { traceUrl } from '../../src/lib/trace/trace-links.ts';

const ID = '1234567890abcdef1234567890abcdef';
const SAAS = `https://acme.sentry.io/explore/traces/trace/${ID}/`;

it.each([
  ['the SaaS', null, SAAS],
  ['the SaaS by name', 'https://sentry.io', SAAS],
  ['a region', 'https://de.sentry.io/', SAAS],
  ["the organisation's own host", 'https://acme.sentry.io', SAAS],
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
  expect(traceUrl({ org: 'acme', baseUrl, template: null }, ID)).toBe(expected);
});

it('links by a template to another tracing system, organisation or not', () => {
  const template = 'https://t.example/{{traceId}}?id={{ traceId }}';
  for (const org of ['acme', null]) {
    expect(traceUrl({ org, baseUrl: null, template }, ID)).toBe(`https://t.example/${ID}?id=${ID}`);
  }
});

it('has no link while the organisation is unknown', () => {
  expect(traceUrl({ org: null, baseUrl: 'https://sentry.example.com', template: null }, ID)).toBeNull();
});
