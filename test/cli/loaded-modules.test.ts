/** What a command needs is all that it loads: the packages whose code is in the files that Node opened for it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { keepRun } from '../report/saved-run.ts';
import { type Cli, ROOT, withCli } from '../support/cli.ts';

const RECORDER = pathToFileURL(path.join(ROOT, 'test', 'support', 'record-modules.mjs')).href;

/** Hundreds of kilobytes each: to send, to report traces, to check settings, to read YAML and schemas, to count time. */
const HEAVY = ['got', '@sentry/core', '@sentry/node', 'zod', 'ajv', 'yaml', 'hdr-histogram-js', 'listr2'];

/** Packages and files of ours by name, out of the source maps of what was loaded. */
async function loadedBy(cli: Cli, args: readonly string[]): Promise<ReadonlySet<string>> {
  const file = path.join(cli.home, 'modules.txt');
  const { exitCode, stderr } = await cli.run(args, {
    nodeArgs: ['--import', RECORDER],
    env: { MODULES_FILE: file },
  });
  expect(exitCode, stderr).toBe(0);
  const modules = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const sources = modules
    .filter((url) => url.includes('/dist/'))
    .flatMap((url) => sourcesOf(fileURLToPath(url)));
  expect(sources.length).toBeGreaterThan(0);
  return new Set(sources.map(nameOf));
}

/** Several files in one have a source map of sections. */
interface SourceMap {
  readonly sources?: readonly string[];
  readonly sections?: readonly { readonly map: SourceMap }[];
}

function sourcesOf(file: string): readonly string[] {
  const named = ({ sources = [], sections = [] }: SourceMap): readonly string[] => [
    ...sources,
    ...sections.flatMap(({ map }) => named(map)),
  ];
  return named(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
}

function nameOf(source: string): string {
  const inPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source);
  return inPackage?.[1] ?? source.replace(/^.*\/src\//, 'src/');
}

describe('a start loads no more modules than necessary', () => {
  it.each([
    ['--version', ['--version'], ['@oclif/core', 'cosmiconfig', ...HEAVY]],
    ['--help', ['--help'], ['cosmiconfig', ...HEAVY]],
    ['run --help', ['run', '--help'], ['cosmiconfig', ...HEAVY]],
    ['scenarios list', ['scenarios', 'list'], HEAVY],
    ['report list', ['report', 'list'], HEAVY],
    ['report show 3', ['report', 'show', '3'], HEAVY],
    ['complete', ['complete', '--', 'run', '--scenario', ''], HEAVY],
    ['complete, of a run', ['complete', '--', 'report', 'show', ''], HEAVY],
    // A part of the settings is in one file with cosmiconfig, which does not run.
    ['init', ['init', '--no-input'], HEAVY],
    // Its table is drawn, and no histogram decoded: the head has the percentiles.
    ['report show', ['report', 'show'], HEAVY],
    ['report show --reporter json', ['report', 'show', '--reporter', 'json'], [...HEAVY, 'cli-table3']],
    ['config show', ['config', 'show'], HEAVY.filter((name) => name !== 'zod')],
  ])('%s', async (_, args, without) => {
    await withCli(async (cli) => {
      keepRun(path.join(cli.home, 'data', 'prod-e2e'));
      const loaded = await loadedBy(cli, args);
      for (const name of without) expect(loaded).not.toContain(name);
    });
  });

  it('a run that reports no traces loads no Sentry SDK, and one without schemas no ajv', async () => {
    await withCli(async (cli) => {
      const loaded = await loadedBy(cli, ['run', '--url', 'http://127.0.0.1:9/', '--dry-run']);
      for (const name of ['got', '@sentry/core', 'ajv', 'yaml']) expect(loaded).not.toContain(name);
      // The check itself would notice.
      expect(loaded).toContain('zod');
    });
  });
});
