/** What `prod-e2e sandbox` prints: its addresses, what to export, and what Sentry would refuse or drop. */
import type { IngestNotice } from '../../sandbox/notices.ts';
import type { SandboxInfo } from './sandbox.ts';
import { sandboxVariables } from './settings.ts';

/** As a word of a POSIX shell. */
const shellWord = (text: string): string =>
  /^[\w.,:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Lines that begin with two spaces are for pasting. */
export function servingText(
  info: SandboxInfo,
  { bin, env }: { readonly bin: string; readonly env: NodeJS.ProcessEnv },
): string {
  const variables = Object.entries(sandboxVariables(info, env));
  return [
    `Webhook target  ${info.url}`,
    `Sentry          ${info.sentryUrl}`,
    '',
    'Paste into another terminal, for prod-e2e and for the sentry CLI:',
    ...variables.map(([name, value]) => `  export ${name}=${shellWord(value)}`),
    '',
    'Then send webhooks to the target:',
    `  ${bin} run --url ${info.url}`,
    '',
    'To test a backend of your own, start it with SENTRY_DSN="$BACKEND_SENTRY_DSN" and pass its URL as --url.',
    `Its spans are shown as the service "${info.backendProject}".`,
    '',
    'Stop with Ctrl-C.',
  ].join('\n');
}

/** One line of JSON, with the variables as an object. */
export const servingJson = (info: SandboxInfo, env: NodeJS.ProcessEnv): string =>
  JSON.stringify({ ...info, env: sandboxVariables(info, env) });

const NOUNS: Readonly<Record<string, string>> = { monitor: 'check-in' };

export function noticeText(notice: IngestNotice): string {
  if (notice.type === 'refused') {
    const { path, status, detail, causes } = notice;
    return `Refused POST ${path} with ${status}: ${[detail, ...causes].join('; ')}`;
  }
  const { project, category, reason, why, quantity } = notice;
  const noun = NOUNS[category] ?? category;
  const what = `${quantity} ${noun}${quantity === 1 ? '' : 's'}`;
  return `Sentry would drop ${what} of project ${project} (${reason}): ${why}`;
}
