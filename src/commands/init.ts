import { chmod, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Flags } from '@oclif/core';
import { BaseCommand } from '../lib/base-command.ts';
import { codeOf, ProdE2eError } from '../lib/errors.ts';
import { usualUmask } from '../lib/private-files.ts';
import { secretsInUrl } from '../lib/secret-urls.ts';

/** For others of the project to read: it holds no secrets. */
const CONFIG_MODE = 0o644;

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
    const hasSecret = flags.url !== undefined && secretsInUrl(flags.url).length > 0;
    const url = hasSecret ? '${env:PRODUCTION_URL}' : (flags.url ?? null);
    try {
      const isNew = (await stat(file).catch(() => null)) === null;
      await writeFile(file, configTemplate({ url }), { flag: flags.force ? 'w' : 'wx' });
      if (isNew) await chmod(file, CONFIG_MODE & ~usualUmask());
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
    if (hasSecret) {
      this.logToStderr('The URL holds a secret, so it was left out: the file reads it from PRODUCTION_URL.');
    }
    this.log(`Wrote ${file}. Look at what it does: ${this.config.bin} config show`);
    return { file };
  }
}
