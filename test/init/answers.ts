import type { StarterAnswers } from '../../src/lib/init/starter-answers.ts';

/** As with `--no-input`. */
export const NO_ANSWERS: StarterAnswers = {
  url: null,
  recipe: null,
  sender: null,
  signing: null,
  signatureHeader: 'x-webhook-signature',
  secretEnv: 'WEBHOOK_SECRET',
  dsnEnv: 'SENTRY_DSN',
  tokenEnv: 'SENTRY_AUTH_TOKEN',
  org: null,
  project: null,
  count: null,
};
