import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aScenario, firstOf } from './support.ts';

/** Pieces that mean something in a URL. */
const pieces = fc.constantFrom(
  ...['/', '//', '\\', '..', '.', '@', ':', '?', '#', '%2f', '%5c', 'https:', 'evil.example', ':8443', 'a'],
);

it('no path of a scenario leads to another host', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 8 }),
      fc.constantFrom('https://h.example', 'https://u:p@h.example:8443/webhook?key=1', 'http://[::1]/a/'),
      (parts, url) => {
        const path = `/${parts.join('').replaceAll(/\s/g, '')}`;
        const sent = new URL(firstOf({ url, scenarios: [aScenario({ path })] }).request.url);
        const { origin, username, password } = new URL(url);
        expect([sent.origin, sent.username, sent.password]).toEqual([origin, username, password]);
      },
    ),
  );
});
