import { expect, test } from 'vitest';
import { webAddress } from '../../src/lib/tasks/browser.ts';

test.each([
  ['https://acme.sentry.io/explore/traces/trace/1/', 'https://acme.sentry.io/explore/traces/trace/1/'],
  ['http://127.0.0.1:9000/a b"', 'http://127.0.0.1:9000/a%20b%22'],
  ['file:///etc/passwd', null],
  ['javascript:alert(1)', null],
  ['--app=calculator', null],
  ['/usr/bin/xcalc', null],
  ['https://', null],
])('of %j the browser is given %j', (url, address) => expect(webAddress(url)).toBe(address));
