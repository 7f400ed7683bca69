/** Ids and other short texts that people give: traces, runs, tests, seeds, limits, durations, headers, DSNs. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { describeError, errorJson, errorText } from '../../src/lib/cli/error-output.ts';
import { RUN_OPTIONS } from '../../src/lib/config/keys/table.ts';
import { envLayer, flagLayer } from '../../src/lib/config/layers/option-layers.ts';
import { parseBytes, parseDuration } from '../../src/lib/config/settings/units.ts';
import { decodeSentryToken } from '../../src/lib/config/sources/sentry-sources.ts';
import { ProdE2eError } from '../../src/lib/errors.ts';
import { RUN_ID } from '../../src/lib/model/run-id.ts';
import { offsetOfSeed, seedWithOffset } from '../../src/lib/plan/random.ts';
import { parseThreshold } from '../../src/lib/report/digest/threshold.ts';
import { readDsn } from '../../src/lib/send/dsn.ts';
import { terminalJson, terminalLines, terminalText } from '../../src/lib/terminal/text.ts';
import { readTraceId, sentSpanId } from '../../src/lib/trace/trace-id.ts';
import { traceUrl, withPlace } from '../../src/lib/trace/trace-links.ts';
import { fuzz } from './support/fuzz.ts';
import { hostileData, hostileText, longText } from './support/hostile.ts';
import { expectHarmless, expectNoOrders } from './support/invariants.ts';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: length, maxLength: length });

/** A form with parts that are right, wrong or missing. */
function form(...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> {
  const arbitraries = parts.map((part) =>
    fc.oneof(
      { weight: 12, arbitrary: typeof part === 'string' ? fc.constant(part) : part },
      { weight: 1, arbitrary: hostileText },
    ),
  );
  return fc.tuple(...arbitraries).map((texts) => texts.join(''));
}

const sentryUrl = form(
  'https://',
  'acme.sentry.io',
  '/explore/',
  'traces/trace/',
  hex(32),
  '/?node=',
  hex(16),
);
const traceHeader = form(
  fc.constantFrom('', 'sentry-trace: ', 'traceparent: 00-'),
  hex(32),
  '-',
  hex(16),
  fc.constantFrom('', '-1', '-01'),
);
const anyId = fc.oneof(hex(32), sentryUrl, traceHeader, hostileText, longText);

fuzz('a trace id is one or none', {
  surface: 'ids',
  runs: 600,
  share: 0.5,
  input: anyId,
  check: (text) => {
    const id = readTraceId(text);
    if (id !== null) expect(id).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    const spanId = sentSpanId(text);
    if (spanId !== null) expect(spanId).toMatch(/^[0-9a-f]{16}$/);
  },
});

fuzz('a link leads where intended', {
  surface: 'ids',
  runs: 300,
  share: 0.2,
  input: fc.record({
    org: fc.option(hostileText),
    baseUrl: fc.option(fc.oneof(fc.webUrl(), hostileText)),
    template: fc.option(fc.oneof(fc.constant('https://traces.example/{{ traceId }}'), hostileText)),
    traceId: fc.oneof(hex(32), hostileText),
    startedAtMs: fc.option(fc.double()),
    spanId: fc.option(fc.oneof(hex(16), hostileText)),
  }),
  check: ({ org, baseUrl, template, ...trace }) => {
    const url = traceUrl({ org, baseUrl, template }, trace);
    if (url !== null) withPlace(url, trace);
  },
});

const runId = form(
  fc.stringMatching(/^\d{8}$/),
  '-',
  fc.stringMatching(/^\d{6}$/),
  '-',
  fc.stringMatching(/^[0-9a-z]{5}$/),
);

fuzz('a run id is never a path', {
  surface: 'ids',
  runs: 300,
  share: 0.2,
  input: fc.oneof(runId, hostileText),
  check: (text) => {
    if (RUN_ID.test(text)) expect(text).toMatch(/^[0-9a-z-]+$/);
  },
});

fuzz('any seed starts somewhere', {
  surface: 'ids',
  runs: 200,
  share: 0.2,
  input: fc.tuple(fc.oneof(hostileText, longText), fc.nat(), fc.nat(100_000)),
  check: ([text, offset, combinations]) => {
    for (const seed of [text, seedWithOffset(text, offset)]) {
      const at = offsetOfSeed(seed, combinations);
      expect(at).toBeGreaterThanOrEqual(0);
      expect(at).toBeLessThan(Math.max(1, combinations));
    }
  },
});

const measure = form(
  fc.constantFrom('1', '10', '0.5', '1e3', '  3'),
  fc.constantFrom('ms', 's', 'm', 'h', 'KiB', 'MiB', '', ' s'),
);

fuzz('a duration, a size and a limit are numbers or refused', {
  surface: 'ids',
  runs: 300,
  share: 0.3,
  input: fc.oneof(
    measure,
    form(
      fc.constantFrom('p95', 'missing', 'fail_rate', 'constructor'),
      fc.constantFrom('<', '>=', '=='),
      measure,
    ),
    hostileText,
    longText,
  ),
  check: (text) => {
    for (const value of [parseDuration(text), parseBytes(text)])
      if (value !== null) expect(value).not.toBeNaN();
    try {
      parseThreshold(text);
    } catch (thrown) {
      expectKindError(thrown);
    }
  },
});

fuzz('a token is decoded or not', {
  surface: 'ids',
  runs: 200,
  share: 0.2,
  input: fc.oneof(
    hostileText,
    hostileData.map((value) => `sntrys_${Buffer.from(JSON.stringify(value)).toString('base64')}_x`),
    form('sntrys_', fc.base64String(), '_', fc.base64String()),
  ),
  check: (text) => {
    decodeSentryToken(text);
  },
});

const given = fc.oneof(
  hostileText,
  form(fc.constantFrom('symbol', 'x-key', '__proto__'), fc.constantFrom('=', ': '), 'SPY'),
);

fuzz('any flag and any variable is a setting or an error', {
  surface: 'ids',
  runs: 150,
  share: 0.2,
  input: fc.tuple(
    fc.dictionary(
      fc.constantFrom(...RUN_OPTIONS.map(({ flag }) => flag)),
      fc.oneof(given, fc.array(given, { maxLength: 3 }), fc.boolean()),
    ),
    fc.dictionary(
      fc.constantFrom(...RUN_OPTIONS.flatMap(({ env }) => env), 'SENTRY_PROJECT', 'SENTRY_URL'),
      given,
    ),
  ),
  check: async ([flags, env]) => {
    for (const { problems } of [await flagLayer(flags, '/work'), await envLayer(env, '/work')]) {
      for (const { problem } of problems) expect(problem).not.toBe('');
    }
  },
});

function expectKindError(thrown: unknown): void {
  if (!(thrown instanceof ProdE2eError)) throw thrown;
  expect(thrown.code).toMatch(/^[A-Z_]+$/);
  expect(thrown.suggestions.length).toBeGreaterThan(0);
  const described = describeError(thrown);
  expectHarmless(errorText(described));
  expectNoOrders(errorText(described));
}

fuzz('an error is harmless whatever it quotes', {
  surface: 'ids',
  runs: 300,
  share: 0.3,
  input: fc.tuple(
    hostileText,
    fc.array(hostileText, { maxLength: 3 }),
    fc.constantFrom('ours', 'bug', 'text', 'oclif'),
  ),
  check: ([message, hints, kind]) => {
    const oclif = { oclif: { exit: 2 }, flags: hints };
    const thrown = {
      ours: new ProdE2eError(message, { code: 'CANARY', hints }),
      bug: new Error(message),
      text: message,
      oclif: Object.assign(new Error(message), oclif),
    }[kind];
    const described = describeError(thrown, ['config', 'count']);
    expectHarmless(errorText(described));
    expectNoOrders(errorText(described));
    const json = terminalJson(errorJson(described), 2);
    expectHarmless(json);
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(errorJson(described))));
  },
});

fuzz('text stays harmless', {
  surface: 'ids',
  runs: 400,
  share: 0.3,
  input: fc.tuple(fc.oneof(hostileText, longText), fc.boolean()),
  check: ([text, unicode]) => {
    const line = terminalText(text, { unicode });
    expectHarmless(line, { unicode });
    expectNoOrders(line);
    expect(line).not.toContain('\n');
    expect(terminalText(line, { unicode })).toBe(line);
    expectHarmless(terminalLines(text));
    expectNoOrders(terminalLines(text));
  },
});

const dsn = form(
  fc.constantFrom('https', 'http', 'ftp'),
  '://',
  fc.stringMatching(/^[0-9a-f]{32}$/),
  fc.constantFrom('', ':secret'),
  '@',
  fc.constantFrom(
    'o1.ingest.sentry.io',
    'sentry.example.com',
    '127.0.0.1:9000',
    '[::1]',
    'o1.ingest.us.sentry.io',
  ),
  fc.constantFrom('', '/path', '/a/b'),
  '/',
  fc.nat().map(String),
);

fuzz('a DSN is parsed into safe parts, or the problem is reported without its key', {
  surface: 'DSNs',
  runs: 600,
  input: fc.oneof(
    { weight: 4, arbitrary: dsn },
    { weight: 1, arbitrary: hostileText },
    { weight: 1, arbitrary: longText },
  ),
  check: (text) => {
    const reading = readDsn(text);
    if (!reading.ok) {
      expectHarmless(reading.problem);
      return;
    }
    const { publicKey, projectId, host, orgId, text: normal } = reading.dsn;
    expect(publicKey).toMatch(/^\w+$/);
    expect(projectId).toMatch(/^\d+$/);
    expect(orgId ?? '1').toMatch(/^\d+$/);
    expectHarmless(host);
    expectHarmless(normal);
    expect(normal).not.toMatch(/\s/);
    expect(new URL(normal).host).toBe(host);
    // What it is made into is read as the same.
    expect(readDsn(normal)).toEqual(reading);
  },
});
