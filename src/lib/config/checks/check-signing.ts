/** Rules for signing beyond the schema: which keys need which others, and what can be signed how. */
import type { SenderName, SigningScheme } from '../../model/signing.ts';
import { SIGNING_SCHEMES } from '../../model/signing.ts';
import { PROVIDER_TIMEOUTS } from '../../senders/provider-timeouts.ts';
import { bareSecret, signsTime } from '../../senders/schemes.ts';
import type { Path } from '../paths.ts';
import type { LayerConfig } from '../schema/schema.ts';
import type { SigningConfig } from '../schema/signing.ts';
import { normalizeScenario } from '../settings/scenarios.ts';
import { BASE64, formOf, schemeOf, secretsOf } from '../settings/signing.ts';
import type { PlacedProblem } from './check-tree.ts';

/** A `signing` as one scenario uses it. */
interface Use {
  readonly signing: SigningConfig;
  readonly path: Path;
  readonly sender: SenderName | null;
  /** The sender was set next to it or above it, so a sender that does not sign contradicts it. */
  readonly together: boolean;
}

/** Checks the merged configuration, because sender, scheme and secret may come from different sources. */
export function checkSigning(config: LayerConfig): readonly PlacedProblem[] {
  const scenarios = config.scenarios ?? [];
  const topSender = config.sender ?? null;
  const top: Use | null =
    config.signing === undefined
      ? null
      : { signing: config.signing, path: ['signing'], sender: topSender, together: true };
  // The built-in scenarios have no signing of their own.
  if (scenarios.length === 0) return top === null ? [] : checkUse(top);
  return scenarios.map(normalizeScenario).flatMap((scenario, at): readonly PlacedProblem[] => {
    const path: Path = ['scenarios', at];
    const sender = scenario.sender ?? topSender;
    const own = scenario.signing;
    const inherited = top && { ...top, sender, together: scenario.sender === undefined };
    const use =
      own === undefined ? inherited : { signing: own, path: [...path, 'signing'], sender, together: true };
    const problems = use === null ? [] : checkUse(use);
    if (scenario.sign === undefined || scenario.sign === 'valid' || problems.length > 0) return problems;
    return checkMode({ mode: scenario.sign, path: [...path, 'sign'], use });
  });
}

function checkMode({
  mode,
  path,
  use,
}: {
  readonly mode: string;
  readonly path: Path;
  readonly use: Use | null;
}): readonly PlacedProblem[] {
  const scheme = use === null ? null : schemeOf(use.signing, use.sender);
  if (use === null || scheme === null) {
    return [{ path, problem: `"${mode}" has no effect without signing` }];
  }
  if (mode !== 'stale' || signsTime(formOf(use.signing, scheme))) return [];
  return [{ path, problem: `expected wrong-secret or none (got "stale", but ${scheme} signs no timestamp)` }];
}

function checkUse(use: Use): readonly PlacedProblem[] {
  const { signing, path, sender } = use;
  const scheme = schemeOf(signing, sender);
  const secrets = checkSecretCount(use);
  if (scheme !== null) return [...secrets, ...checkScheme(use, scheme)];
  if (!use.together) return secrets;
  const schemes = SIGNING_SCHEMES.join(', ');
  const problem =
    sender === null
      ? `required; expected one of ${schemes}, or a sender that has a scheme`
      : `required, because ${PROVIDER_TIMEOUTS[sender].label} does not sign; expected one of ${schemes}`;
  return [...secrets, { path: [...path, 'scheme'], problem }];
}

function checkSecretCount({ signing, path }: Use): readonly PlacedProblem[] {
  if (signing.secret !== undefined && signing.secrets !== undefined) {
    return [{ path: [...path, 'secrets'], problem: 'cannot be combined with secret' }];
  }
  if (secretsOf(signing).length > 0) return [];
  return [{ path: [...path, 'secret'], problem: 'required; expected a secret, preferably as ${env:NAME}' }];
}

function checkScheme(use: Use, scheme: SigningScheme): readonly PlacedProblem[] {
  if (scheme === 'hmac') return checkHmac(use);
  const foreign = HMAC_ONLY.filter((key) => use.signing[key] !== undefined).map((key) => ({
    path: [...use.path, key],
    problem: `only applies to the scheme hmac (got ${scheme})`,
  }));
  const needsBase64 = scheme === 'standard-webhooks' || scheme === 'svix';
  return [...foreign, ...(needsBase64 ? checkBase64(use) : [])];
}

const HMAC_ONLY = [
  'header',
  'algorithm',
  'encoding',
  'prefix',
  'content',
  'timestampHeader',
  'idHeader',
] as const;

function checkBase64({ signing, path }: Use): readonly PlacedProblem[] {
  return secretsOf(signing).flatMap((secret, at): readonly PlacedProblem[] => {
    const place: Path = signing.secrets === undefined ? [...path, 'secret'] : [...path, 'secrets', at];
    if (secret.startsWith('whsk_') || secret.startsWith('whpk_')) {
      const problem =
        'expected whsec_ and base64 (got an ed25519 key for v1a signatures, which are not supported)';
      return [{ path: place, problem }];
    }
    const bare = bareSecret(secret);
    if (bare !== '' && BASE64.test(bare)) return [];
    return [{ path: place, problem: 'expected whsec_ and base64 (got a secret that is not base64)' }];
  });
}

const PLACEHOLDER = /\{(\w*)\}/g;

function checkHmac({ signing, path }: Use): readonly PlacedProblem[] {
  const { content = '{body}', prefix = '' } = signing;
  const problems = [
    ...(signing.header === undefined
      ? [{ path: [...path, 'header'], problem: 'required; expected the name of the signature header' }]
      : []),
    ...unknownNames({ template: content, known: ['body', 'timestamp', 'id'], path: [...path, 'content'] }),
    ...unknownNames({ template: prefix, known: ['timestamp', 'id'], path: [...path, 'prefix'] }),
  ];
  if (!content.includes('{body}')) {
    problems.push({ path: [...path, 'content'], problem: 'must contain {body}' });
  }
  for (const [name, key] of [
    ['{timestamp}', 'timestampHeader'],
    ['{id}', 'idHeader'],
  ] as const) {
    if (!content.includes(name) || prefix.includes(name) || signing[key] !== undefined) continue;
    const problem = `required, because content contains ${name}; expected a header name (or put ${name} in prefix)`;
    problems.push({ path: [...path, key], problem });
  }
  return problems;
}

function unknownNames(options: {
  readonly template: string;
  readonly known: readonly string[];
  readonly path: Path;
}): readonly PlacedProblem[] {
  const { template, known, path } = options;
  return [...template.matchAll(PLACEHOLDER)]
    .filter(([, name = '']) => !known.includes(name))
    .map(([found]) => ({
      path,
      problem: `unknown placeholder ${found} (known: ${known.map((name) => `{${name}}`).join(', ')})`,
    }));
}
