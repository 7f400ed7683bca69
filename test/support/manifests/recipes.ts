/** The manifests of docs/recipes/ci, and what the secret store of each platform holds in the tests. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type SandboxInfo, startSandbox } from '../../../src/lib/sandbox/sandbox.ts';
import { entryFolder } from '../../sandbox/support.ts';
import { ROOT } from '../cli.ts';
import { sentryEnv } from '../trace-run.ts';

export const FOLDER = path.join(ROOT, 'docs', 'recipes', 'ci');

export const recipe = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');

export const { version: VERSION } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
};

/** What the manifests take from a store of variables and secrets. */
export function store(info: SandboxInfo): Readonly<Record<string, string>> {
  const { SENTRY_DSN = '', SENTRY_AUTH_TOKEN = '', SENTRY_ORG = '' } = sentryEnv(info);
  return { PRODUCTION_URL: info.url, SENTRY_DSN, SENTRY_AUTH_TOKEN, SENTRY_ORG };
}

/** What else the machine has to be told, where Sentry is another one than everybody's. */
export const sentryUrl = (info: SandboxInfo): Readonly<Record<string, string>> => ({
  SENTRY_URL: info.sentryUrl,
});

export async function withSandbox<Result>(
  faults: readonly string[],
  use: (info: SandboxInfo) => Promise<Result>,
): Promise<Result> {
  const sandbox = await startSandbox({ entryFolder: entryFolder(), faults });
  try {
    return await use(sandbox.info);
  } finally {
    await sandbox.stop();
  }
}

/** What a person would read as a secret in a manifest: none may stand there as text. */
export const A_SECRET_AS_TEXT =
  /sntr[ysu]{1,2}_|https?:\/\/[0-9a-f]{16,}@|whsec_|xox[bp]-|(?:token|secret|password|dsn)\s*[:=]\s*["']?(?!\$|\{|…)[A-Za-z0-9_+/-]{12,}/i;
