import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Flags } from '@oclif/core';
import { BaseCommand } from '../lib/base-command.ts';
import { codeOf, ProdE2eError } from '../lib/errors.ts';

export default class Init extends BaseCommand {
  static override summary = 'Write a commented config file.';
  static override examples = [
    '<%= config.bin %> init --url https://your-production-url.com/webhook',
    '<%= config.bin %> init --output staging.yaml --force',
  ];
  static override baseFlags = {} as typeof BaseCommand.baseFlags;
  static override flags = {
    url: Flags.string({ char: 'u', summary: 'The webhook endpoint to write into it.', helpValue: 'URL' }),
    output: Flags.string({
      char: 'o',
      summary: 'Where to write it.',
      default: 'prod-e2e.config.yaml',
      helpValue: 'FILE',
    }),
    force: Flags.boolean({ char: 'f', summary: 'Replace a file that is there.' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Init);
    const { configTemplate } = await import('../lib/config/template.ts');
    const file = path.resolve(flags.output);
    try {
      await writeFile(file, configTemplate({ url: flags.url ?? null }), { flag: flags.force ? 'w' : 'wx' });
    } catch (thrown) {
      const exists = codeOf(thrown) === 'EEXIST';
      throw new ProdE2eError(
        exists ? `${file} exists already.` : `${file} cannot be written (${codeOf(thrown)}).`,
        {
          code: 'INIT_FILE',
          hints: [
            exists
              ? 'Replace it with --force, or choose another name with --output.'
              : 'Choose another place with --output.',
          ],
          cause: thrown,
        },
      );
    }
    this.log(`Wrote ${file}. Look at what it does: ${this.config.bin} config show`);
    return { file };
  }
}
