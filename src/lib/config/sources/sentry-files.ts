/** Sentry settings from the files of Sentry's own tools: `.sentryclirc`, `sentry.properties`. */

import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'ini';
import { canParseUrl } from '../../http/url.ts';
import { SENTRY_TOKEN } from '../keys/sentry-keys.ts';
import type { Layer, Trust } from '../layers/merge.ts';
import { isPlain, type Plain } from '../paths.ts';
import { foldersUpTo, mayBeThere, nameOf } from './file-name.ts';
import {
  isSentryKey,
  normalized,
  SENTRY_VARIABLES,
  type SentryKey,
  type SentryValues,
} from './sentry-sources.ts';

const FILE_KEYS: Readonly<Record<SentryKey, readonly [string, string]>> = {
  token: ['auth', 'token'],
  org: ['defaults', 'org'],
  project: ['defaults', 'project'],
  url: ['defaults', 'url'],
};

export interface SentryFiles {
  readonly layers: readonly Layer[];
  /** Settings that look active but are ignored. */
  readonly warnings: readonly string[];
}

/** `sentry.properties`, then the nearest `.sentryclirc`: lowest first, like layers. Unreadable files count as absent. */
export async function readSentryFiles(options: {
  readonly cwd: string;
  readonly home: string;
}): Promise<SentryFiles> {
  const { cwd, home } = options;
  const homeFile = path.join(home, '.sentryclirc');
  const upwards = foldersUpTo(cwd).map((folder) => path.join(folder, '.sentryclirc'));
  const files = [...new Set([...upwards, homeFile])].reverse();
  const layers: Layer[] = [];
  const warnings: string[] = [];
  for (const file of [path.join(cwd, 'sentry.properties'), ...files].filter(mayBeThere)) {
    const name = file === homeFile ? '~/.sentryclirc' : nameOf(file, cwd);
    const { values, problems } = await readSentryFile(file);
    warnings.push(...problems.map((problem) => `${name}: ${problem}`));
    if (Object.keys(values).length === 0) continue;
    const trust = file === homeFile ? 'user' : 'project';
    layers.push(layerOf({ values, trust, origin: `file ${name}`, cwd }));
  }
  return { layers, warnings };
}

function layerOf(options: { values: SentryValues; trust: Trust; origin: string; cwd: string }): Layer {
  const config = { sentry: options.values };
  return {
    origin: () => options.origin,
    config,
    display: config,
    trust: () => options.trust,
    baseDir: options.cwd,
  };
}

interface SentryFile {
  readonly values: SentryValues;
  readonly problems: readonly string[];
}

async function readSentryFile(file: string): Promise<SentryFile> {
  let content: string;
  try {
    // Reading a pipe may never end.
    if (!statSync(file).isFile()) return { values: {}, problems: [] };
    content = await readFile(file, 'utf8');
  } catch {
    return { values: {}, problems: [] };
  }
  const parsed: Plain = parse(content.replace(/^\uFEFF/, ''));
  const values: SentryValues = {};
  const problems = 'default' in parsed ? ['the section [default] is ignored; rename it to [defaults]'] : [];
  for (const [key, [section, name]] of Object.entries(FILE_KEYS)) {
    const group = parsed[section];
    // .sentryclirc has sections, sentry.properties has the same keys in one level.
    const value = isPlain(group) ? group[name] : parsed[`${section}.${name}`];
    if (!isSentryKey(key) || typeof value !== 'string' || value === '') continue;
    // Variables are not replaced in these files: as written, it is not a token or a name.
    if (/^\$(\w|\{)/.test(value))
      problems.push(
        `${section}.${name} is a variable, which is not expanded; set ${SENTRY_VARIABLES[key]}, or write the value`,
      );
    else if (key === 'token' && !SENTRY_TOKEN.test(value))
      problems.push(`${section}.${name} has characters that are invalid in a token, and is ignored`);
    else values[key] = value;
  }
  const { url, ...rest } = normalized(values);
  if (url === undefined) return { values: rest, problems };
  if (canParseUrl(url) && /^https?:/i.test(url)) return { values: { ...rest, url }, problems };
  return {
    values: rest,
    problems: [...problems, 'defaults.url is not an http:// or https:// URL, and is ignored'],
  };
}
