import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';

export default class TraceLearn extends BaseCommand {
  static override summary = 'Propose expected spans with time limits, from the good traces of saved runs.';
  static override description =
    `Reads the traces of working, verified tests and proposes the spans that all of them have for trace.expect. \
Prints a patch to review; --write merges it into the config file in use.`;
  static override examples = [
    '<%= config.bin %> trace learn',
    '<%= config.bin %> trace learn --runs 5',
    '<%= config.bin %> trace learn --write --force',
  ];
  static override args = {
    run: Args.string({
      description: 'Run id or its first characters, path of a run, or latest.',
      default: 'latest',
    }),
  };
  static override flags = {
    runs: Flags.integer({
      summary: 'Number of runs to learn from: this one and earlier ones against the same target.',
      default: 1,
      min: 1,
      helpValue: 'N',
    }),
    write: Flags.boolean({ summary: 'Merge the proposal into the config file in use (YAML or JSON).' }),
    force: Flags.boolean({
      char: 'f',
      summary: 'Replace entries of trace.expect that have the same label.',
      dependsOn: ['write'],
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(TraceLearn);
    const { runs, write, force, ...rest } = flags;
    const config = await this.loadConfig(rest);
    const [{ learnFromRuns }, { entryOf, learnedLines, writeLearned }] = await Promise.all([
      import('../../lib/cli/trace/learn.ts'),
      import('../../lib/cli/trace/learned-config.ts'),
    ]);
    const dataDir = this.dataDir(config.settings.dataDir);
    const learned = await learnFromRuns({ config, dataDir, run: args.run, runs });
    const place = { learned, file: config.file, cwd: process.cwd() };
    if (!this.jsonEnabled()) await this.print(learnedLines(place));
    const written = write ? await writeLearned({ ...place, force }) : null;
    if (written !== null) this.logToStderr(`Written to ${written}.`);
    else if (write) this.logToStderr(`${config.file} is code: copy the lines into it manually.`);
    else this.logToStderr(`Accept them with ${this.config.bin} trace learn --write.`);
    const { traces, runIds, leftOut } = learned;
    return {
      expect: learned.spans.map(entryOf),
      traces,
      runIds,
      leftOut,
      file: config.file,
      written: written !== null,
    };
  }
}
