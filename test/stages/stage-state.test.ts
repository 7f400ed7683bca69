/** The state of a stage by what its sources say. Every expected value is written by hand, from the rules in docs/verdicts.md. */
import { expect, test } from 'vitest';
import type { StageState, Statement } from '../../src/lib/model/stage.ts';
import { stageState } from '../../src/lib/stages/verdict.ts';

/** `+` confirms, `x` contradicts, `o` absent, `?` unknown, `-` not requested; in the order response, trace, http, sql. */
const SAYS: Readonly<Record<string, Statement | null>> = {
  '+': 'confirms',
  x: 'contradicts',
  o: 'absent',
  '?': 'unknown',
  '-': null,
};

function evidenceOf(signs: string) {
  const [response = null, trace = null, http = null, sql = null] = [...signs].map(
    (sign) => SAYS[sign] ?? null,
  );
  return { response, trace, http, sql };
}

test.each<[string, StageState, string]>([
  // Probes that were able to see decide alone.
  ['---+', 'ok', 'a probe confirms'],
  ['--+-', 'ok', 'the other kind of probe confirms'],
  ['---x', 'failed', 'a probe read something else'],
  ['---o', 'missing', 'a probe found nothing'],
  ['--++', 'ok', 'both probes confirm'],
  ['--+x', 'failed', 'one probe contradicts the other'],
  ['--x+', 'failed', 'and the other way round'],
  ['--+o', 'missing', 'one probe found nothing'],
  ['--o+', 'missing', 'and the other way round'],
  ['--xo', 'failed', 'something else outweighs nothing'],
  ['--ox', 'failed', 'and the other way round'],
  ['--?+', 'ok', 'a probe that could not run says nothing against one that confirms'],
  ['--x?', 'failed', 'nor for the stage'],
  ['--?o', 'missing', 'nor against absence'],
  // Whatever response and trace say.
  ['x--+', 'ok', 'the response contradicts, a probe confirms'],
  ['-x-+', 'ok', 'a span failed, a probe confirms'],
  ['-o-+', 'ok', 'a span is missing, a probe confirms'],
  ['o--+', 'ok', 'the field is missing, a probe confirms'],
  ['++-o', 'missing', 'response and span are there, the row is not'],
  ['++x-', 'failed', 'response and span are there, the body says something else'],
  ['-x-o', 'missing', 'a span failed and the row is not there'],
  // Without one an error decides.
  ['-x--', 'failed', 'a span failed'],
  ['x---', 'failed', 'the response refuses'],
  ['+x--', 'failed', 'a span failed, though the response shows its field'],
  ['x+--', 'failed', 'the response refuses, though the span is there'],
  ['ox--', 'failed', 'a span failed and the field is missing'],
  ['-x-?', 'failed', 'a span failed, the probe could not run'],
  ['+x??', 'failed', 'both probes could not run'],
  // Then something seen.
  ['+---', 'ok', 'the field is there'],
  ['-+--', 'ok', 'the span is there'],
  ['+o--', 'ok', 'the field is there, the span is not'],
  ['o+--', 'ok', 'the span is there, the field is not'],
  ['+?--', 'ok', 'the field is there, the trace is partial'],
  ['?+-?', 'ok', 'the span is there, nothing else is known'],
  // Then something missing where it would have been seen.
  ['o---', 'missing', 'the field is missing'],
  ['-o--', 'missing', 'the span is missing'],
  ['oo--', 'missing', 'both are missing'],
  ['?o--', 'missing', 'the span is missing, the response says nothing'],
  ['o?--', 'missing', 'the field is missing, the trace is partial'],
  ['-o?-', 'missing', 'the span is missing, the probe could not run'],
  // Otherwise nothing is known.
  ['?---', 'unverified', 'the response says nothing'],
  ['-?--', 'unverified', 'the trace is partial'],
  ['---?', 'unverified', 'the probe could not run'],
  ['--?-', 'unverified', 'the other kind could not run'],
  ['????', 'unverified', 'nothing could see it'],
  ['----', 'unverified', 'nothing was asked'],
])('%s is %s: %s', (signs, state) => {
  expect(stageState(evidenceOf(signs))).toBe(state);
});

test.each<[string, StageState]>([
  ['---+', 'slow'],
  ['-+--', 'slow'],
  ['-+-x', 'failed'],
  ['-+-o', 'missing'],
  ['-x--', 'failed'],
  ['-o--', 'missing'],
  ['-?--', 'unverified'],
])('%s is %s if its span took too long', (signs, state) => {
  expect(stageState(evidenceOf(signs), true)).toBe(state);
});
