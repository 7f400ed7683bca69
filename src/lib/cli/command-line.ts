/** Finds the secrets on a command line before it is parsed, and shows it without them. */
import { isSecretHeaderName, secretHeaderValues } from '../secrets/collect.ts';
import { createRedactor } from '../secrets/redact.ts';
import { secretsInUrl } from '../secrets/urls.ts';
import { strayArguments } from './stray-arguments.ts';

const HEADER_FLAG = /^(-H|--header$|--header=)/;
const DSN_FLAG = /^--sentry-dsn(=|$)/;
/** Flags that this program does not have, but users may try: `--token`. (`--key` names a file.) */
const SECRET_FLAG = /^--?[\w-]*(token|secret|password|passwd|api-?key|auth)[\w-]*(=|$)/i;
/** A header's name (RFC 9110, 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const LOOKS_SECRET = /^-H|^--header|^--sentry-dsn|:\/\/|\?/;

/** A cheap first check, because it runs at every start. */
export function mayHoldSecrets(args: readonly string[]): boolean {
  return (
    args.some((arg) => LOOKS_SECRET.test(arg) || SECRET_FLAG.test(arg)) || strayArguments(args).length > 0
  );
}

/** Whether the command line only asks for help. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  return own[0] === 'help' || own.includes('--help') || own.includes('-h');
}

export function secretsInArguments(args: readonly string[]): readonly string[] {
  const strays = strayArguments(args).flatMap(({ value }) => {
    // After `--`, a flag is an argument, and its name is not a secret.
    if (/^--?[a-z-]+$/i.test(value)) return [];
    const [, headerValue = ''] = /^[^:=]*[:=](.*)$/s.exec(value) ?? [];
    return [value, ...secretsInUrl(value), ...secretHeaderValues({ authorization: headerValue })];
  });
  return [...strays, ...secretsOfFlags(args)].filter((secret) => secret.trim() !== '');
}

function secretsOfFlags(args: readonly string[]): readonly string[] {
  return args.flatMap((arg, at) => {
    const rest = args.slice(at + 1);
    const value = /^--[\w-]+=(.*)$/s.exec(arg)?.[1] ?? rest[0] ?? '';
    if (HEADER_FLAG.test(arg)) return headerSecrets(/^-H(.+)$/s.exec(arg)?.[1] ?? value, rest);
    if (DSN_FLAG.test(arg)) return [value, ...secretsInUrl(value)];
    if (SECRET_FLAG.test(arg)) return [value];
    return secretsInUrl(arg.replace(/^(--?[\w-]+=|-u)/, ''));
  });
}

/** Without quotes, a shell splits a header into several arguments: the value follows the name. */
function headerSecrets(line: string, rest: readonly string[]): readonly string[] {
  const [, name = '', value = ''] = /^([^:]*):(.*)$/s.exec(line) ?? [];
  const isHeader = TOKEN.test(name.trim());
  if (isHeader && value.trim() !== '') return secretHeaderValues({ [name.trim()]: value });
  if (isHeader && !isSecretHeaderName(name.trim())) return [];
  const words = rest.slice(rest[0] === line ? 1 : 0);
  const flag = words.findIndex((word) => word.startsWith('-'));
  // Anything else was probably meant as a header, so all of it may be secret.
  const meant = isHeader ? [] : [line, ...secretHeaderValues({ authorization: value })];
  return [...meant, ...words.slice(0, flag === -1 ? words.length : flag)];
}

/** @returns the command line as other users of the machine may see it */
export function withoutSecrets(args: readonly string[]): string {
  const shown = new Map(strayArguments(args).map((stray) => [stray.at, stray.shown]));
  return createRedactor(secretsInArguments(args))(args.map((arg, at) => shown.get(at) ?? arg).join(' '));
}
