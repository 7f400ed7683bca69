/** A temporary project folder, and what `resolveConfig` is given for it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type Origin, originsOf } from '../../src/lib/config/layers/origins.ts';
import { type ConfigInput, type ResolvedConfig, resolveConfig } from '../../src/lib/config/resolve.ts';

export interface Project {
  readonly root: string;
  readonly input: ConfigInput;
}

/** Files by their path in the project; `home/…` and `user/…` are the home and the user's config folder. */
export async function aProject(
  files: Readonly<Record<string, string>> = {},
  input: Partial<ConfigInput> = {},
): Promise<Project> {
  const root = await mkdtemp(path.join(tmpdir(), 'prod-e2e-config-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const all = { 'work/package.json': '{"name":"a-project"}', ...files };
  for (const [name, content] of Object.entries(all)) {
    const file = path.join(root, name.replace(/^(?!home\/|user\/|work\/|outside\/)/, 'work/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return {
    root,
    input: {
      flags: {},
      env: {},
      cwd: path.join(root, 'work'),
      home: path.join(root, 'home'),
      userConfigDir: path.join(root, 'user'),
      configFile: null,
      profile: null,
      ...input,
    },
  };
}

/** With what `config show` tells of it. */
export async function resolveWithOrigins(
  input: ConfigInput,
): Promise<ResolvedConfig & { readonly origins: readonly Origin[] }> {
  const resolved = await resolveConfig(input);
  return { ...resolved, origins: originsOf(resolved) };
}

/** The problems in a `CONFIG_INVALID` message, one per line. */
export function problemLines(message: string): readonly string[] {
  const [head = '', ...lines] = message.split('\n');
  const only = /^Invalid config: (.*)$/.exec(head)?.[1];
  return (only === undefined ? lines : [only]).map((line) => line.trim());
}
