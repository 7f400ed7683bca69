import { expect, test } from 'vitest';
import { webAddress } from '../../src/lib/terminal/web-address.ts';

test.each([
  ['https://acme.sentry.io/explore/traces/trace/1/', 'https://acme.sentry.io/explore/traces/trace/1/'],
  ['http://127.0.0.1:9000/a b"', 'http://127.0.0.1:9000/a%20b%22'],
  ['HTTPS://Sentry.Example', 'https://sentry.example/'],
  ['https://sentry.example/\u202eü<x>', 'https://sentry.example/%E2%80%AE%C3%BC%3Cx%3E'],
  ['https://münchen.example/', 'https://xn--mnchen-3ya.example/'],
  ['https://sentry.example/##vso[a]', 'https://sentry.example/#%23vso[a]'],
  ['file:///etc/passwd', null],
  ['javascript:alert(1)', null],
  ['--app=calculator', null],
  ['/usr/bin/xcalc', null],
  ['https://', null],
  ['https:sentry.example', null],
  ['https://acme.sentry.io![x](http://y)', null],
  ['https://a b/', null],
  ['https://sentry.example/a\u0007b', null],
  ['https://sentry.example/a\nb', null],
  ['https://sentry.example/a\u007fb', null],
])('for %j the browser opens %j', (url, address) => expect(webAddress(url)).toBe(address));
