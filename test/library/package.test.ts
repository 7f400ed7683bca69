/** What a program gets that installs the package: types that stand by themselves, and a run that leaves nothing behind. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { ROOT, withCli } from '../support/cli.ts';
import { expectGolden } from '../support/golden.ts';
import { readTracesOften } from '../support/read-traces-often.ts';
import { sentryEnv, withSandboxSentry } from '../support/trace-run.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';
import { installPackage, type Program } from './packed.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };

const page = readFileSync(path.join(ROOT, 'docs', 'library.md'), 'utf8');
const examples = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, text = '']) => text);

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
addFormats.default(ajv);
const fits = ajv.compile(JSON.parse(readFileSync(path.join(ROOT, 'schemas', 'report.schema.json'), 'utf8')));

let program: Program;
beforeAll(async () => {
  program = await installPackage();
});
afterAll(() => program.remove());

it('has the public surface saved in test/golden: changing it is a decision', () => {
  expectGolden('library.d.ts', readFileSync(path.join(ROOT, 'dist', 'index.d.mts'), 'utf8'));
});

describe('types', () => {
  const first = examples[0] ?? '';
  const second = `import { run } from 'prod-e2e';\n${examples[1]}\nreport.results satisfies readonly object[];`;

  it.each(['nodenext', 'bundler'] as const)(
    'of the examples of the page are right, %s',
    async (resolution) => {
      expect(examples).toHaveLength(2);
      expect(await program.check([first, second], resolution)).toBe('');
    },
  );

  it('refuse unknown configuration keys', async () => {
    const text = "import { run } from 'prod-e2e';\nawait run({ cuont: 3 });";
    const said = await program.check([text], 'nodenext');
    expect(said).toContain(
      "main.ts(2,13): error TS2353: Object literal may only specify known properties, and 'cuont'",
    );
  });

  it('name no other package', () => {
    expect(readFileSync(path.join(ROOT, 'dist', 'index.d.mts'), 'utf8')).not.toMatch(/\bfrom ['"]|import\(/);
  });
});

describe('a program', () => {
  it('runs the example of the page against the sandbox, and reports what the command line reports', async () => {
    const writing = "(await import('node:fs')).writeFileSync('report.json', JSON.stringify(report));";
    const compiled = `${await program.compile(examples[0] ?? '')}\n${writing}`;
    await withSandboxSentry(async (info) => {
      const env = { ...sentryEnv(info), PRODUCTION_URL: info.url, PROD_E2E_SEED: 'same' };
      await readTracesOften({ home: program.folder });
      const [{ stdout, stderr }, printed] = await Promise.all([
        program.run(compiled, env),
        withCli(async (cli) => {
          await readTracesOften(cli);
          return cli.run(['run', '--json', '-n', '3'], { env });
        }),
      ]);
      expect(stderr).toBe('');
      expect(stdout).toContain('ORB_BREAKOUT #1: working\n');
      expect(stdout).toContain(': 3 of 3 work\n');
      const report: Report = JSON.parse(readFileSync(path.join(program.folder, 'report.json'), 'utf8'));
      fits(report);
      expect(fits.errors ?? []).toEqual([]);
      const same: Report = JSON.parse(printed.stdout);
      expect(facts(report)).toEqual(facts(same));
      expect(report.results.map(({ trace }) => trace.state)).toEqual(['verified', 'verified', 'verified']);
    });
  });

  it('gets no output, and its process is not changed', async () => {
    await withWebhookTarget({ body: GOOD }, async ({ url, received }) => {
      const { stdout, stderr } = await program.run(WATCHING, { TARGET: url, TEST_COUNT: '9' });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({
        before: stdoutPart(stdout, 'before'),
        after: stdoutPart(stdout, 'before'),
      });
      // The object is all there is: TEST_COUNT is not read.
      expect(received).toHaveLength(2);
    });
  });

  it('keeps its own Sentry, even if both have the same version', async () => {
    const sdk = pathToFileURL(
      path.join(ROOT, 'node_modules', '@sentry', 'node', 'build', 'esm', 'index.js'),
    ).href;
    await withWebhookTarget({ body: GOOD }, async ({ url, received }) => {
      const text = `
        import * as Sentry from '${sdk}';
        import { run } from 'prod-e2e';
        Sentry.init({ dsn: 'http://theirs@127.0.0.1:9/1', tracesSampleRate: 1, environment: 'theirs' });
        const client = Sentry.getClient();
        const config = { url: process.env.TARGET, count: 1, sentry: { dsn: 'http://ours@127.0.0.1:9/2' } };
        const [report] = await Sentry.startSpan({ name: 'theirs' }, () => Promise.all([run(config, { keep: false })]));
        console.log(Sentry.getClient() === client, report.summary.successful, client.getOptions().environment);
        process.exit();`;
      expect((await program.run(text, { TARGET: url })).stdout).toBe('true 1 theirs\n');
      const baggage = received.map(({ headers }) => headers.baggage).join();
      expect(baggage).toContain('sentry-public_key=ours');
      expect(baggage).not.toContain('theirs');
    });
  });

  it('finds the schemas of the package', async () => {
    const { stdout } = await program.run(
      "import schema from 'prod-e2e/schemas/report.schema.json' with { type: 'json' };\nconsole.log(schema.title);",
    );
    expect(stdout).not.toBe('undefined\n');
    await expect(program.run("await import('prod-e2e/dist/cli.js');")).rejects.toThrow(
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    );
  });
});

function facts({ summary, status, exitCode, stages, results }: Report) {
  return {
    ...{ summary, status, exitCode, stages: stages.map(({ name, ok }) => ({ name, ok })) },
    results: results.map(({ name, verdict, dimensions }) => ({ name, verdict, dimensions })),
  };
}

function stdoutPart(stdout: string, part: string): unknown {
  return JSON.parse(stdout)[part];
}

/** Everything of a process that a library could leave behind; what is written to its streams ends the comparison. */
const WATCHING = `
const written = [];
const state = () => ({
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  globals: Object.getOwnPropertyNames(globalThis).filter((name) => !name.startsWith('__PROD_E2E_')),
  symbols: Object.getOwnPropertySymbols(globalThis).map(String),
  env: { ...process.env },
  umask: process.umask(),
  cwd: process.cwd(),
  title: process.title,
  exitCode: process.exitCode ?? null,
  written,
});
const before = state();
const { run } = await import('prod-e2e');
const { stdout, stderr } = process;
const write = stdout.write;
for (const stream of [stdout, stderr]) stream.write = (text) => written.push(String(text));
const { hostname, port } = new URL(process.env.TARGET);
const dsn = 'http://abc@' + hostname + ':' + port + '/42';
const report = await run({ url: process.env.TARGET, count: 2 }, { keep: false });
const more = await run({ url: 'http://127.0.0.1:9/', count: 1, sentry: { dsn: 'http://abc@127.0.0.1:9/42' } });
if (report.summary.successful !== 2 || more.exitCode !== 3) written.push('not as expected');
for (const stream of [stdout, stderr]) delete stream.write;
const after = state();
console.log(JSON.stringify({ before, after }));
`;
