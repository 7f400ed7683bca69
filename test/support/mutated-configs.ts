/** A good configuration, and ways to spoil it: each with what the error has to name. */
import { seededRandom } from '../../src/lib/plan/random.ts';

type Tree = Record<string, unknown>;

export interface Mutation {
  readonly name: string;
  /** Keys that it touches: two mutations of one key would hide each other. */
  readonly key: string;
  /** Keys of mutations that would hide it: what cannot be selected or rendered has no payload. */
  readonly hiddenBy?: readonly string[];
  readonly apply: (config: Tree) => void;
  /** In one line of the error. */
  readonly reported: string;
}

/** Everything in it can be used; nothing of it is at another place than here. */
export function goodConfig(): Tree {
  return {
    url: 'http://127.0.0.1:9/hook',
    count: 4,
    timeout: '2s',
    threshold: ['p95<800ms'],
    reporter: ['json'],
    headers: { 'x-run': '{{runId}}' },
    dimensions: { symbol: ['SPY', 'QQQ'], side: ['buy', 'sell'] },
    set: { symbol: 'SPY' },
    payload: { symbol: '{{symbol}}', side: '{{side}}', id: '{{testId}}' },
    expect: { status: '2xx', headers: { 'x-id': '/^[a-z]+$/' } },
    scenarios: [
      { name: 'OPEN', tags: ['smoke'], payload: { size: '{{int 1 5}}' } },
      { name: 'CLOSE', expect: { schema: { type: 'object' } } },
    ],
    scenario: ['OPEN', 'CLOSE'],
    trace: { follow: [{ query: 'id:{{testId}}' }], urlTemplate: 'https://traces.example.com/{{traceId}}' },
    stages: [{ name: 'saved', http: { url: '{{origin}}/x/{{testId}}' } }],
    quietHours: { from: '09:00', to: '10:00', timezone: 'UTC' },
    monitor: { slug: 'nightly', schedule: '0 * * * *' },
    keep: 5,
  };
}

const at = (config: Tree, ...keys: (string | number)[]): Tree =>
  keys.reduce<Tree>((tree, key) => tree[key] as Tree, config);

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'count is a string',
    key: 'count',
    apply: (c) => (c.count = 'five'),
    reported: ': count: expected an integer from 1 to 1,000,000 (got "five")',
  },
  {
    name: 'no such key',
    key: 'conut',
    apply: (c) => (c.conut = 3),
    reported: ': conut: unknown key; did you mean count?',
  },
  {
    name: 'timeout without a unit',
    key: 'timeout',
    apply: (c) => (c.timeout = 2),
    reported: ': timeout: expected a duration such as 500ms, 10s, 2m or 1h (got 2)',
  },
  {
    name: 'threshold without a limit',
    key: 'threshold',
    apply: (c) => (c.threshold = ['p95<']),
    reported: 'threshold[0]: Invalid threshold "p95<"',
  },
  {
    name: 'threshold of no metric',
    key: 'threshold',
    apply: (c) => (c.threshold = ['p95<1s', 'fail_rat<1%']),
    reported: 'threshold[1]: There is no threshold metric "fail_rat". Did you mean "fail_rate"?',
  },
  {
    name: 'no such reporter',
    key: 'reporter',
    apply: (c) => (c.reporter = ['junti=a.xml']),
    reported: 'reporter: There is no reporter "junti". Did you mean "junit"?',
  },
  {
    name: 'two reports on stdout',
    key: 'reporter',
    apply: (c) => (c.reporter = ['json', 'tap']),
    reported: 'reporter: Only one reporter can write to stdout',
  },
  {
    name: 'report into a file as a folder',
    key: 'reporter',
    apply: (c) => (c.reporter = ['json=/dev/null/x.json']),
    reported: 'reporter: A report cannot be written',
  },
  {
    name: 'unknown name in a header',
    key: 'headers',
    apply: (c) => (at(c, 'headers')['x-run'] = '{{runID2}}'),
    reported: 'headers.x-run: Unknown name "runID2" in the template {{runID2}}',
  },
  {
    name: 'unknown name in the payload',
    key: 'payload',
    apply: (c) => (at(c, 'payload').symbol = '{{simbol}}'),
    reported:
      'payload.symbol: Unknown name "simbol" in the template {{simbol}} (config, payload.symbol). Did you mean {{symbol}}?',
  },
  {
    name: 'a generator without its range',
    key: 'size',
    apply: (c) => (at(c, 'scenarios', 0, 'payload').size = '{{int 5}}'),
    reported: 'scenarios[0].payload.size: Invalid template {{int 5}}',
  },
  {
    name: 'look-ahead',
    key: 'expect',
    apply: (c) => (at(c, 'expect', 'headers')['x-id'] = '/(?=a)b/'),
    reported: 'expect.headers.x-id: expect.headers.x-id is not a usable regular expression',
  },
  {
    name: 'status is none',
    key: 'status',
    apply: (c) => (at(c, 'expect').status = '20x'),
    reported:
      ': expect.status: expected a status such as 200, a class such as 2xx, or a list of them (got "20x")',
  },
  {
    name: 'schema is none',
    key: 'schema',
    apply: (c) => (at(c, 'scenarios', 1, 'expect').schema = { type: 5 }),
    reported: 'scenarios[1].expect.schema: expect.schema is not a usable JSON Schema',
  },
  {
    name: 'pattern of a schema',
    key: 'schema',
    apply: (c) => (at(c, 'scenarios', 1, 'expect').schema = { properties: { a: { pattern: '(?<=x)y' } } }),
    reported: 'scenarios[1].expect.schema: expect.schema is not a usable JSON Schema',
  },
  {
    name: 'no such scenario',
    key: 'selection',
    apply: (c) => (c.scenario = ['OPNE']),
    reported: 'scenario: There is no scenario "OPNE". Did you mean "OPEN"?',
  },
  {
    name: 'no such tag',
    key: 'selection',
    apply: (c) => (c.tag = ['smok']),
    reported: 'tag: There is no tag "smok". Did you mean "smoke"?',
  },
  {
    name: 'nothing is left',
    key: 'selection',
    apply: (c) => (c.exclude = ['OPEN', 'CLOSE']),
    reported: 'exclude: No scenario matches the selection',
  },
  {
    name: 'no such dimension',
    key: 'set',
    apply: (c) => (c.set = { symbl: 'SPY' }),
    reported: 'set.symbl: There is no dimension "symbl". Did you mean "symbol"?',
  },
  {
    name: 'name twice',
    key: 'selection',
    apply: (c) => (at(c, 'scenarios', 1).name = 'OPEN'),
    reported: 'scenarios[1].name: duplicate name "OPEN": scenarios[0] has it too',
  },
  {
    name: 'unknown name in a search',
    key: 'follow',
    apply: (c) => (at(c, 'trace', 'follow', 0).query = 'id:{{testid2}}'),
    reported: 'trace.follow[0].query: Placeholder {{testid2}} is not available here',
  },
  {
    name: 'unknown name in a link',
    key: 'urlTemplate',
    apply: (c) => (at(c, 'trace').urlTemplate = 'https://x.example.com/{{trace}}'),
    reported: 'trace.urlTemplate: Placeholder {{trace}} is not available here. Did you mean {{traceId}}?',
  },
  {
    name: 'unknown name in a probe',
    key: 'stages',
    apply: (c) => (at(c, 'stages', 0, 'http').url = '{{origin}}/x/{{tesId}}'),
    reported: 'stages[0].http: unknown placeholder {{tesId}}; did you mean {{testId}}?',
  },
  {
    name: 'probe elsewhere',
    key: 'allowHosts',
    apply: (c) => (c.allowHosts = ['hooks.example.com']),
    reported: 'url: ',
  },
  {
    name: 'no such time',
    key: 'quietHours',
    apply: (c) => (at(c, 'quietHours').from = '9.00'),
    reported: 'quietHours.from: expected a time of day such as "09:30", from 00:00 to 23:59 (got "9.00")',
  },
  {
    name: 'no schedule',
    key: 'monitor',
    apply: (c) => (at(c, 'monitor').schedule = 'daily'),
    reported:
      'monitor.schedule: expected a crontab line such as "*/15 * * * *", or an interval such as "15 minutes" (got "daily")',
  },
  {
    name: 'expectRepeat alone',
    key: 'expectRepeat',
    apply: (c) => (c.expectRepeat = { status: 200 }),
    reported: 'expectRepeat: has no effect without repeat',
  },
  {
    name: 'shard of none',
    key: 'shard',
    apply: (c) => (c.shard = '3/2'),
    reported: 'shard: Invalid shard (--shard 3/2): the index must be between 1 and 2',
  },
  {
    name: 'traces that cannot be read',
    key: 'require',
    apply: (c) => (at(c, 'trace').require = true),
    reported: 'trace.require: Traces cannot be read back',
  },
  {
    name: 'no such certificate',
    key: 'tls',
    apply: (c) => (c.tls = { ca: 'nowhere.pem' }),
    reported: 'tls.ca: --cacert',
  },
  {
    name: 'no such schema file',
    key: 'payloadSchema',
    apply: (c) => (c.payloadSchema = 'nowhere.json'),
    reported: 'payloadSchema: The payloadSchema',
  },
  {
    name: 'payloads that break their schema',
    key: 'payloadSchema',
    hiddenBy: ['selection', 'payload', 'headers'],
    apply: (c) => (c.payloadSchema = { type: 'object', required: ['price'] }),
    reported: 'A payload of CLOSE does not match its payloadSchema: price: required',
  },
  {
    name: 'one payload of many breaks its schema',
    key: 'payloadSchema',
    hiddenBy: ['selection', 'payload', 'headers'],
    apply: (c) => (c.payloadSchema = { properties: { side: { const: 'buy' } } }),
    reported: 'A payload of CLOSE does not match its payloadSchema: side: ',
  },
  {
    name: 'no endpoint',
    key: 'allowHosts',
    apply: (c) => delete c.url,
    reported: 'No webhook URL configured',
  },
  {
    name: 'no DSN',
    key: 'dsn',
    apply: (c) => (c.sentry = { dsn: 'https://key@sentry.example.com/none' }),
    reported: 'The Sentry DSN cannot be used',
  },
  {
    name: 'no such baseline',
    key: 'baseline',
    apply: (c) => (c.baseline = 'nowhere'),
    reported: 'baseline: ',
  },
  {
    name: 'signing without a secret',
    key: 'signing',
    apply: (c) => (c.signing = { scheme: 'github' }),
    reported: 'signing.secret: required; expected a secret',
  },
  {
    name: 'stage after none',
    key: 'after',
    apply: (c) => (at(c, 'stages', 0).after = 'savd'),
    reported: 'stages[0].after: unknown stage savd',
  },
];

function areExclusive(one: Mutation, other: Mutation): boolean {
  const hides = (hiding: Mutation, hidden: Mutation) => hidden.hiddenBy?.includes(hiding.key) === true;
  return one.key === other.key || hides(one, other) || hides(other, one);
}

/** One to three mutations of different keys, the same for the same seed. */
export function mutated(seed: number): { readonly config: Tree; readonly mutations: readonly Mutation[] } {
  const random = seededRandom('mutated configs', seed);
  const config = goodConfig();
  const mutations: Mutation[] = [];
  const wanted = random.int(1, 3);
  while (mutations.length < wanted) {
    const mutation = MUTATIONS[random.int(0, MUTATIONS.length - 1)];
    if (mutation === undefined || mutations.some((other) => areExclusive(mutation, other))) continue;
    mutation.apply(config);
    mutations.push(mutation);
  }
  return { config, mutations };
}
