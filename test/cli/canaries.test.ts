import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CANARIES, canariesIn, canary, QUOTED } from '../support/canaries.ts';
import { expectNothingStrange, HEADER_FLAG, withCanaries } from '../support/canary-place.ts';
import { urlOf } from '../support/canary-project.ts';
import { eventually } from '../support/eventually.ts';
import { withProxy } from '../support/proxy.ts';
import { sideBySide } from '../support/side-by-side.ts';

describe('the search for canaries', () => {
  it.each(CANARIES)('finds $name in every form, complete or cut off', ({ name, value }) => {
    for (const [form, quote] of Object.entries(QUOTED)) {
      expect(canariesIn(`before ${quote(value)} after`), form).toContain(name);
    }
    expect(canariesIn(value.slice(3, 11))).toEqual([name]);
    expect(canariesIn(value.slice(3, 10))).toEqual([]);
  });
});

describe('no secret is exposed', () => {
  it('by usage errors, invalid configs and internal errors', async () => {
    await withCanaries(async ({ home, project, silent, target }) => {
      const secret = canary('headerOfFlag');
      const wrong: (readonly [number, readonly string[]])[] = [
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
      const stray = canary('strayArgument');
      wrong.push(
        ...[
          `--headr=Authorization: Bearer ${stray}`,
          `--tokne=${stray}`,
          `--x=https://h/?k=${stray}`,
        ].flatMap((flag) => [[2, ['run', flag]] as const, [2, ['doctor', flag, '--json']] as const]),
        [2, ['run', '--headr', `Authorization: Bearer ${stray}`]],
        [2, ['run', '--hedr', 'Authorization:', 'Bearer', stray]],
        [2, ['run', `-X${stray}`]],
        [2, ['run', `--json=${stray}`]],
        [2, ['run', '--', '--header', `X: ${stray}`]],
        [2, ['run', '-n', '1', `Authorization: Bearer ${stray}`]],
        [2, ['run', `Authorization: Bearer ${stray}`, '--json']],
        [2, ['run', 'Authorization:', 'Bearer', stray]],
        [2, ['report', 'show', 'latest', '1', stray]],
        [2, ['report', 'list', `X-Key: ${stray}`]],
        [2, ['rnu', '--tokne', stray]],
        [2, ['rnu', stray]],
        [2, [`Authorization: Bearer ${stray}`]],
        [2, ['help', stray]],
      );
      await sideBySide(wrong, async ([exits, args]) => {
        const { exitCode, stdout, stderr } = await silent(args);
        expect(exitCode, `${args.join(' ')}\n${stdout}${stderr.slice(-1_000)}`).toBe(exits);
      });
      const setting = { env: { WRONG_SETTING: secret, WRONG_SECRET: canary('otherVariable') } };
      const configs: Readonly<Record<string, string>> = {
        'types.json': JSON.stringify({
          headers: `Authorization: ${secret}`,
          sentry: secret,
          count: '${env:WRONG_SECRET}',
        }),
        ...misplaced(),
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
      await sideBySide(Object.entries(configs), async ([name, text]) => {
        await writeFile(`${project.cwd}/${name}`, text);
        const { exitCode, stderr } = await silent(['run', '--config', name], setting);
        expect(exitCode, `${name}\n${stderr.slice(-1_000)}`).toBe(2);
      });
      await sideBySide(['types.json', 'broken.yaml'], async (name) => {
        expect((await silent(['run', '--config', name, '--json'], setting)).exitCode).toBe(2);
        expect((await silent(['doctor', '--config', name, '--no-send'], setting)).exitCode).toBe(1);
      });
      // A bug is whatever nobody has thought of: here the user's own code fails when nobody is there to catch it.
      const bugs: Readonly<Record<string, string>> = {
        'late.mjs':
          'setTimeout(() => { throw new Error(`late: ${process.env.OTHER_SECRET}`) }, 1); export default {}',
        'rejected.mjs':
          'setTimeout(() => Promise.reject(new Error(process.env.OTHER_SECRET)), 1); export default {}',
      };
      await sideBySide(Object.entries(bugs), async ([name, text]) => {
        await writeFile(`${project.cwd}/${name}`, text);
        const { exitCode, stderr } = await silent(['run', '--config', name], {
          env: { PRODUCTION_URL: urlOf(target, 'hang') },
        });
        expect(exitCode).toBe(70);
        expect(stderr).toMatch(/failed with an internal error[\s\S]*\*{3}[\s\S]*at .*(late|rejected|node:)/);
      });
    });
  });

  it('by reports in files behind links, which other users cannot read afterwards', async () => {
    await withCanaries(async ({ home, silent, target }) => {
      await mkdir(`${home}/out`, { mode: 0o700 });
      await writeFile(`${home}/out/real.json`, 'before');
      await chmod(`${home}/out/real.json`, 0o644);
      await symlink(`${home}/out/real.json`, `${home}/out/link.json`);
      await symlink(`${home}/out/none.xml`, `${home}/out/dangling.xml`);
      const into = ['-r', `json=${home}/out/link.json`, '-r', `junit=${home}/out/dangling.xml`];
      const env = { PRODUCTION_URL: urlOf(target, 'fail') };
      expect((await silent(['run', '-n', '1', ...into, ...HEADER_FLAG], { env })).exitCode).toBe(1);
      expect(JSON.parse(await readFile(`${home}/out/real.json`, 'utf8'))).toMatchObject({ status: 'broken' });
    });
  });

  it('by a token, wherever it is set and whatever Sentry responds', async () => {
    await withCanaries(async ({ project, silent, sentry, atApi, setApiMode }) => {
      setApiMode('refuse');
      const { cwd } = project;
      const claims = Buffer.from(`{"url":"http://${sentry}","org":"acme"}`).toString('base64');
      const sources = [
        { token: 'tokenInConfig', env: {}, gone: `${cwd}/prod-e2e.config.json` },
        { token: 'tokenInSentryclirc', env: {}, gone: `${cwd}/.sentryclirc` },
        { token: 'tokenInProperties', env: {}, gone: `${cwd}/sentry.properties` },
        {
          token: 'organizationToken',
          env: { SENTRY_AUTH_TOKEN: `sntrys_${claims}_${canary('organizationToken')}` },
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
  });

  it('by a proxy, which is the only one to get its password', async () => {
    await sideBySide([200, 407], (status) =>
      withCanaries(({ silent, target, atTarget, atIngest, atApi }) =>
        withProxy(
          async ({ host, tunnels }) => {
            const proxy = `http://corporate:${encodeURIComponent(canary('proxyPassword'))}@${host}`;
            const env = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, PRODUCTION_URL: urlOf(target, 'fail') };
            // Behind a proxy that refuses, reading traces takes the whole timeout.
            const { exitCode } = await silent(['run', '-n', '1', '--trace-timeout', '1s', ...HEADER_FLAG], {
              env,
            });
            expect(exitCode).toBe(status === 200 ? 1 : 3);
            await silent(['doctor', '--no-send', ...HEADER_FLAG], { env });
            const asked = tunnels.map(({ authorization }) => String(authorization).replace('Basic ', ''));
            expect(canariesIn(asked.map((each) => Buffer.from(each, 'base64').toString()).join())).toEqual([
              'proxyPassword',
            ]);
            expect(canariesIn(atTarget() + atIngest() + atApi())).not.toContain('proxyPassword');
          },
          { status },
        ),
      ),
    );
  });

  it('by the sandbox, which does not get secrets of the user either', async () => {
    await withCanaries(async (place) => {
      const { project, silent, atTarget, atIngest, atApi } = place;
      const env = { PRODUCTION_URL: '' };
      // The project's scenarios call a path that the sandbox's target does not trace: no span is worth a longer wait.
      const wait = ['--trace-timeout', '1s'];
      await Promise.all([
        silent(['run', '--sandbox', '-n', '2', ...wait, ...HEADER_FLAG], { env }),
        silent(['run', '--sandbox', '-n', '1', ...wait, '--fault', '*=status:500', '--json'], { env }),
        silent(['doctor', '--sandbox', ...wait], { env }),
      ]);
      expect([atIngest(), atApi()]).toEqual(['', '']);
      // Notifiers on this machine are told, and of nothing but what is theirs.
      expectNothingStrange(place);
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
  });
});

/** Configurations with a secret where something else belongs. */
function misplaced(): Readonly<Record<string, string>> {
  const secret = canary('misplacedInConfig');
  const configs: Readonly<Record<string, object>> = {
    signing: { signing: secret },
    secrt: { signing: { scheme: 'hmac', secrt: secret } },
    scheme: { signing: { scheme: `whsec_${secret}` } },
    sentry: { sentry: secret },
    tokn: { sentry: { tokn: secret } },
    notify: { notify: [`https://hooks.slack.com/services/T0/B0/${secret}`] },
    urll: { notify: [{ type: 'slack', urll: `https://hooks.slack.com/services/T0/B0/${secret}` }] },
    headers: { headers: `Authorization: Bearer ${secret}` },
    name: { headers: { [`Authorization: Bearer ${secret}`]: 'x' } },
    key: { [`Authorization: Bearer ${secret}`]: 'x' },
    profile: { profiles: { p: { signing: secret, sentry: { tokn: secret } } } },
    scenario: { scenarios: [{ name: 'A', headers: secret }] },
    cleanup: { cleanup: { url: '{{origin}}/x', headers: `X-Key: ${secret}` } },
    sql: { stages: [{ name: 'a', sql: secret }] },
    top: [secret],
  };
  return Object.fromEntries(
    Object.entries(configs).map(([name, config]) => [`${name}.json`, JSON.stringify(config)]),
  );
}

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
  it('does not show secrets of the command line after the program has read them', async () => {
    await withCanaries(async ({ home, target, atTarget, silent }) => {
      const secrets = ['-H', `Authorization: Bearer ${canary('headerOfFlag')}`, '--timeout', '5m'];
      let shown = '';
      const { stdout } = await silent(['run', '--url', urlOf(target, 'hang'), '-n', '1', ...secrets], {
        running: (child) => {
          void eventually(async () => (atTarget() === '' ? null : true)).then(async () => {
            shown = await readFile(`/proc/${child.pid}/cmdline`, 'utf8');
            child.kill('SIGINT');
          });
        },
      });
      expect(canariesIn(shown)).toEqual([]);
      expect(shown.replaceAll('\0', '')).toMatch(
        /^prod-e2e run --url http:\/\/\*\*\*:\*\*\*@127\.0\.0\.1:\d+\/hang\/hook\?key=\*\*\* -n 1 -H .*\*\*\* --timeout 5m/,
      );
      expect(stdout + home).not.toBe('');
    });
  });
});
