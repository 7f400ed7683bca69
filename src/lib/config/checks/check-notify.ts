/** Rules for notifiers beyond the schema: which keys each type needs or must not have, and unique names. */
import type { NotifierType } from '../../model/notifier.ts';
import { bareSecret } from '../../senders/schemes.ts';
import type { NotifierConfig } from '../schema/notify.ts';
import type { LayerConfig } from '../schema/schema.ts';
import { notifierNames } from '../settings/notify.ts';
import { BASE64 } from '../settings/signing.ts';
import type { PlacedProblem } from './check-tree.ts';

const KEYS = ['url', 'routingKey', 'severity', 'secret'] as const;
type Key = (typeof KEYS)[number];

const KEYS_OF: Readonly<
  Record<NotifierType, { readonly needs: readonly Key[]; readonly may: readonly Key[] }>
> = {
  'sentry-issue': { needs: [], may: [] },
  slack: { needs: ['url'], may: [] },
  pagerduty: { needs: ['routingKey'], may: ['url', 'severity'] },
  webhook: { needs: ['url', 'secret'], may: [] },
};

const WHAT: Readonly<Record<Key, string>> = {
  url: 'an http:// or https:// URL',
  routingKey: 'the integration key, preferably as ${env:PAGERDUTY_ROUTING_KEY}',
  severity: 'critical, error, warning, info',
  secret: 'a secret to sign with, whsec_ and base64, preferably as ${env:NAME}',
};

/** Checks the merged configuration. */
export function checkNotify({ notify = [] }: LayerConfig): readonly PlacedProblem[] {
  const names = notifierNames(notify);
  return [
    ...notify.flatMap((notifier, at) => [
      ...checkKeys(notifier, at),
      ...checkSecret(notifier, at),
      ...(names.indexOf(names[at] ?? '') === at
        ? []
        : [
            {
              path: ['notify', at, 'name'],
              problem: `duplicate name ${JSON.stringify(names[at])}`,
            },
          ]),
    ]),
  ];
}

function checkKeys(notifier: NotifierConfig, at: number): readonly PlacedProblem[] {
  const { needs, may } = KEYS_OF[notifier.type];
  const allowed = [...needs, ...may, 'name', 'after', 'recoverAfter', 'repeatAfter'].join(', ');
  return KEYS.flatMap((key): readonly PlacedProblem[] => {
    const path = ['notify', at, key];
    const isGiven = notifier[key] !== undefined;
    if (needs.includes(key)) return isGiven ? [] : [{ path, problem: `required; expected ${WHAT[key]}` }];
    if (!isGiven || may.includes(key)) return [];
    return [{ path, problem: `does not apply to the type ${notifier.type}; expected one of ${allowed}` }];
  });
}

function checkSecret({ type, secret }: NotifierConfig, at: number): readonly PlacedProblem[] {
  if (type !== 'webhook' || secret === undefined) return [];
  const bare = bareSecret(secret);
  if (bare !== '' && BASE64.test(bare)) return [];
  const problem = 'expected whsec_ and base64 (got a secret that is not base64)';
  return [{ path: ['notify', at, 'secret'], problem }];
}
