/** The config file that `init` writes: the commented template or a recipe, with the answers filled in. */
import { SENDER_SCHEME } from '../senders/schemes.ts';
import { type StarterAnswers, USUAL_DSN, USUAL_TOKEN, usualSecretVariable } from './starter-answers.ts';
import { configTemplate } from './template.ts';

/** @param recipe text of the chosen recipe; null for the template */
export function starterConfig(answers: StarterAnswers, recipe: string | null): string {
  const url = answers.url === null ? null : JSON.stringify(answers.url);
  if (recipe !== null) {
    const named = withSecretVariable(recipe, answers);
    const begun = answers.count === null ? named : withKey(named, 'count', String(answers.count));
    return withSentry(url === null ? begun : withKey(begun, 'url', url), answers);
  }
  const text = configTemplate({ url: answers.url });
  const counted = answers.count === null ? text : withKey(text, 'count', String(answers.count));
  const signing = signingOf(answers);
  const sent = answers.sender === null ? counted : replacedLine(counted, 'sender', answers.sender);
  return withSentry(signing === null ? sent : replacedLine(sent, 'signing', signing), answers);
}

/** The variables that a config requires. */
export function variablesOf(config: string): readonly string[] {
  const live = config.replace(/^\s*#.*$|\s#\s.*$/gm, '');
  const names = [...live.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = '']) => name);
  return [...new Set(names)];
}

function signingOf({ sender, signing, signatureHeader, secretEnv }: StarterAnswers): string | null {
  if (secretEnv === null) return null;
  const secret = `secret: ${fromVariable(secretEnv)}`;
  if (sender !== null && SENDER_SCHEME[sender] !== null) return `{ ${secret} }`;
  if (signing === null) return null;
  const header = signing === 'hmac' ? `, header: ${JSON.stringify(signatureHeader)}` : '';
  return `{ scheme: ${signing}, ${secret}${header} }`;
}

function fromVariable(name: string): string {
  return `"\${env:${name}}"`;
}

/** Makes a recipe read its secret from the chosen variable. */
function withSecretVariable(text: string, { recipe, secretEnv }: StarterAnswers): string {
  if (secretEnv === null) return text;
  return text.replace(new RegExp(`\\b${usualSecretVariable(recipe)}\\b`, 'g'), secretEnv);
}

/** Sets a one-line key, commented out or not, and keeps its comment; a missing key is added before `count`. */
function withKey(text: string, key: string, value: string): string {
  const line = new RegExp(`^(?:# )?${key}: (?:"[^"\\n]*"|\\S+)`, 'm');
  if (line.test(text)) return text.replace(line, () => `${key}: ${value}`);
  return text.replace(/^count:/m, () => `${key}: ${value}\ncount:`);
}

/** Replaces the whole line: the comment on the example does not apply to the new value. */
function replacedLine(text: string, key: string, value: string): string {
  return text.replace(new RegExp(`^(?:# )?${key}: .*$`, 'm'), () => `${key}: ${value}`);
}

/** In the template, replaces the commented-out block; in a recipe, appends it. */
function withSentry(text: string, answers: StarterAnswers): string {
  const { dsnEnv, tokenEnv, org, project } = answers;
  const keys = [
    ...(dsnEnv === null || dsnEnv === USUAL_DSN ? [] : [`  dsn: ${fromVariable(dsnEnv)}`]),
    ...(tokenEnv === null || tokenEnv === USUAL_TOKEN ? [] : [`  token: ${fromVariable(tokenEnv)}`]),
    ...(org === null ? [] : [`  org: ${JSON.stringify(org)}`]),
    ...(project === null ? [] : [`  project: ${JSON.stringify(project)}`]),
  ];
  const notes = [
    dsnEnv === null
      ? `# No DSN: only the trace headers are sent. ${USUAL_DSN} would report the client side, too.`
      : `# The client side of each trace is reported to the DSN in ${dsnEnv}.`,
    tokenEnv === null
      ? `# Traces are not read back: that takes a token in ${USUAL_TOKEN}.`
      : `# Traces are read back with the token in ${tokenEnv} (scope org:read).`,
  ];
  const block = [...notes, ...(keys.length === 0 ? [] : ['sentry:', ...keys])].join('\n');
  const example = /^# Without a DSN .*\n# sentry:\n(?:# {3}.*\n)+/m;
  return example.test(text)
    ? text.replace(example, (commented) => `${block}\n${keys.length === 0 ? exampleOf(commented) : ''}`)
    : `${text}\n# Sentry\n${block}\n`;
}

/** Keeps the commented-out keys for later use. */
function exampleOf(commented: string): string {
  return commented.slice(commented.indexOf('\n') + 1);
}
