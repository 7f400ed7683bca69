import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMATTERS } from '../../src/lib/report/formatters/table.ts';
import { CANARIES, canariesIn, canary, leaksIn, QUOTED } from '../support/canaries.ts';
import { type CanaryProject, canaryProject, urlOf } from '../support/canary-project.ts';
import { type CanaryServers, withCanaryServers } from '../support/canary-servers.ts';
import { type CliOptions, type CliResult, withCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { closedPort } from '../support/faulty-server.ts';
import { withProxy } from '../support/proxy.ts';

/** Dozens of starts of the program, each with all that it can do. */
const PATIENCE_MS = 600_000;

interface Place extends CanaryServers {
  readonly home: string;
  readonly project: CanaryProject;
  /** Runs the program with every canary in its place, and with DEBUG; nothing of them may come out of it. */
  readonly silent: (args: readonly string[], options?: CliOptions) => Promise<CliResult>;
}

async function withCanaries(use: (place: Place) => Promise<void>): Promise<void> {
  await withCanaryServers((servers) =>
    withCli(async ({ run, home }) => {
      const project = await canaryProject(home, servers);
      try {
        const silent = async (args: readonly string[], { env = {}, ...options }: CliOptions = {}) => {
          const all = { DEBUG: '*', ...project.env, ...env };
          const result = await run(args, { cwd: project.cwd, env: all, ...options });
          const leaks = [...leaksIn(result.stdout), ...leaksIn(result.stderr)];
          expect(leaks, args.join(' ').slice(0, 200)).toEqual([]);
          return result;
        };
        await use({ ...servers, home, project, silent });
        await expectSilentFiles(home);
      } finally {
        await rm(project.cwd, { recursive: true, force: true });
      }
    }),
  );
}

/** Nothing below the folder holds a canary, and nobody else can read it. */
async function expectSilentFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const { mode } = await stat(file);
    const open = entry.name === 'prod-e2e.config.yaml' ? 0o022 : 0o077;
    expect(`${file} ${(mode & open).toString(8)}`).toBe(`${file} 0`);
    if (entry.isFile()) expect(leaksIn(await readFile(file, 'utf8')), file).toEqual([]);
  }
}

/** All formats there are, each into a file of its own. */
function intoFiles(home: string, run: string): readonly string[] {
  return Object.keys(FORMATTERS).flatMap((name) => ['-r', `${name}=${home}/out/${run}.${name}`]);
}

/** What a recording server got of the canaries that are not its own. */
function strange(text: string, party: 'target' | 'ingest' | 'api') {
  const own: readonly string[] = CANARIES.filter(({ goesTo }) => goesTo.includes(party)).map(
    ({ name }) => name,
  );
  return canariesIn(text).filter((name) => !own.includes(name));
}

describe('the search for canaries', () => {
  it.each(CANARIES)('finds $name in every form, whole or cut off', ({ name, value }) => {
    for (const [form, quote] of Object.entries(QUOTED)) {
      expect(canariesIn(`before ${quote(value)} after`), form).toContain(name);
    }
    expect(canariesIn(value.slice(3, 11))).toEqual([name]);
    expect(canariesIn(value.slice(3, 10))).toEqual([]);
  });
});

describe('no secret comes out', () => {
  it(
    'of runs that succeed, fail, are redirected, wait in vain or get no connection, in any report',
    async () => {
      await withCanaries(async ({ home, silent, target, atTarget, atIngest, atApi, answerApi }) => {
        const flag = ['-H', `x-flag-token: ${canary('headerOfFlag')}`];
        const closed = `127.0.0.1:${await closedPort()}`;
        const runs = [
          { name: 'ok', url: urlOf(target, 'ok'), exits: 1, api: 'traces', more: ['-n', '6'] },
          { name: 'fail', url: urlOf(target, 'fail'), exits: 1, api: 'traces', more: ['-n', '20'] },
          { name: 'text', url: urlOf(target, 'text'), exits: 1, api: 'refuse', more: ['-n', '4'] },
          { name: 'redirect', url: urlOf(target, 'redirect'), exits: 1, api: 'broken', more: ['-n', '1'] },
          { name: 'hang', url: urlOf(target, 'hang'), exits: 3, api: 'traces', more: ['-n', '1'] },
          { name: 'refused', url: urlOf(closed, 'ok'), exits: 3, api: 'traces', more: ['-n', '1'] },
          { name: 'tls', url: urlOf(target, 'ok', 'https'), exits: 3, api: 'traces', more: ['-n', '1'] },
          {
            // Without user info in the URL, which would take the place of the Authorization header.
            name: 'bare',
            url: `http://${target}/quiet`,
            exits: 0,
            api: 'quiet',
            more: ['-n', '2', '-s', 'FINE'],
          },
          {
            name: 'linked',
            url: urlOf(target, 'ok'),
            exits: 1,
            api: 'traces',
            more: ['-n', '1', '--profile', 'linked'],
          },
        ] as const;
        for (const { name, url, exits, api, more } of runs) {
          answerApi(api);
          const env = { PRODUCTION_URL: url, NO_PROXY: name === 'tls' ? '*' : '' };
          const { exitCode, stdout, stderr } = await silent(
            ['run', ...more, ...flag, ...intoFiles(home, name)],
            { env },
          );
          expect(exitCode, stderr.slice(-2_000)).toBe(exits);
          if (api !== 'quiet') expect(stdout).toContain('***');
          expect(stderr).toContain('oclif:');
          expect(stderr).toContain('A secret was given on the command line (--header x-flag-token)');
        }
        answerApi('traces');
        for (const name of Object.keys(FORMATTERS)) await silent(['run', '-n', '1', '-r', name, ...flag]);
        await silent(['run', '-n', '1', '--json', ...flag], { env: { DEBUG: '' } });
        for (const party of ['target', 'ingest', 'api'] as const) {
          const got = { target: atTarget, ingest: atIngest, api: atApi }[party]();
          expect(strange(got, party), party).toEqual([]);
          // What belongs there did get there: the canaries are in place.
          const own = CANARIES.filter(({ goesTo }) => goesTo.includes(party)).map(({ name }) => name);
          expect([...canariesIn(got)].sort(), party).toEqual([...own].sort());
        }
      });
    },
    PATIENCE_MS,
  );

  it(
    'of the commands that look at kept runs, traces and the configuration',
    async () => {
      await withCanaries(async ({ home, silent, target, answerApi }) => {
        const env = { PRODUCTION_URL: urlOf(target, 'fail') };
        const flag = ['-H', `x-flag-token: ${canary('headerOfFlag')}`];
        expect((await silent(['run', '-n', '3', ...flag], { env })).exitCode).toBe(1);
        expect((await silent(['run', '-n', '3', ...flag])).exitCode).toBe(1);
        answerApi('later');
        const fine: readonly (readonly string[])[] = [
          ...Object.keys(FORMATTERS).map((name) => ['report', 'show', '-r', name]),
          ...[
            ['report', 'show', '--json'],
            ['report', 'list'],
            ['report', 'list', '--json'],
          ],
          ...[
            ['scenarios', 'list'],
            ['scenarios', 'list', '--json'],
            ['scenarios', 'show', 'CANARY'],
          ],
          ...[
            ['scenarios', 'show', 'CANARY', '--json'],
            ['config', 'show'],
            ['config', 'show', '--json'],
          ],
          ['config', 'show', '-H', `Authorization: ${canary('headerOfFlag')}`, '--url', urlOf(target, 'ok')],
          ...[
            ['run', '--dry-run'],
            ['run', '--dry-run', '--json', '-H', `x-token: ${canary('headerOfFlag')}`],
          ],
          ...[
            ['trace', 'open', '1', '--print'],
            ['trace', 'open', '1', '--json', '--profile', 'linked'],
          ],
          ...[
            ['trace', 'open', '1', '--profile', 'linked'],
            ['trace', 'show', '1'],
            ['trace', 'show', '1', '--json'],
          ],
          ['trace', 'show', '1', '--wait', '--trace-timeout', '1s'],
          ['init', '--url', urlOf(target, 'ok'), '--output', `${home}/prod-e2e.config.yaml`],
          ...[
            ['help'],
            ['run', '--help'],
            ['--version'],
            ['autocomplete'],
            ['autocomplete', 'script', 'bash'],
          ],
        ];
        for (const args of fine) {
          const { exitCode, stderr } = await silent(args);
          expect(exitCode, `${args.join(' ').slice(0, 60)}\n${stderr.slice(-1_000)}`).toBe(0);
        }
        await silent(['trace', 'learn']);
        for (const mode of ['later', 'refuse', 'broken'] as const) {
          answerApi(mode);
          await silent(['doctor', '-H', `x-token: ${canary('headerOfFlag')}`, '--trace-timeout', '1s']);
          await silent(['doctor', '--json'], { env });
          if (mode !== 'later') expect((await silent(['trace', 'show', '1'])).exitCode).toBe(1);
        }
        await silent(['doctor', '--no-send']);
      });
    },
    PATIENCE_MS,
  );

  it(
    'of wrong usage, wrong configurations and bugs',
    async () => {
      await withCanaries(async ({ home, project, silent, target }) => {
        const secret = canary('headerOfFlag');
        const wrong: readonly (readonly [number, readonly string[]])[] = [
          [2, ['run', '--token', secret]],
          [2, ['run', `--token=${secret}`]],
          [2, ['run', '--api-key', secret, '--json']],
          [2, ['run', '-H', 'Authorization:', 'Bearer', secret]],
          [2, ['run', '-H', secret]],
          [2, ['run', '-H', `: ${secret}`]],
          [2, ['run', '-H', `Autho rization: Bearer ${secret}`]],
          [2, ['run', '--url', `ftp://user:${canary('urlPassword')}@${target}`]],
          [2, ['run', '--url', `user:${canary('urlPassword')}@${target}`]],
          [2, ['run', '--sentry-dsn', '']],
          [2, ['run', '--count', canary('tokenInEnvironment')]],
          [2, ['run', '--timeout', canary('otherVariable')]],
          [2, ['run', '-r', canary('tokenInEnvironment')]],
          [2, ['run', '-s', canary('tokenInEnvironment'), '--json']],
          [2, ['report', 'list', '--limit', canary('tokenInEnvironment')]],
          [2, ['report', 'show', canary('tokenInEnvironment')]],
          [2, ['trace', 'show', canary('tokenInEnvironment')]],
          [2, ['scenarios', 'show', canary('tokenInEnvironment')]],
          [2, ['run', '--profile', canary('tokenInEnvironment')]],
          [2, [canary('tokenInEnvironment')]],
          [2, ['run', '--key', `${project.cwd}/client.key`]],
          [1, ['doctor', '--key', `${project.cwd}/client.key`, '-H', `x-token: ${secret}`]],
          [2, ['run', '-r', `json=${home}/out`]],
          [2, ['sandbox', '--fault', canary('tokenInEnvironment')]],
        ];
        await mkdir(`${home}/out`, { mode: 0o700 });
        for (const [exits, args] of wrong) {
          const { exitCode, stdout, stderr } = await silent(args);
          expect(exitCode, `${args.join(' ')}\n${stdout}${stderr.slice(-1_000)}`).toBe(exits);
        }
        const setting = { env: { WRONG_SETTING: secret, WRONG_SECRET: canary('otherVariable') } };
        const configs: Readonly<Record<string, string>> = {
          'types.json': JSON.stringify({
            headers: `Authorization: ${secret}`,
            sentry: secret,
            count: '${env:WRONG_SECRET}',
          }),
          'url.json': JSON.stringify({
            url: `user:${secret}@h/x`,
            profiles: { p: { sentry: { token: [secret] } } },
          }),
          'broken.json': `{ "headers": { "Authorization": "Bearer ${secret}" ${secret} } }`,
          'broken.yaml': `headers:\n  Authorization: "Bearer ${secret}\n  x: [`,
          'alias.yaml': `headers: { Authorization: *${secret.slice(0, 20)} }`,
          'throws.mjs': 'throw new Error(`no access with ${process.env.OTHER_SECRET}`)',
          'payload.mjs':
            'export default { payload: () => { throw new Error(`no ${process.env.OTHER_SECRET}`) } }',
        };
        for (const [name, text] of Object.entries(configs)) {
          await writeFile(`${project.cwd}/${name}`, text);
          const { exitCode, stderr } = await silent(['run', '--config', name], setting);
          expect(exitCode, `${name}\n${stderr.slice(-1_000)}`).toBe(2);
        }
        for (const name of ['types.json', 'broken.yaml']) {
          expect((await silent(['run', '--config', name, '--json'], setting)).exitCode).toBe(2);
          expect((await silent(['doctor', '--config', name, '--no-send'], setting)).exitCode).toBe(1);
        }
        // A bug is whatever nobody has thought of: here the user's own code fails when nobody is there to catch it.
        const bugs: Readonly<Record<string, string>> = {
          'late.mjs':
            'setTimeout(() => { throw new Error(`late: ${process.env.OTHER_SECRET}`) }, 1); export default {}',
          'rejected.mjs':
            'setTimeout(() => Promise.reject(new Error(process.env.OTHER_SECRET)), 1); export default {}',
        };
        for (const [name, text] of Object.entries(bugs)) {
          await writeFile(`${project.cwd}/${name}`, text);
          const { exitCode, stderr } = await silent(['run', '--config', name], {
            env: { PRODUCTION_URL: urlOf(target, 'hang') },
          });
          expect(exitCode).toBe(70);
          expect(stderr).toMatch(/ran into a bug of its own[\s\S]*\*{3}[\s\S]*at .*(late|rejected|node:)/);
        }
      });
    },
    PATIENCE_MS,
  );

  it(
    'of a token, wherever it comes from and whatever Sentry says about it',
    async () => {
      await withCanaries(async ({ project, silent, sentry, atApi, answerApi }) => {
        answerApi('refuse');
        const { cwd } = project;
        const claims = Buffer.from(`{"url":"http://${sentry}","org":"acme"}`).toString('base64');
        const sources = [
          { token: 'tokenInConfig', env: {}, gone: `${cwd}/prod-e2e.config.json` },
          { token: 'tokenInSentryclirc', env: {}, gone: `${cwd}/.sentryclirc` },
          { token: 'tokenInProperties', env: {}, gone: `${cwd}/sentry.properties` },
          {
            token: 'organisationToken',
            env: { SENTRY_AUTH_TOKEN: `sntrys_${claims}_${canary('organisationToken')}` },
            gone: null,
          },
        ] as const;
        for (const { token, env, gone } of sources) {
          const { stdout } = await silent(['doctor', '--no-send', '--json'], {
            env: { SENTRY_AUTH_TOKEN: '', ...env },
          });
          expect(stdout).toContain('does not accept the token');
          expect(canariesIn(atApi())).toContain(token);
          if (gone !== null) await rm(gone);
        }
      });
    },
    PATIENCE_MS,
  );

  it(
    'of a proxy, which alone gets its password',
    async () => {
      await withCanaries(async ({ silent, target, atTarget, atIngest, atApi }) => {
        const flag = ['-H', `x-flag-token: ${canary('headerOfFlag')}`];
        for (const status of [200, 407]) {
          await withProxy(
            async ({ host, tunnels }) => {
              const proxy = `http://corporate:${encodeURIComponent(canary('proxyPassword'))}@${host}`;
              const env = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, PRODUCTION_URL: urlOf(target, 'fail') };
              const { exitCode } = await silent(['run', '-n', '1', ...flag], { env });
              expect(exitCode).toBe(status === 200 ? 1 : 3);
              await silent(['doctor', '--no-send', ...flag], { env });
              const asked = tunnels.map(({ authorization }) => String(authorization).replace('Basic ', ''));
              expect(canariesIn(asked.map((each) => Buffer.from(each, 'base64').toString()).join())).toEqual([
                'proxyPassword',
              ]);
            },
            { status },
          );
        }
        expect(canariesIn(atTarget() + atIngest() + atApi())).not.toContain('proxyPassword');
      });
    },
    PATIENCE_MS,
  );

  it(
    'of the sandbox, to which nothing of the user’s own goes either',
    async () => {
      await withCanaries(async ({ project, silent, atTarget, atIngest, atApi }) => {
        const flag = ['-H', `x-flag-token: ${canary('headerOfFlag')}`];
        const env = { PRODUCTION_URL: '' };
        await silent(['run', '--sandbox', '-n', '2', ...flag], { env });
        await silent(['run', '--sandbox', '-n', '1', '--fault', '*=status:500', '--json'], { env });
        await silent(['doctor', '--sandbox'], { env });
        expect([atIngest(), atApi()]).toEqual(['', '']);
        // Notifiers on this machine are told, and of nothing but what is theirs.
        expect(strange(atTarget(), 'target')).toEqual([]);
        expect(new Set(atTarget().match(/^\/\w+\/\w+/gm))).toEqual(
          new Set(['/text/services', '/text/v2', '/text/alerts']),
        );
        const seen: string[] = [];
        const { exitCode } = await silent(['sandbox'], {
          env,
          running: (child) => {
            child.stdout?.once('data', () => {
              void watched(child.pid ?? 0, seen).finally(() => child.kill('SIGTERM'));
            });
          },
        });
        expect(exitCode).toBe(0);
        // The program and its two children, the command line and the environment of each.
        expect(seen.length).toBeGreaterThanOrEqual(3);
        expect(canariesIn(seen.join('\n'))).toEqual([]);
        expect(project.cwd).toContain('-project');
      });
    },
    PATIENCE_MS,
  );
});

/** Of a process and what it has started: the command lines, and of the children the environment. */
async function watched(pid: number, seen: string[]): Promise<void> {
  const read = (file: string) => readFile(file, 'utf8').catch(() => '');
  seen.push(await read(`/proc/${pid}/cmdline`));
  for (const entry of await readdir('/proc')) {
    const parent = /^\d+$/.test(entry)
      ? (await read(`/proc/${entry}/stat`)).split(') ').at(-1)?.split(' ')[1]
      : '';
    if (parent !== String(pid)) continue;
    seen.push(await read(`/proc/${entry}/cmdline`), await read(`/proc/${entry}/environ`));
  }
}

describe.runIf(process.platform === 'linux')('the list of processes', () => {
  it(
    'shows the command line without its secrets once the program has read it',
    async () => {
      await withCanaries(async ({ home, target, atTarget, silent }) => {
        const secrets = ['-H', `Authorization: Bearer ${canary('headerOfFlag')}`, '--timeout', '20s'];
        let shown = '';
        const { stdout } = await silent(['run', '--url', urlOf(target, 'hang'), '-n', '1', ...secrets], {
          running: (child) => {
            void eventually(async () => (atTarget() === '' ? null : true), 60_000).then(async () => {
              shown = await readFile(`/proc/${child.pid}/cmdline`, 'utf8');
              child.kill('SIGINT');
            });
          },
        });
        expect(canariesIn(shown)).toEqual([]);
        expect(shown.replaceAll('\0', '')).toMatch(
          /^prod-e2e run --url http:\/\/\*\*\*:\*\*\*@127\.0\.0\.1:\d+\/hang\/hook\?key=\*\*\* -n 1 -H .*\*\*\* --timeout 20s/,
        );
        expect(stdout + home).not.toBe('');
      });
    },
    PATIENCE_MS,
  );
});
