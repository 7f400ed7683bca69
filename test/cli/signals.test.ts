/** Ctrl-C, SIGTERM, SIGHUP, closed terminals and readers that have gone, in every phase of a run. */
import { spawnSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { type Cli, ROOT, withCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { type GatedTarget, withGatedTarget } from '../support/gated-target.ts';
import { childrenOf, isAlive, isStopped } from '../support/processes.ts';
import { CTRL_C, CTRL_D, HAS_TERMINALS, onTerminal, type Step } from '../support/pseudo-terminal.ts';
import { withSentryReceiver } from '../support/sentry-receiver.ts';
import { withTarget } from '../support/target.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };
const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 143],
] as const;

type Child = Parameters<NonNullable<NonNullable<Parameters<Cli['run']>[1]>['running']>>[0];

const STOPS_CHILDREN = pathToFileURL(path.join(ROOT, 'test', 'support', 'stop-children.mjs')).href;

/** Loaded into the program: it writes this once it watches signals, and so waits for the pipe or is about to. */
const WAITING = 'signals are watched';
const SAYS_WAITING = `data:text/javascript,${encodeURIComponent(
  `const timer = setInterval(() => {
    if (process.listenerCount('SIGTERM') === 0) return;
    clearInterval(timer);
    process.stderr.write('${WAITING}');
  }, 10).unref();`,
)}`;
/** More than the 250 ms in which a second signal is taken for the same Ctrl-C. */
const NEXT_PRESS_MS = 400;

/** Does something once the program has written this text. */
function once(child: Child, stream: 'stdout' | 'stderr', text: string, react: () => void): void {
  let written = '';
  const look = (chunk: Buffer) => {
    written += chunk.toString('utf8');
    if (!written.includes(text)) return;
    child[stream]?.off('data', look);
    react();
  };
  child[stream]?.on('data', look);
}

/** Its processes, which cannot get ready before they are sent SIGCONT. */
function startingSandbox(child: Child): Promise<readonly number[]> {
  return eventually(async () => {
    const found = childrenOf(child.pid ?? 0);
    return found.length === 2 && found.every(isStopped) ? found : null;
  });
}

async function shown({ run }: Cli): Promise<Report> {
  return JSON.parse((await run(['report', 'show', '--json'])).stdout);
}

describe.concurrent('a run that is stopped', () => {
  it.each(SIGNALS)(
    'by %s while it sends is saved, reported, flushed to Sentry, and exits with %i',
    async (signal, code) => {
      await withGatedTarget({ first: 3, body: GOOD }, async (target) =>
        withSentryReceiver({ status: 200 }, async (sentry) =>
          withCli(async (cli) => {
            const { stdout, exitCode } = await cli.run(['run', '--url', target.url, '-n', '20', '--json'], {
              env: { SENTRY_DSN: sentry.dsn },
              running: (child) =>
                once(child, 'stderr', '\n 3/20', () => {
                  child.kill(signal);
                  target.release();
                }),
            });
            const report: Report = JSON.parse(stdout);
            expect(exitCode).toBe(code);
            expect(report).toMatchObject({
              status: 'interrupted',
              exitCode: code,
              skippedBecause: expect.stringContaining(`The run was stopped by ${signal}`),
            });
            expect(report.results.length).toBeGreaterThanOrEqual(3);
            expect(report.results.length + report.summary.skipped).toBe(20);
            expect(await shown(cli)).toEqual(report);
            const roots = sentry.spans().filter(({ root }) => root);
            const reported = new Set(roots.map(({ traceId }) => traceId));
            for (const { trace } of report.results) expect(reported).toContain(trace.traceId);
            expect(report.sentry).toMatchObject({ accepted: roots.length, pending: 0, dropped: 0 });
            expect(target.requests.length, 'nothing leaves any more').toBe(report.results.length);
          }),
        ),
      );
    },
  );

  it.each(SIGNALS)('by %s before it sends anything reports it, and exits with %i', async (signal, code) => {
    await withCli(async (cli) => {
      let children: readonly number[] = [];
      const { stdout, exitCode } = await cli.run(['run', '--sandbox', '--json'], {
        nodeArgs: ['--import', STOPS_CHILDREN],
        running: async (child) => {
          children = await startingSandbox(child);
          child.kill(signal);
          for (const pid of children) process.kill(pid, 'SIGCONT');
        },
      });
      expect(exitCode).toBe(code);
      const report: Report = JSON.parse(stdout);
      expect(report).toMatchObject({
        status: 'interrupted',
        summary: { total: 0, skipped: 5 },
        skippedBecause: `The run was stopped by ${signal}.`,
      });
      expect(await shown(cli)).toEqual(report);
      expect(children.some(isAlive)).toBe(false);
    });
  });

  it.each(SIGNALS)(
    'by %s while it waits for traces stops waiting, and exits with %i',
    async (signal, code) => {
      await withCli(async (cli) => {
        let children: readonly number[] = [];
        const args = ['run', '--sandbox', '--json', '--fault', '*=trace-late:10m', '--trace-timeout', '10m'];
        const { stdout, exitCode } = await cli.run(args, {
          running: (child) =>
            once(child, 'stderr', 'Reading 5 traces', () => {
              children = childrenOf(child.pid ?? 0);
              child.kill(signal);
            }),
        });
        const report: Report = JSON.parse(stdout);
        expect(exitCode).toBe(code);
        expect(report).toMatchObject({ status: 'interrupted', summary: { total: 5, skipped: 0 } });
        expect(report.sentry).toMatchObject({ accepted: 5, pending: 0 });
        expect(await shown(cli)).toEqual(report);
        expect(children).toHaveLength(2);
        expect(children.some(isAlive)).toBe(false);
      });
    },
  );

  it('waits briefly for requests in flight, and reports those without a response', async () => {
    const never = () => {};
    await withTarget(never, async (target) =>
      withCli(async (cli) => {
        const args = ['run', '--url', target.url, '--json', '-c', '3', '--timeout', '10m'];
        const { stdout, exitCode } = await cli.run(args, {
          running: async (child) => {
            await eventually(async () => (target.requests.length === 3 ? true : null));
            child.kill('SIGINT');
          },
        });
        expect(exitCode).toBe(130);
        expect(JSON.parse(stdout)).toMatchObject({
          status: 'interrupted',
          summary: { total: 0, skipped: 5 },
          skippedBecause: 'The run was stopped by SIGINT; 3 of them had been sent and may have arrived.',
        });
      }),
    );
  });

  it('by two signals at once (one Ctrl-C that the parent process passes on) stops cleanly', async () => {
    await withGatedTarget({ first: 3, body: GOOD }, async (target) =>
      withCli(async (cli) => {
        const { stdout, exitCode } = await cli.run(['run', '--url', target.url, '-n', '20', '--json'], {
          running: (child) =>
            once(child, 'stderr', '\n 3/20', () => {
              // It gets both when it goes on.
              for (const signal of ['SIGSTOP', 'SIGINT', 'SIGTERM', 'SIGCONT'] as const) child.kill(signal);
              target.release();
            }),
        });
        expect([130, 143]).toContain(exitCode);
        expect(JSON.parse(stdout).status).toBe('interrupted');
      }),
    );
  });
});

describe.runIf(process.platform !== 'win32')(
  'a run whose report is being written',
  { concurrent: true },
  () => {
    /** A report into a pipe whose reader has just come: the run is over and saved. */
    async function writing(
      react: (child: Child, pipe: string) => void,
    ): Promise<{ exitCode: number | null; stderr: string; piped: string; report: Report }> {
      return withWebhookTarget({ body: GOOD }, async (target) =>
        withCli(async (cli) => {
          const pipe = path.join(cli.home, 'pipe');
          expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
          let piped: Promise<string> = Promise.resolve('');
          const { exitCode, stderr } = await cli.run(['run', '--url', target.url, '-r', `json=${pipe}`], {
            running: (child) =>
              once(child, 'stdout', '\n  Target ', () => {
                const reader = createReadStream(pipe, 'utf8');
                piped = text(reader);
                // Both ends are open: the report is being written.
                reader.once('open', () => react(child, pipe));
              }),
          });
          return { exitCode, stderr, piped: await piped, report: await shown(cli) };
        }),
      );
    }

    it.each(SIGNALS)(
      'is not affected by %s: the run is over, and its exit code is unchanged',
      async (signal) => {
        const { exitCode, piped, report } = await writing((child) => child.kill(signal));
        expect(exitCode).toBe(0);
        expect(JSON.parse(piped)).toEqual(report);
        expect(report.status).toBe('healthy');
      },
    );
  },
);

describe.runIf(process.platform !== 'win32')(
  'a pipe without a reader or writer',
  { concurrent: true },
  () => {
    const piped = (cli: Cli) => {
      const pipe = path.join(cli.home, 'pipe');
      spawnSync('mkfifo', [pipe]);
      return pipe;
    };

    it('for a report needs one Ctrl-C, and the run is saved', async () => {
      await withWebhookTarget({ body: GOOD }, async (target) =>
        withCli(async (cli) => {
          const pipe = piped(cli);
          const { exitCode, stderr } = await cli.run(['run', '--url', target.url, '-r', `json=${pipe}`], {
            running: (child) => once(child, 'stdout', '\n  Target ', () => child.kill('SIGINT')),
          });
          expect(exitCode).toBe(130);
          expect(stderr).toContain(
            `cannot be written to ${pipe} (interrupted while nothing read the pipe).\n`,
          );
          expect(stderr).toContain('The run itself is saved: prod-e2e report show');
          expect(await shown(cli)).toMatchObject({ status: 'healthy', summary: { total: 5 } });
        }),
      );
    });

    /** As a shell sees it. */
    const endOf = (child: Child) =>
      new Promise<number>((resolve) => {
        child.once('exit', (exit, by) => resolve(exit ?? 128 + (by === 'SIGINT' ? 2 : 15)));
      });

    it('of payloads for run --from ends with SIGTERM', async () => {
      await withCli(async (cli) => {
        let end: Promise<number> | null = null;
        await cli.run(['run', '--url', 'http://127.0.0.1:9/', '--from', piped(cli)], {
          nodeArgs: ['--import', SAYS_WAITING],
          running: (child) => {
            end = endOf(child);
            once(child, 'stderr', WAITING, () => child.kill('SIGTERM'));
          },
        });
        expect(await end).toBe(143);
      });
    });

    it.each([
      ['run', 'SIGINT', 130],
      ['doctor', 'SIGTERM', 143],
    ] as const)('of a certificate for %s ends with %s', async (command, signal, code) => {
      await withCli(async (cli) => {
        let end: Promise<number> | null = null;
        const pipe = piped(cli);
        await cli.run([command, '--url', 'http://127.0.0.1:9/', '--cacert', pipe], {
          running: (child) => {
            end = endOf(child);
            // A pipe is open for its writer once there is a reader.
            void open(pipe, 'w').then(async (writer) => {
              child.kill(signal);
              await end;
              await writer.close();
            });
          },
        });
        expect(await end).toBe(code);
      });
    });
  },
);

describe.runIf(process.platform !== 'win32')('a second Ctrl-C', { concurrent: true }, () => {
  it.runIf(HAS_TERMINALS)('on a terminal leaves the cursor visible', async () => {
    await withTarget(
      () => {},
      async (target) =>
        withCli(async (cli) => {
          const args = ['run', '--url', target.url, '--timeout', '10m'];
          const { screen, exit, signal } = await onTerminal(cli, args, {
            steps: [
              { after: 'Total', do: 'type', keys: CTRL_C },
              { after: 'Stopping', delayMs: NEXT_PRESS_MS, do: 'type', keys: CTRL_C },
            ],
          });
          expect(exit ?? 128 + (signal ?? 0), 'as a shell tells it').toBe(130);
          expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.lastIndexOf('\u001b[?25l'));
        }),
    );
  });
});

describe.concurrent('no process is left behind by', () => {
  const COMMANDS = [
    ['run --sandbox', ['run', '--sandbox', '--fault', '*=timeout', '--timeout', '10m'], 'Sending'],
    ['sandbox', ['sandbox'], null],
  ] as const;
  const ENDS = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  const cases = COMMANDS.flatMap(([name, args, text]) =>
    ENDS.map((signal) => ({ name, args, text, signal })),
  );

  it.each(cases)('$name after $signal', async ({ args, text, signal }) => {
    await withCli(async ({ run }) => {
      let children: readonly number[] = [];
      await run(args, {
        running: (child) =>
          once(child, text === null ? 'stdout' : 'stderr', text ?? 'Stop with', () => {
            children = childrenOf(child.pid ?? 0);
            child.kill(signal);
          }),
      });
      expect(children).toHaveLength(2);
      await eventually(async () => (children.some(isAlive) ? null : true));
    });
  });

  it('a Ctrl-C to the whole process group while the sandbox starts', async () => {
    await withCli(async ({ run }) => {
      let children: readonly number[] = [];
      const { exitCode, stderr } = await run(['sandbox'], {
        ownGroup: true,
        nodeArgs: ['--import', STOPS_CHILDREN],
        running: async (child) => {
          children = await startingSandbox(child);
          process.kill(-(child.pid ?? 0), 'SIGINT');
          for (const pid of children) process.kill(pid, 'SIGCONT');
        },
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      await eventually(async () => (children.some(isAlive) ? null : true));
    });
  });
});

describe.runIf(process.platform !== 'win32')('a reader that closes early', { concurrent: true }, () => {
  // The code of the program itself: that of a pipe is its last part's.
  const coded = (redirected: string) => `{ "$@" ${redirected}; echo $? > code; } | head -n 1`;

  it.each([
    ['of the report', coded(''), '📊 SUMMARY'],
    ['of lines as they come', coded('-r ndjson 2>&1'), 'Sending'],
    ['of the progress', coded('2>&1 >report.txt'), 'Sending'],
    ['of both', coded('2>&1'), 'Sending'],
    ['of nothing at all', '{ "$@" 2>&1; echo $? > code; } | true', ''],
  ])('%s changes nothing about the run', async (_, through, first) => {
    await withWebhookTarget({ body: GOOD, delayMs: 20 }, async (target) =>
      withCli(async (cli) => {
        const { stdout } = await cli.run(['run', '--url', target.url], { through });
        expect(stdout.startsWith(first)).toBe(true);
        expect(readFileSync(path.join(cli.home, 'code'), 'utf8')).toBe('0\n');
        expect(target.received).toHaveLength(5);
        expect(await shown(cli)).toMatchObject({ status: 'healthy', summary: { total: 5 } });
      }),
    );
  });

  it('of a broken run does not make it pass', async () => {
    await withWebhookTarget({ status: 500, body: {} }, async (target) =>
      withCli(async (cli) => {
        await cli.run(['run', '--url', target.url], { through: coded('2>&1') });
        expect(readFileSync(path.join(cli.home, 'code'), 'utf8')).toBe('1\n');
      }),
    );
  });
});

describe.runIf(HAS_TERMINALS)('a terminal that is closed', { concurrent: true }, () => {
  const closeAfterFirst = ({ release }: GatedTarget): readonly Step[] => [
    { after: ' 1/25', do: 'close' },
    { after: '', do: 'call', call: release },
  ];

  it('stops the run cleanly, and the run is saved', async () => {
    await withGatedTarget({ first: 1, body: GOOD }, async (target) =>
      withCli(async (cli) => {
        const { exit, signal } = await onTerminal(cli, ['run', '--url', target.url, '-n', '25'], {
          steps: closeAfterFirst(target),
        });
        expect({ exit, signal }).toEqual({ exit: 143, signal: null });
        const report = await shown(cli);
        expect(report).toMatchObject({
          status: 'interrupted',
          skippedBecause: expect.stringContaining('SIGHUP'),
        });
        expect(report.results).toHaveLength(target.requests.length);
      }),
    );
  });

  it('without a signal, as under nohup, lets the run finish', async () => {
    await withGatedTarget({ first: 1, body: GOOD }, async (target) =>
      withCli(async (cli) => {
        const { exit, signal } = await onTerminal(cli, ['run', '--url', target.url, '-n', '25'], {
          steps: closeAfterFirst(target),
          owned: false,
        });
        expect({ exit, signal }).toEqual({ exit: 0, signal: null });
        expect(await shown(cli)).toMatchObject({ exitCode: 0, summary: { total: 25, successful: 25 } });
      }),
    );
  });

  it('leaves no process of the sandbox behind', async () => {
    await withCli(async (cli) => {
      let children: readonly number[] = [];
      const args = ['run', '--sandbox', '--fault', '*=timeout', '--timeout', '10m'];
      const look = (pid: number) => {
        children = childrenOf(pid);
      };
      const { exit } = await onTerminal(cli, args, {
        steps: [
          { after: ' 0/5', do: 'call', call: look },
          { after: '', do: 'close' },
        ],
      });
      expect(children).toHaveLength(2);
      expect(exit).toBe(143);
      await eventually(async () => (children.some(isAlive) ? null : true));
      expect(await shown(cli)).toMatchObject({ status: 'interrupted', summary: { total: 0 } });
    });
  });
});

describe.runIf(HAS_TERMINALS)('the confirmation question', { concurrent: true }, () => {
  const ASKED = ['run', '--url', 'http://hooks.invalid/webhook', '-n', '26'];

  it.each([
    ['Ctrl-C', CTRL_C, 130],
    ['Ctrl-D', CTRL_D, 2],
    ['no', 'n\r', 2],
    ['Enter', '\r', 2],
  ])('answered with %s sends nothing', async (_, keys, code) => {
    await withCli(async (cli) => {
      const { screen, exit } = await onTerminal(cli, ASKED, {
        steps: [{ after: 'Continue? [y/N]', do: 'type', keys }],
      });
      expect(screen).toContain(
        code === 130 ? 'Error: Interrupted; nothing was sent.' : 'Error: Nothing was sent.',
      );
      expect(screen).not.toContain('bug');
      expect(exit).toBe(code);
      expect((await cli.run(['report', 'list', '--json'])).stdout).toContain('"runs": []');
    });
  });

  it('answered with yes sends', async () => {
    await withCli(async (cli) => {
      const { screen, exit } = await onTerminal(cli, ASKED, {
        steps: [{ after: 'Continue? [y/N]', do: 'type', keys: 'y\r' }],
      });
      expect(screen).toContain('Sending 26 webhooks to http://hooks.invalid');
      expect(exit, 'there is no such host').toBe(3);
    });
  });

  it('on a closed terminal sends nothing', async () => {
    await withCli(async (cli) => {
      const { exit, signal } = await onTerminal(cli, ASKED, {
        steps: [{ after: 'Continue? [y/N]', do: 'close' }],
      });
      expect(signal).toBeNull();
      expect([2, 143]).toContain(exit);
      expect((await cli.run(['report', 'list', '--json'])).stdout).toContain('"runs": []');
    });
  });
});
