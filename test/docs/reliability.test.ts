/** The retry table of docs/reliability.md names every kind of failure in the row of its traits. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAILURE_KIND_NAMES, FAILURE_KINDS } from '../../src/lib/model/failure-kinds.ts';

const text = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8');

const kindsOf = ({ connected, retry }: { readonly connected: boolean; readonly retry: boolean }) =>
  FAILURE_KIND_NAMES.filter(
    (kind) => FAILURE_KINDS[kind].connected === connected && FAILURE_KINDS[kind].retry === retry,
  );

test.each([
  ['no connection:', kindsOf({ connected: false, retry: true })],
  ['no complete response:', kindsOf({ connected: true, retry: true })],
  // A test that the user stopped has no row.
  ['any other response;', kindsOf({ connected: true, retry: false }).filter((kind) => kind !== 'aborted')],
])('the row "%s" names its kinds', (start, kinds) => {
  const row = text.split('\n').find((line) => line.startsWith(`| ${start}`)) ?? '';
  const named = [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, kind]) => kind);
  expect(named.toSorted()).toEqual(kinds.toSorted());
});
