/** Secrets that exist only to be looked for: one for each place that can hold one. A new place is one line of the table. */
import { createHash } from 'node:crypto';

/** Who may get to see a canary: it is that party's own. */
export type Party = 'target' | 'ingest' | 'api' | 'proxy';

interface Row {
  readonly goesTo: readonly Party[];
  /** False for what is never sent and not in use, so that nobody could quote it. */
  readonly echoed: boolean;
  /** Characters after the core: those that are written otherwise in URLs, JSON, HTML or base64. */
  readonly tail?: string;
}

const sent = (...goesTo: readonly Party[]): Row => ({ goesTo, echoed: true });
const kept: Row = { goesTo: [], echoed: true };
const unused: Row = { goesTo: [], echoed: false };

/** What a value may hold where anything is allowed. */
const SPECIAL = `+/="\\é<&> '%`;
/** The same for a header. */
const IN_HEADER = '+/=\\<&>%"';

const ROWS = {
  // The key is public by Sentry's design: the baggage header carries it to the services.
  dsnKey: sent('ingest', 'target'),
  dsnSecret: kept,
  tokenInEnvironment: sent('api'),
  // Of several tokens one is in use.
  tokenInConfig: unused,
  tokenInSentryclirc: unused,
  tokenInProperties: unused,
  organizationToken: unused,
  authorization: { ...sent('target'), tail: IN_HEADER },
  cookie: sent('target'),
  apiKeyFromEnvironment: { ...sent('target'), tail: IN_HEADER },
  plainHeaderFromEnvironment: { ...sent('target'), tail: IN_HEADER },
  scenarioHeader: { ...sent('target'), tail: IN_HEADER },
  headerOfFlag: { ...sent('target'), tail: IN_HEADER },
  headerVariable: { ...sent('target'), tail: IN_HEADER },
  payloadFromEnvironment: { ...sent('target'), tail: SPECIAL },
  payloadAtRedactPath: { ...sent('target'), tail: SPECIAL },
  payloadInRedactObject: { ...sent('target'), tail: SPECIAL },
  dimensionFromEnvironment: { ...sent('target'), tail: SPECIAL },
  urlUser: sent('target'),
  urlPassword: { ...sent('target'), tail: '+/=&' },
  urlQuery: { ...sent('target'), tail: '+/=&' },
  scenarioQuery: { ...sent('target'), tail: '+=' },
  proxyPassword: { ...sent('proxy'), tail: '+/' },
  tlsKey: unused,
  followQuery: sent('api'),
  stageAttribute: { ...kept, tail: SPECIAL },
  probeHeader: { ...sent('target'), tail: IN_HEADER },
  probeBody: { ...sent('target'), tail: SPECIAL },
  cleanupHeader: { ...sent('target'), tail: IN_HEADER },
  probeBodyInConfig: { ...sent('target'), tail: SPECIAL },
  cleanupBodyInConfig: { ...sent('target'), tail: SPECIAL },
  cleanupFormInConfig: sent('target'),
  cleanupBearer: { ...sent('target'), tail: '+/=' },
  databasePassword: { ...kept, tail: '+/=' },
  slackPath: sent('target'),
  // Of these exactly 32 letters and digits.
  routingKey: { ...sent('target'), tail: 'R9'.repeat(6) },
  // Base64 of 18 bytes.
  notifySecret: { ...kept, tail: 'ab12' },
  linkKey: { ...unused, tail: '+/' },
  // Of the target's own: nobody but it knows that they are secret.
  locationUser: unused,
  locationQuery: { ...unused, tail: '+/=' },
  locationFragment: { ...unused, tail: '+/=' },
  strayArgument: unused,
  misplacedInConfig: { ...unused, tail: SPECIAL },
  expectation: { ...kept, tail: SPECIAL },
  otherProfile: unused,
  otherVariable: { ...unused, tail: SPECIAL },
} as const satisfies Readonly<Record<string, Row>>;

export type CanaryName = keyof typeof ROWS;

export interface Canary extends Row {
  readonly name: CanaryName;
  /** What is looked for: no other text has eight characters of it. */
  readonly core: string;
  readonly value: string;
}

const CORE_LENGTH = 20;

export const CANARIES: readonly Canary[] = (Object.keys(ROWS) as CanaryName[]).map((name) => {
  const row: Row = ROWS[name];
  const digest = createHash('sha512').update(`canary ${name}`).digest('base64');
  const core = digest.replace(/[^a-zA-Z0-9]/g, '').slice(0, CORE_LENGTH);
  return { ...row, name, core, value: core + (row.tail ?? '') };
});

export function canary(name: CanaryName): string {
  return CANARIES.find((each) => each.name === name)?.value ?? '';
}

/** How targets and libraries quote what they were sent. */
export const QUOTED: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  insideBase64: (text) => Buffer.from(`x:${text}:y`).toString('base64'),
  url: encodeURIComponent,
  form: (text) => new URLSearchParams({ x: text }).toString(),
  hex: (text) => Buffer.from(text).toString('hex'),
  HEX: (text) => Buffer.from(text).toString('hex').toUpperCase(),
  json: (text) => JSON.stringify(text),
  jsonInJson: (text) => JSON.stringify(JSON.stringify(text)),
  html: (text) => text.replace(/[&<>"'/]/g, (character) => `&#${character.charCodeAt(0)};`),
  cutOff: (text) => `${text.slice(0, 15)}…`,
  dots: (text) => `${text.slice(0, 15)}...`,
};

/** Eight characters of a core, or as much of it in another form, are a leak: nobody has them by chance. */
const WINDOW = 8;
const HEX_WINDOW = 2 * WINDOW;

const WINDOWS: ReadonlyMap<string, CanaryName> = new Map(
  CANARIES.flatMap(({ name, core }) =>
    [core, ...base64Forms(core)].flatMap((form) =>
      windowsOf(form, WINDOW).map((part) => [part, name] as const),
    ),
  ),
);
const HEX_WINDOWS: ReadonlyMap<string, CanaryName> = new Map(
  CANARIES.flatMap(({ name, core }) =>
    windowsOf(Buffer.from(core).toString('hex'), HEX_WINDOW).map((part) => [part, name] as const),
  ),
);

function windowsOf(text: string, length: number): readonly string[] {
  return Array.from({ length: text.length - length + 1 }, (_, at) => text.slice(at, at + length));
}

/** Without the characters that neighbours have a part in. */
function base64Forms(core: string): readonly string[] {
  return [0, 1, 2].map((shift) =>
    Buffer.from('\0'.repeat(shift) + core)
      .toString('base64')
      .slice(shift === 0 ? 0 : shift + 1, -4),
  );
}

/** Names of all canaries of which the text holds anything, in whatever form. */
export function canariesIn(text: string): readonly CanaryName[] {
  return [...new Set(leaksIn(text).map(({ name }) => name))];
}

/** The first place of each canary, with what stands around it. */
export function leaksIn(text: string): readonly { readonly name: CanaryName; readonly around: string }[] {
  const found = new Map<CanaryName, number>();
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  const hex = text.toLowerCase();
  for (let at = 0; at < text.length; at++) {
    for (const part of [text.slice(at, at + WINDOW), base64.slice(at, at + WINDOW)]) {
      const name = WINDOWS.get(part);
      if (name !== undefined && !found.has(name)) found.set(name, at);
    }
    const name = HEX_WINDOWS.get(hex.slice(at, at + HEX_WINDOW));
    if (name !== undefined && !found.has(name)) found.set(name, at);
  }
  return [...found].map(([name, at]) => ({ name, around: text.slice(Math.max(0, at - 60), at + 60) }));
}
