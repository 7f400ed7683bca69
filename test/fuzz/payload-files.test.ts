/** Payload templates, dimensions and pins: rendered or refused, sent as printed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { DIMENSION_NAME } from '../../src/lib/config/schema/scenario.ts';
import { ProdE2eError } from '../../src/lib/errors.ts';
import type { JsonObject } from '../../src/lib/model/json.ts';
import { curlLine, printableLine } from '../../src/lib/plan/curl.ts';
import type { PlanOptions } from '../../src/lib/plan/payload-factory.ts';
import { mergePayload } from '../../src/lib/plan/templates.ts';
import { createRedactor } from '../../src/lib/secrets/redact.ts';
import { dryRun } from '../../src/lib/view/dry-run.ts';
import { aPlan, aScenario } from '../plan/support.ts';
import { fuzz } from './support/fuzz.ts';
import { hostileData, hostileObject, hostileText, longText } from './support/hostile.ts';
import { expectHarmless, expectNoOrders } from './support/invariants.ts';

const expression = fc.oneof(
  fc.constantFrom(
    'symbol',
    'testId',
    'uuid',
    'int 1 100',
    'float 1 2 2',
    'pick a b',
    'int',
    'int 5 1',
    'float -1e308 1e308 2',
    'pick',
    'constructor',
    '__proto__',
    'timestampMs',
    ' index ',
  ),
  fc.constantFrom(
    'int 1 9007199254740993',
    'float 0 1 99',
    'int 1e999 2',
    'pick \u001b[31m <canary>',
    'toString',
  ),
  hostileText,
);
const template = fc.oneof(
  expression.map((inside) => `{{${inside}}}`),
  fc
    .tuple(hostileText, expression, hostileText)
    .map(([before, inside, after]) => `${before}{{ ${inside} }}${after}`),
  hostileText,
);
const payload: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.dictionary(
    fc.oneof(fc.constantFrom('symbol', 'direction', '__proto__', 'constructor', 'nested'), hostileText),
    fc.oneof(template, hostileData),
    { maxKeys: 5 },
  ) as fc.Arbitrary<JsonObject>,
  hostileObject,
);
const scalar = fc.oneof(
  hostileText,
  fc.integer(),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const dimensions = fc.dictionary(
  fc
    .oneof(
      fc.constantFrom('symbol', 'direction', 'constructor', 'toString', 'a-b'),
      fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/),
    )
    .filter((name) => DIMENSION_NAME.test(name)),
  fc.array(scalar, { minLength: 1, maxLength: 4 }),
  { maxKeys: 4 },
);
const headers = fc.dictionary(
  fc.stringMatching(/^[a-z-]{1,8}$/),
  hostileText.map((text) => text.replace(/[\r\n\0]/g, '')),
  { maxKeys: 3 },
);
const urlPath = hostileText.map((text) => `/${text.replace(/\s/g, '')}`);

const options: fc.Arbitrary<Partial<PlanOptions>> = fc
  .record({
    payload,
    own: payload,
    dimensions,
    headers,
    path: fc.oneof(fc.constant(''), urlPath),
    seed: hostileText,
    count: fc.integer({ min: 1, max: 3 }),
    pinned: fc.option(scalar),
    weight: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ own, path: added, pinned, weight, ...rest }) => {
    const [name] = Object.keys(rest.dimensions);
    return {
      ...rest,
      pins: name === undefined || pinned === null ? {} : { [name]: pinned },
      scenarios: [aScenario({ payload: own, path: added, headers: rest.headers, weight })],
    };
  });

function planned(asked: Partial<PlanOptions>) {
  try {
    return aPlan(asked);
  } catch (thrown) {
    if (!(thrown instanceof ProdE2eError) || thrown.suggestions.length === 0) throw thrown;
    return null;
  }
}

fuzz('any payload is rendered or refused, and shown safely', {
  surface: 'payload files',
  share: 0.6,
  runs: 200,
  input: options,
  check: (asked) => {
    const plan = planned(asked);
    if (plan === null) return;
    for (const { request } of plan.tests()) JSON.parse(request.body);
    const shown = {
      plan,
      redact: createRedactor(['canary']),
      redactPaths: [],
      variables: new Map([['canary', 'CANARY']]),
      contacts: { probes: [], cleanup: [] },
      now: () => new Date(0),
    };
    const text = [...dryRun({ ...shown, json: false })].join('');
    expectHarmless(text);
    expectNoOrders(text);
    const json = [...dryRun({ ...shown, json: true })].join('');
    expectHarmless(json);
    expectNoOrders(json);
    JSON.parse(json);
  },
});

fuzz('a seed makes the same payloads again', {
  surface: 'payload files',
  runs: 60,
  share: 0.2,
  input: options,
  check: (asked) => {
    const bodies = () => {
      const plan = planned(asked);
      return plan === null ? null : [...plan.tests()].map(({ request }) => request.body);
    };
    expect(bodies()).toEqual(bodies());
  },
});

fuzz('one payload over another keeps all keys, whatever they are called', {
  surface: 'payload files',
  runs: 200,
  share: 0.3,
  input: fc.tuple(hostileObject, hostileObject),
  check: ([base, over]) => {
    const merged = mergePayload(base, over);
    expect(new Set(Object.keys(merged))).toEqual(new Set([...Object.keys(base), ...Object.keys(over)]));
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  },
});

fuzz('an endless text is rendered or refused', {
  surface: 'payload files',
  share: 0.02,
  runs: 20,
  input: fc.tuple(longText, fc.constantFrom('', '{{', '{{ ', '}}', '{{a')),
  check: ([text, start]) => {
    planned({ payload: { text: start + text }, seed: text });
  },
});

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'prod-e2e-fuzz-'));
  // Each argument as it came, and a NUL after each.
  writeFileSync(path.join(folder, 'curl'), `#!/bin/sh\nprintf '%s\\0' "$@"\n`, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A shell takes neither NUL nor half characters. */
const shellText = fc
  .oneof(hostileText, longText)
  .map((text) => text.slice(0, 5_000).replace(/\0|\p{Surrogate}/gu, ''));

fuzz('a printed curl line sends exactly what is sent', {
  surface: 'payload files',
  runs: 12,
  share: 0.02,
  input: fc.array(fc.record({ url: shellText, header: shellText, body: shellText }), {
    minLength: 4,
    maxLength: 8,
  }),
  check: (requests) => {
    // One shell for several lines: a process is what costs.
    const lines = requests.map(({ url, header, body }) => {
      const request = {
        method: 'POST',
        url: `https://h.example/${url}`,
        headers: { 'x-a': `v${header}` },
        body,
      };
      return printableLine(curlLine(request, new Map([['secret', 'A_SECRET']])));
    });
    for (const line of lines) {
      expectHarmless(line);
      expectNoOrders(line);
    }
    const shell = spawnSync('sh', {
      input: lines.join('\n'),
      env: { PATH: `${folder}:/usr/bin:/bin`, A_SECRET: 'secret', LC_ALL: 'C' },
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    });
    const expected = requests.flatMap(({ url, header, body }) => [
      ...['-sS', '-i', '-X', 'POST', `https://h.example/${url}`, '-H', `x-a: v${header}`, '--data-raw', body],
    ]);
    expect(shell.stdout.split('\0').slice(0, -1)).toEqual(expected);
  },
});
