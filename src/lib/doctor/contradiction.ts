/** Drops advice that questions what an earlier check has confirmed. Pure. */
import type { Check } from './check.ts';

interface Rule {
  /** Advice to check something that … */
  readonly advice: RegExp;
  /** … this check has confirmed, … */
  readonly confirmedBy: string;
  /** … when given for one of these checks. Others, such as probes, may be about another host. */
  readonly about: readonly string[];
}

const OF_WEBHOOK = ['webhook', 'response'];
const OF_TRACE = ['token', 'token-scope', 'dsn-accepted', 'trace-continued', 'sampling', 'trace-read'];

const RULES: readonly Rule[] = [
  { advice: /network connectivity|name servers/i, confirmedBy: 'tcp', about: OF_WEBHOOK },
  { advice: /server is running/i, confirmedBy: 'tcp', about: OF_WEBHOOK },
  { advice: /certificate|--cacert|TLS 1\./i, confirmedBy: 'tls', about: OF_WEBHOOK },
  { advice: /^Set SENTRY_DSN/, confirmedBy: 'dsn', about: OF_TRACE },
  { advice: /SENTRY_DSN is correct/, confirmedBy: 'dsn-accepted', about: OF_TRACE },
  {
    advice: /SENTRY_AUTH_TOKEN|organization token|the scope org:read/,
    confirmedBy: 'token-scope',
    about: OF_TRACE,
  },
  { advice: /Check SENTRY_ORG: it is the slug/, confirmedBy: 'token', about: OF_TRACE },
];

export function withoutContradiction(check: Check, passed: ReadonlySet<string>): Check {
  const rules = RULES.filter(
    ({ confirmedBy, about }) => passed.has(confirmedBy) && about.includes(check.name),
  );
  if (rules.length === 0) return check;
  return { ...check, advice: check.advice.filter((text) => !rules.some(({ advice }) => advice.test(text))) };
}
