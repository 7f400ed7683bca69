/** Ctrl-C, SIGTERM, SIGHUP, closed terminals and readers that have gone, in every phase of a run. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { childrenOf, isAlive } from '../support/processes.ts';
import { CTRL_C, CTRL_D, HAS_TERMINALS, onTerminal } from '../support/pseudo-terminal.ts';
import { withSentryReceiver } from '../support/sentry-receiver.ts';
import { withTarget } from '../support/target.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };
/** Starts of programs on a machine that others use as well. */
const LIMIT_MS = 300_000;
const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 143],
] as const;

if (!HAS_TERMINALS) process.stdout.write('Not tried here, for want of python3: what a terminal does\n');

type Child = Parameters<NonNullable<NonNullable<Parameters<Cli['run']>[1]>['running']>>[0];

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

async function shown({ run }: Cli): Promise<Report> {
  return JSON.parse((await run(['report', 'show', '--json'])).stdout);
}

describe('a run that is stopped', () => {
  it.each(SIGNALS)(
    'by %s while it sends is saved, reported, flushed to Sentry, and exits with %i',
    async (signal, code) => {
      await withWebhookTarget({ answer: GOOD, delayMs: 60 }, async (target) =>
        withSentryReceiver({ status: 200 }, async (sentry) =>
          withCli(async (cli) => {
            const { stdout, exitCode } = await cli.run(['run', '--url', target.url, '-n', '25', '--json'], {
              env: { SENTRY_DSN: sentry.dsn },
              running: (child) => once(child, 'stderr', '\n 3/25', () => child.kill(signal)),
            });
            const report: Report = JSON.parse(stdout);
            expect(exitCode).toBe(code);
            expect(report).toMatchObject({
              status: 'interrupted',
              exitCode: code,
              skippedBecause: expect.stringContaining(`The run was stopped by ${signal}`),
            });
            expect(report.results.length).toBeGreaterThanOrEqual(3);
            expect(report.results.length + report.summary.skipped).toBe(25);
            expect(await shown(cli)).toEqual(report);
            const roots = sentry.spans().filter(({ root }) => root);
            const reported = new Set(roots.map(({ traceId }) => traceId));
            for (const { trace } of report.results) expect(reported).toContain(trace.traceId);
            expect(report.sentry).toMatchObject({ accepted: roots.length, pending: 0, dropped: 0 });
            expect(target.received.length, 'nothing leaves any more').toBe(report.results.length);
          }),
        ),
      );
    },
    LIMIT_MS,
  );

  it.each(SIGNALS)(
    'by %s before it sends anything says so, and exits with %i',
    async (signal, code) => {
      await withCli(async (cli) => {
        let children: readonly number[] = [];
        const { stdout, exitCode } = await cli.run(['run', '--sandbox', '--json'], {
          running: async (child) => {
            // The sandbox is starting.
            children = await eventually(async () => {
              const found = childrenOf(child.pid ?? 0);
              return found.length === 2 ? found : null;
            }, 30_000);
            child.kill(signal);
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
    },
    LIMIT_MS,
  );

  it.each(SIGNALS)(
    'by %s while it waits for traces does not wait on, and exits with %i',
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
    LIMIT_MS,
  );

  it(
    'gives what is in flight a moment, and says what had left without an answer',
    async () => {
      const never = () => {};
      await withTarget(never, async (target) =>
        withCli(async (cli) => {
          const args = ['run', '--url', target.url, '--json', '-c', '3', '--timeout', '10m'];
          const { stdout, exitCode } = await cli.run(args, {
            running: async (child) => {
              await eventually(async () => (target.requests.length === 3 ? true : null), 30_000);
              child.kill('SIGINT');
            },
          });
          expect(exitCode).toBe(130);
          expect(JSON.parse(stdout)).toMatchObject({
            status: 'interrupted',
            summary: { total: 0, skipped: 5 },
            skippedBecause: 'The run was stopped by SIGINT; 3 of them had left and may have arrived.',
          });
        }),
      );
    },
    LIMIT_MS,
  );

  it(
    'by two signals at once (one Ctrl-C, handed on by what started it) is stopped in good order',
    async () => {
      await withWebhookTarget({ answer: GOOD, delayMs: 60 }, async (target) =>
        withCli(async (cli) => {
          const { stdout, exitCode } = await cli.run(['run', '--url', target.url, '-n', '25', '--json'], {
            running: (child) =>
              once(child, 'stderr', '\n 3/25', () => {
                child.kill('SIGINT');
                child.kill('SIGTERM');
              }),
          });
          expect([130, 143]).toContain(exitCode);
          expect(JSON.parse(stdout).status).toBe('interrupted');
        }),
      );
    },
    LIMIT_MS,
  );
});

describe.runIf(process.platform !== 'win32')('a run whose report is being written', () => {
  /** A report into a pipe that nobody reads yet: the run is over and kept, and cannot end. */
  async function writing(
    react: (child: Child, pipe: string) => void,
  ): Promise<{ exitCode: number | null; stderr: string; piped: string; report: Report }> {
    return withWebhookTarget({ answer: GOOD }, async (target) =>
      withCli(async (cli) => {
        const pipe = path.join(cli.home, 'pipe');
        expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
        let piped = '';
        const { exitCode, stderr } = await cli.run(['run', '--url', target.url, '-r', `json=${pipe}`], {
          running: (child) =>
            once(child, 'stdout', 'this report again', () => {
              react(child, pipe);
              void readFile(pipe, 'utf8').then((text) => {
                piped = text;
              });
            }),
        });
        return { exitCode, stderr, piped, report: await shown(cli) };
      }),
    );
  }

  it.each(SIGNALS)(
    'is not spoilt by %s: the run is over, and its exit code is its own',
    async (signal) => {
      const { exitCode, piped, report } = await writing((child) => child.kill(signal));
      expect(exitCode).toBe(0);
      expect(JSON.parse(piped)).toEqual(report);
      expect(report.status).toBe('healthy');
    },
    LIMIT_MS,
  );
});

describe.runIf(process.platform !== 'win32')('a second Ctrl-C', () => {
  it(
    'ends a program at once that waits for a reader of its report, and the run is kept',
    async () => {
      await withWebhookTarget({ answer: GOOD }, async (target) =>
        withCli(async (cli) => {
          const pipe = path.join(cli.home, 'pipe');
          spawnSync('mkfifo', [pipe]);
          let endedBy: string | null = null;
          await cli.run(['run', '--url', target.url, '-r', `json=${pipe}`], {
            running: (child) => {
              child.once('exit', (_, signal) => {
                endedBy = signal;
              });
              once(child, 'stdout', 'this report again', () => {
                child.kill('SIGINT');
                setTimeout(() => child.kill('SIGINT'), 1_000);
              });
            },
          });
          expect(endedBy, 'which a shell takes for 130').toBe('SIGINT');
          expect(await shown(cli)).toMatchObject({ status: 'healthy', summary: { total: 5 } });
        }),
      );
    },
    LIMIT_MS,
  );

  it.runIf(HAS_TERMINALS)(
    'on a terminal leaves the cursor visible',
    async () => {
      await withTarget(
        () => {},
        async (target) =>
          withCli(async (cli) => {
            const args = ['run', '--url', target.url, '--timeout', '10m'];
            const { screen, exit, signal } = await onTerminal(cli, args, {
              steps: [
                { after: 'answered', delay: 0.2, do: 'type', keys: CTRL_C },
                { after: 'Stopping', delay: 0.4, do: 'type', keys: CTRL_C },
              ],
            });
            expect(exit ?? 128 + (signal ?? 0), 'as a shell tells it').toBe(130);
            expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.lastIndexOf('\u001b[?25l'));
          }),
      );
    },
    LIMIT_MS,
  );
});

describe('no process is left behind by', () => {
  const COMMANDS = [
    ['run --sandbox', ['run', '--sandbox', '--fault', '*=timeout', '--timeout', '10m'], 'Sending'],
    ['sandbox', ['sandbox'], null],
  ] as const;
  const ENDS = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  const cases = COMMANDS.flatMap(([name, args, text]) =>
    ENDS.map((signal) => ({ name, args, text, signal })),
  );

  it.each(cases)(
    '$name after $signal',
    async ({ args, text, signal }) => {
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
        await eventually(async () => (children.some(isAlive) ? null : true), 30_000);
      });
    },
    LIMIT_MS,
  );

  it(
    'a Ctrl-C to the whole group while the sandbox starts',
    async () => {
      await withCli(async ({ run }) => {
        let children: readonly number[] = [];
        const { exitCode, stderr } = await run(['sandbox'], {
          ownGroup: true,
          running: async (child) => {
            children = await eventually(async () => {
              const found = childrenOf(child.pid ?? 0);
              return found.length === 2 ? found : null;
            }, 30_000);
            process.kill(-(child.pid ?? 0), 'SIGINT');
          },
        });
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
        await eventually(async () => (children.some(isAlive) ? null : true), 30_000);
      });
    },
    LIMIT_MS,
  );
});

describe.runIf(process.platform !== 'win32')('a reader that has seen enough', () => {
  // The code of the program itself: that of a pipe is its last part's.
  const coded = (redirected: string) => `{ "$@" ${redirected}; echo $? > code; } | head -n 1`;

  it.each([
    ['of the report', coded(''), 'prod-e2e'],
    ['of lines as they come', coded('-r ndjson 2>&1'), 'Sending'],
    ['of the progress', coded('2>&1 >report.txt'), 'Sending'],
    ['of both', coded('2>&1'), 'Sending'],
    ['of nothing at all', '{ "$@" 2>&1; echo $? > code; } | true', ''],
  ])(
    '%s changes nothing about the run',
    async (_, through, first) => {
      await withWebhookTarget({ answer: GOOD, delayMs: 20 }, async (target) =>
        withCli(async (cli) => {
          const { stdout } = await cli.run(['run', '--url', target.url], { through });
          expect(stdout.startsWith(first)).toBe(true);
          expect(readFileSync(path.join(cli.home, 'code'), 'utf8')).toBe('0\n');
          expect(target.received).toHaveLength(5);
          expect(await shown(cli)).toMatchObject({ status: 'healthy', summary: { total: 5 } });
        }),
      );
    },
    LIMIT_MS,
  );

  it(
    'of a broken run does not make it a good one',
    async () => {
      await withWebhookTarget({ status: 500, answer: {} }, async (target) =>
        withCli(async (cli) => {
          await cli.run(['run', '--url', target.url], { through: coded('2>&1') });
          expect(readFileSync(path.join(cli.home, 'code'), 'utf8')).toBe('1\n');
        }),
      );
    },
    LIMIT_MS,
  );
});

describe.runIf(HAS_TERMINALS)('a terminal that is closed', () => {
  const CLOSE_AFTER_FIRST = [{ after: '1/25 answered', do: 'close' }] as const;

  it(
    'stops the run in good order; it is kept',
    async () => {
      await withWebhookTarget({ answer: GOOD, delayMs: 150 }, async (target) =>
        withCli(async (cli) => {
          const { exit, signal } = await onTerminal(cli, ['run', '--url', target.url, '-n', '25'], {
            steps: CLOSE_AFTER_FIRST,
          });
          expect({ exit, signal }).toEqual({ exit: 143, signal: null });
          const report = await shown(cli);
          expect(report).toMatchObject({
            status: 'interrupted',
            skippedBecause: expect.stringContaining('SIGHUP'),
          });
          expect(report.results).toHaveLength(target.received.length);
        }),
      );
    },
    LIMIT_MS,
  );

  it(
    'without a signal, as under nohup, lets the run come to its end',
    async () => {
      await withWebhookTarget({ answer: GOOD, delayMs: 50 }, async (target) =>
        withCli(async (cli) => {
          const { exit, signal } = await onTerminal(cli, ['run', '--url', target.url, '-n', '25'], {
            steps: CLOSE_AFTER_FIRST,
            owned: false,
          });
          expect({ exit, signal }).toEqual({ exit: 0, signal: null });
          expect(await shown(cli)).toMatchObject({ exitCode: 0, summary: { total: 25, successful: 25 } });
        }),
      );
    },
    LIMIT_MS,
  );

  it(
    'leaves no process of the sandbox behind',
    async () => {
      await withCli(async (cli) => {
        let children: readonly number[] = [];
        const args = ['run', '--sandbox', '--fault', '*=timeout', '--timeout', '10m'];
        const { exit, pid } = await onTerminal(cli, args, {
          steps: [{ after: '0/5 answered', delay: 0.2, do: 'close' }],
        });
        children = childrenOf(pid);
        expect(exit).toBe(143);
        await eventually(async () => (children.some(isAlive) ? null : true), 30_000);
        expect(await shown(cli)).toMatchObject({ status: 'interrupted', summary: { total: 0 } });
      });
    },
    LIMIT_MS,
  );
});

describe.runIf(HAS_TERMINALS)('the question whether to send', () => {
  const ASKED = ['run', '--url', 'http://hooks.invalid/webhook', '-n', '26'];

  it.each([
    ['Ctrl-C', CTRL_C, 130],
    ['Ctrl-D', CTRL_D, 2],
    ['no', 'n\r', 2],
    ['Enter', '\r', 2],
  ])(
    'answered with %s sends nothing',
    async (_, keys, code) => {
      await withCli(async (cli) => {
        const { screen, exit } = await onTerminal(cli, ASKED, {
          steps: [{ after: 'Go on? [y/N]', delay: 0.1, do: 'type', keys }],
        });
        expect(screen).toContain(
          code === 130 ? 'Error: Interrupted; nothing was sent.' : 'Error: Nothing was sent.',
        );
        expect(screen).not.toContain('bug');
        expect(exit).toBe(code);
        expect((await cli.run(['report', 'list', '--json'])).stdout).toContain('"runs": []');
      });
    },
    LIMIT_MS,
  );

  it(
    'answered with yes sends',
    async () => {
      await withCli(async (cli) => {
        const { screen, exit } = await onTerminal(cli, ASKED, {
          steps: [{ after: 'Go on? [y/N]', delay: 0.1, do: 'type', keys: 'y\r' }],
        });
        expect(screen).toContain('Sending 26 webhooks to http://hooks.invalid');
        expect(exit, 'there is no such host').toBe(3);
      });
    },
    LIMIT_MS,
  );

  it(
    'on a terminal that is closed sends nothing',
    async () => {
      await withCli(async (cli) => {
        const { exit, signal } = await onTerminal(cli, ASKED, {
          steps: [{ after: 'Go on? [y/N]', delay: 0.1, do: 'close' }],
        });
        expect(signal).toBeNull();
        expect([2, 143]).toContain(exit);
        expect((await cli.run(['report', 'list', '--json'])).stdout).toContain('"runs": []');
      });
    },
    LIMIT_MS,
  );
});
