/** The config file that `init` writes: the short template or a recipe, with the answers filled in. */
import { type StarterAnswers, usualSecretVariable } from './starter-answers.ts';
import { configTemplate, sentryLines } from './template.ts';

/** @param recipe text of the chosen recipe; null for the template */
export function starterConfig(answers: StarterAnswers, recipe: string | null): string {
  if (recipe === null) return configTemplate(answers);
  const { url, count } = answers;
  const named = withSecretVariable(recipe, answers);
  const counted = count === null ? named : withKey(named, 'count', String(count));
  const text = url === null ? counted : withKey(counted, 'url', JSON.stringify(url));
  return `${text}\n${sentryLines(answers).join('\n')}\n`;
}

/** The variables that a config requires. */
export function variablesOf(config: string): readonly string[] {
  const live = config.replace(/^\s*#.*$|\s#\s.*$/gm, '');
  const names = [...live.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = '']) => name);
  return [...new Set(names)];
}

/** Makes a recipe read its secret from the chosen variable. */
function withSecretVariable(text: string, { recipe, secretEnv }: StarterAnswers): string {
  if (secretEnv === null) return text;
  return text.replace(new RegExp(`\\b${usualSecretVariable(recipe)}\\b`, 'g'), secretEnv);
}

/** Sets a one-line key of a recipe and keeps its comment; a missing key is added before `count`. */
function withKey(text: string, key: string, value: string): string {
  const line = new RegExp(`^(?:# )?${key}: (?:"[^"\\n]*"|\\S+)`, 'm');
  if (line.test(text)) return text.replace(line, () => `${key}: ${value}`);
  return text.replace(/^count:/m, () => `${key}: ${value}\ncount:`);
}
