import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../src/lib/model/delivery.ts';
import type { Json } from '../../src/lib/model/json.ts';
import { treatmentOf, treatmentOfAll } from '../../src/lib/validate/treatment.ts';
import { jsonResponse, textResponse } from './support.ts';

const FIRST = jsonResponse({ status: 'ACCEPTED', signal_id: 's1', data: { id: 7 } });

function treated(
  again: HttpResponse | null,
  { first = FIRST, idPath = 'signal_id', suspect = {} as Readonly<Record<string, readonly string[]>> } = {},
): string {
  const failure =
    again === null ? ({ kind: 'reset', message: 'Connection reset', code: null } as const) : null;
  const { treatedAs, because } = treatmentOf(
    first,
    { response: again, failure },
    { idPath, expect: { suspect } },
  );
  return `${treatedAs}: ${because}`;
}

const json = (value: Json, status = 200) => jsonResponse(value, { status });

describe('a resent webhook', () => {
  it.each([
    [json({ status: 'duplicate' }), 'one-event: status duplicate'],
    [json({ error: 'there already' }, 409), 'one-event: HTTP 409'],
    [json({}, 208), 'one-event: HTTP 208'],
    [json({ status: 'ACCEPTED', signal_id: 's1' }), 'one-event: the same signal_id'],
    [json({ status: 'ACCEPTED', signal_id: 's2' }), 'second-event: another signal_id'],
    [json({ status: 'ACCEPTED' }), 'unknown: no signal_id in the response to the resend'],
    [json({ signal_id: '' }), 'unknown: no signal_id in the response to the resend'],
    [json({ signal_id: 's1' }, 500), 'unknown: HTTP 500'],
    [textResponse('OK'), 'unknown: no signal_id in the response to the resend'],
    [null, 'unknown: Connection reset'],
  ])('%#', (again, expected) => {
    expect(treated(again)).toBe(expected);
  });

  it('is recognized by another field, or by duplicate values of the config', () => {
    expect(treated(json({ data: { id: 8 } }), { idPath: 'data.id' })).toBe('second-event: another data.id');
    expect(treated(json({ data: { id: 7 } }), { idPath: 'data.id' })).toBe('one-event: the same data.id');
    expect(treated(json({ result: 'Duplicate' }), { suspect: { result: ['DUPLICATE'] } })).toBe(
      'one-event: result Duplicate',
    );
  });

  it('is unknown if the responses do not show it', () => {
    expect(treated(textResponse('OK'), { first: textResponse('OK') })).toBe(
      'unknown: no signal_id in the responses',
    );
    expect(treated(json({ signal_id: 's1' }), { first: textResponse('OK') })).toBe(
      'unknown: no signal_id in the first response',
    );
    expect(treated(json({ signal_id: 's1' }), { first: json({}, 400) })).toBe(
      'unknown: the first response was HTTP 400',
    );
  });

  it.each([
    [200, 200, 'one-event: the same signal_id'],
    [299, 299, 'one-event: the same signal_id'],
    [199, 200, 'unknown: the first response was HTTP 199'],
    [300, 200, 'unknown: the first response was HTTP 300'],
    [200, 199, 'unknown: HTTP 199'],
    [200, 300, 'unknown: HTTP 300'],
    // What says that it is there already counts whatever the first one was.
    [500, 409, 'one-event: HTTP 409'],
  ])('with HTTP %i, then %i is %s', (first, next, expected) => {
    const id = { signal_id: 's1' };
    expect(treated(json(id, next), { first: json(id, first) })).toBe(expected);
  });

  it('is unknown if the first one was a duplicate itself', () => {
    const duplicate = json({ status: 'DUPLICATE' });
    expect(treated(duplicate, { first: duplicate })).toBe(
      'unknown: the first one was already treated as a duplicate',
    );
  });

  it('several times is one event only if each was', () => {
    const one = { treatedAs: 'one-event', because: 'a' } as const;
    const second = { treatedAs: 'second-event', because: 'b' } as const;
    const unknown = { treatedAs: 'unknown', because: 'c' } as const;
    expect(treatmentOfAll([one])).toEqual(one);
    expect(treatmentOfAll([one, { ...one, because: 'other' }])).toEqual(one);
    expect(treatmentOfAll([second])).toEqual(second);
    expect(treatmentOfAll([one, unknown])).toEqual(unknown);
    expect(treatmentOfAll([unknown, one, second])).toEqual(second);
    expect(treatmentOfAll([]).treatedAs).toBe('unknown');
  });
});
