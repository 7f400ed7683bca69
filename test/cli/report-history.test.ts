/** The history of all saved runs: as a page, as JSON, and opened. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepRun } from '../report/saved-run.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { manyHeads } from '../support/many-runs.ts';

const dataDir = ({ home }: Cli) => path.join(home, 'data', 'prod-e2e');

/** Twelve runs, the last four with a broken CHOP. */
const withRuns = (use: (cli: Cli) => Promise<void>) =>
  withCli(async (cli) => {
    for (const head of manyHeads(12).toReversed())
      keepRun(dataDir(cli), { runId: head.runId, results: [], head });
    await use(cli);
  });

const NEWEST = '20260802-201700-aaaaa';

describe('report list --reporter', () => {
  it('writes a page and a JSON document of all runs, and lists as without it', () =>
    withRuns(async (cli) => {
      const args = [
        'report',
        'list',
        '--limit',
        '2',
        '-r',
        'html=out/history.html',
        '-r',
        'json=out/history.json',
      ];
      const { stdout, stderr, exitCode } = await cli.run(args);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toContain(NEWEST);
      const page = path.join(cli.home, 'out', 'history.html');
      expect(statSync(page).mode & 0o777).toBe(0o600);
      expect(readFileSync(page, 'utf8')).toContain('<h1>CHOP has been broken for 11 hours</h1>');
      const { schemaVersion, targets } = JSON.parse(
        readFileSync(path.join(cli.home, 'out', 'history.json'), 'utf8'),
      );
      expect([schemaVersion, targets.length, targets[0].runs.length]).toEqual([1, 1, 12]);
      expect(targets[0].current).toMatchObject({ status: 'degraded', runs: 4 });
      expect(targets[0].incidents.at(-1)).toMatchObject({ scenario: 'CHOP', endedAt: null });
    }));

  it('links to the pages that lie beside it, named after their runs', () =>
    withRuns(async (cli) => {
      mkdirSync(path.join(cli.home, 'public'));
      writeFileSync(path.join(cli.home, 'public', `${NEWEST}.html`), '');
      await cli.run(['report', 'list', '-r', 'html=public/index.html']);
      const page = readFileSync(path.join(cli.home, 'public', 'index.html'), 'utf8');
      expect(page.match(/<a href="[^#"][^"]*"/g)).toEqual([`<a href="${NEWEST}.html"`]);
    }));

  it('without a path prints the document instead of the list', () =>
    withRuns(async ({ run }) => {
      const json = await run(['report', 'list', '-r', 'json']);
      expect(JSON.parse(json.stdout).targets[0].scenarios[4].states.at(-1)).toBe('broken');
      const html = await run(['report', 'list', '-r', 'html']);
      expect(html.stdout).toMatch(/^<!DOCTYPE html>[\s\S]*<\/html>\n$/);
    }));

  it.each([
    [['-r', 'html', '-r', 'json'], 'Only one report fits on stdout'],
    [['-r', 'junit'], 'Known: html, json.'],
    [
      ['-r', 'html=/proc/nowhere/history.html'],
      'The html report cannot be written to /proc/nowhere/history.html',
    ],
  ])('%j is an error', (args, says) =>
    withRuns(async ({ run }) => {
      const { stdout, stderr, exitCode } = await run(['report', 'list', ...args]);
      expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(says)]);
    }),
  );

  it('and --json both on stdout are an error, and JSON', () =>
    withRuns(async ({ run }) => {
      const { stdout, exitCode } = await run(['report', 'list', '--json', '-r', 'html']);
      expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, 'REPORTERS_ON_STDOUT']);
    }));

  it('says so without runs', () =>
    withCli(async ({ run }) => {
      expect((await run(['report', 'list', '-r', 'html'])).stdout).toContain('No saved runs');
      expect(JSON.parse((await run(['report', 'list', '-r', 'json'])).stdout).targets).toEqual([]);
    }));

  it('of 500 saved runs has at most 400 KB', () =>
    withCli(async (cli) => {
      for (const head of manyHeads(500)) {
        const folder = path.join(dataDir(cli), 'runs', head.runId);
        mkdirSync(folder, { recursive: true });
        writeFileSync(path.join(folder, 'run.json'), JSON.stringify(head));
      }
      const { stdout, exitCode } = await cli.run(['report', 'list', '-r', 'html']);
      expect(exitCode).toBe(0);
      expect(stdout.length).toBeLessThan(400_000);
      expect(stdout.match(/<tr id="run-/g)).toHaveLength(500);
    }));
});

describe('report open --history', () => {
  it('writes the page into the data folder, with links to the pages of runs, and prints where', () =>
    withRuns(async (cli) => {
      await cli.run(['report', 'open', '--print']);
      const { stdout, stderr, exitCode } = await cli.run(['report', 'open', '--history']);
      expect([exitCode, stderr]).toEqual([0, '']);
      const file = stdout.trimEnd();
      expect(file).toBe(path.join(dataDir(cli), 'history.html'));
      expect(readFileSync(file, 'utf8')).toContain(`<a href="runs/${NEWEST}/report.html">${NEWEST}</a>`);
      const json = await cli.run(['report', 'open', '--history', '--json']);
      expect(JSON.parse(json.stdout)).toEqual({ file, opened: false });
    }));

  it('takes no run', () =>
    withRuns(async ({ run }) => {
      const { stderr, exitCode } = await run(['report', 'open', 'latest', '--history']);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('takes no run')]);
    }));
});
