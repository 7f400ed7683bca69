/** What a run left behind is removed later, whatever ended it: the built program against a target that remembers. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, withCli } from '../support/cli.ts';
import { type SignalStore, type StoreBehavior, withSignalStore } from '../support/signal-store.ts';

const BY_ID = { url: '{{origin}}/signals/{{response.signal_id}}' };
const BY_TEST = { url: '{{origin}}/tests/{{testId}}' };

const never = () => new Promise<void>(() => {});

interface Place extends Cli {
  readonly store: SignalStore;
  readonly configure: (config: unknown) => Promise<void>;
  /** The text of all files of saved runs. */
  readonly saved: () => Promise<string>;
}

function withPlace<Result>(
  { config, ...behavior }: StoreBehavior & { readonly config: unknown },
  use: (place: Place) => Promise<Result>,
): Promise<Result> {
  return withSignalStore(behavior, (store) =>
    withCli(async (cli) => {
      const configure = (written: unknown) =>
        writeFile(path.join(cli.home, 'prod-e2e.config.json'), JSON.stringify(written));
      await configure(config);
      const saved = async () => {
        const runs = path.join(cli.home, 'data', 'prod-e2e', 'runs');
        const files = await readdir(runs, { recursive: true, withFileTypes: true });
        const texts = files
          .filter((entry) => entry.isFile())
          .map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8'));
        return (await Promise.all(texts)).join('\n');
      };
      return use({ ...cli, store, configure, saved });
    }),
  );
}

/** A run that is killed once the target has this many signals. */
async function killedRun(config: unknown, { at, args }: { readonly at: number; readonly args: readonly string[] }) {
  let kill = () => {};
  const created = async (count: number) => {
    if (count < at) return;
    if (count === at) kill();
    await never();
  };
  return {
    place: { config, created },
    run: async ({ run, store }: Place) => {
      const { exitCode } = await run(['run', '--url', store.url, ...args], {
        running: (child) => {
          kill = () => child.kill('SIGKILL');
        },
      });
      expect(exitCode).toBeNull();
    },
  };
}

async function cleanup({ run }: Place, ...args: readonly string[]) {
  const { stdout, stderr, exitCode } = await run(['cleanup', '--json', ...args]);
  return { exitCode, stderr, document: JSON.parse(stdout) };
}

describe('a run that was killed', () => {
  it.each([
    ['one after another, by test id', ['-n', '6'], { cleanup: BY_TEST }, 4, 4],
    ['several at a time, by test id', ['-n', '12', '--concurrency', '4'], { cleanup: BY_TEST }, 9, 9],
    ['by the id of the response', ['-n', '6'], { cleanup: BY_ID }, 4, 3],
  ])('leaves nothing once it is cleaned up after: %s', async (_, args, config, at, removable) => {
    const { place, run } = await killedRun(config, { at, args });
    await withPlace(place, async (here) => {
      const { store } = here;
      await run(here);
      expect(store.calls).toEqual([]);
      const left = [...store.signals.keys()];
      expect(left.length).toBeGreaterThanOrEqual(at);

      const first = await cleanup(here);
      const inFlight = left.length - first.document.done;
      if (config.cleanup === BY_TEST) {
        expect(store.signals.size).toBe(0);
        expect(first.exitCode, first.stderr).toBe(0);
        expect(first.document).toMatchObject({ open: 0, failed: 0, unknown: 0, changed: 0 });
      } else {
        // Without its response nobody knows the id of the last one.
        expect(inFlight).toBe(at - removable);
        expect([...store.signals.keys()]).toEqual(left.slice(removable));
        expect(first.exitCode).toBe(1);
        expect(first.document).toMatchObject({ done: removable, open: 1, unknown: 1 });
        expect(first.document.leftOvers[0].reason).toBe('No response, so there is no response.signal_id');
      }
      const calls = store.calls.length;
      const second = await cleanup(here);
      expect(store.calls.length).toBe(calls);
      expect(second.document).toMatchObject({ done: 0, webhooks: config.cleanup === BY_TEST ? 0 : 1 });
      expect(second.exitCode).toBe(config.cleanup === BY_TEST ? 0 : 1);
    });
  });
});
