/** What services say about the form of what alerts send; the sources are in test/fixtures/alerts/README.md. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
addFormats.default(ajv);

/** The problems of a payload, none where it is as it should be. */
function problemsOf(name: string): (payload: unknown) => readonly string[] {
  const file = new URL(`../fixtures/alerts/${name}.json`, import.meta.url);
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));
  return (payload) =>
    validate(payload)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

export const pagerdutyProblems = problemsOf('pagerduty-event');
export const slackProblems = problemsOf('slack-message');
export const checkInProblems = problemsOf('sentry-check-in');
export const eventProblems = problemsOf('sentry-event');
