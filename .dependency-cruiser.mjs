// Who may import whom. The picture behind it: docs/architecture.md.
// A room is a folder of src/lib. It imports the leaves, its own files, and the rooms that stand beside it in ROOMS.

/** Leaves that every room may use; they import no room. */
const LEAVES =
  '^src/lib/(http|json|model|senders|terminal)/|^src/lib/(atomic-file|errors|limit-concurrency|sleep|version)[.]ts$';

/** Room → the other rooms it may import. */
const ROOMS = {
  // What sends, judges and reads.
  plan: ['config'],
  send: [],
  validate: ['secrets'],
  trace: [],
  // Stages find their evidence in spans and responses: pure functions of two earlier rooms.
  stages: ['trace', 'validate'],
  // The settings, and the secrets that stand in them.
  config: ['secrets'],
  secrets: ['config'],
  // What people and programs see.
  report: ['secrets', 'plan', 'trace'],
  view: ['config', 'secrets', 'plan', 'send', 'report'],
  notify: ['config', 'safety', 'send', 'report'],
  // What is checked before a run, and what happens after its webhooks.
  safety: ['config', 'report', 'cli'],
  replay: ['config', 'secrets', 'plan', 'validate', 'report', 'preflight', 'verify'],
  preflight: [
    ...['config', 'secrets', 'plan', 'replay', 'send', 'validate', 'stages', 'report', 'safety', 'verify'],
    // The plan of a run is made to see whether one can be made.
    'run',
  ],
  verify: [
    ...['config', 'secrets', 'send', 'validate', 'trace', 'stages', 'report', 'view'],
    ...['safety', 'cleanup'],
  ],
  cleanup: ['config', 'secrets', 'send', 'stages', 'report', 'view', 'safety', 'verify', 'cli'],
  // Judges changed evidence as a run judges what it read.
  coverage: ['config', 'validate', 'trace', 'stages', 'verify', 'report', 'cli'],
  sandbox: ['config', 'plan', 'stages', 'safety', 'cli'],
  init: ['config', 'secrets', 'cli'],
};

const onlyImporter = (name, module, files) => ({
  name: `only-${name}`,
  comment: `${module} is imported in one place, so that replacing it is a change of one file.`,
  severity: 'error',
  from: { path: '^src', pathNot: files },
  to: { path: `node_modules/${module}/`, dependencyTypesNot: ['type-only'] },
});

const roomRules = Object.entries(ROOMS).map(([room, others]) => ({
  name: `room-${room}`,
  comment: `${room} imports the leaves, its own files, and the rooms listed in ROOMS.`,
  severity: 'error',
  from: { path: `^src/lib/${room}/` },
  to: { path: '^src/lib/', pathNot: [LEAVES, `^src/lib/(${[room, ...others].join('|')})/`] },
}));

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'model-imports-nothing',
      severity: 'error',
      from: { path: '^src/lib/model/' },
      to: { path: '.', pathNot: '^src/lib/model/' },
    },
    {
      name: 'leaves-import-no-room',
      severity: 'error',
      from: { path: LEAVES },
      to: { path: '^src/', pathNot: LEAVES },
    },
    {
      name: 'lazy-through-a-file-of-ours',
      comment: 'A dynamic import of a package cannot be shaken, and of CommonJS has no names once bundled.',
      severity: 'error',
      from: { path: '^src' },
      to: { path: 'node_modules', dynamic: true },
    },
    ...roomRules,
    {
      name: 'cli-serves-every-command',
      comment:
        'Files of cli/ serve every command; what one topic of commands does is in its folders (cli/report, cli/trace, …).',
      severity: 'error',
      from: { path: '^src/lib/cli/[^/]+[.]ts$' },
      to: { path: '^src/lib/(cli/.+|run|doctor|cleanup|init|view|notify|verify)/' },
    },
    {
      name: 'run-serves-no-command-but-its-own',
      severity: 'error',
      from: { path: '^src/lib/run/' },
      to: { path: '^src/lib/(cli/.+|doctor|init|library)/' },
    },
    {
      name: 'sandbox-is-a-program-of-its-own',
      comment:
        'The rest of the program starts it and talks to it (src/lib/sandbox); it knows nothing of the rest.',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: '^src/', pathNot: [LEAVES, '^src/sandbox/'] },
    },
    {
      name: 'only-the-client-imports-the-sandbox',
      comment: 'The commands start it through src/lib/sandbox.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(lib/)?sandbox/' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'library-is-silent',
      comment: 'What draws, asks, watches signals or starts processes belongs to the commands.',
      severity: 'error',
      from: { path: '^src/lib/library/' },
      to: {
        path: '^src/lib/(view|sandbox|doctor|init)/|^src/lib/cli/(base-command|standard-streams|private-files|question|signals)[.]ts$',
      },
    },
    {
      name: 'only-programs-import-the-library',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/index[.]ts$|^src/lib/library/' },
      to: { path: '^src/lib/library/' },
    },
    {
      name: 'nobody-imports-commands',
      severity: 'error',
      from: { path: '^src/lib' },
      to: { path: '^src/commands' },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file nobody imports is dead, unless it is where something starts.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['^src/(cli|oclif|help|generated)[.]ts$', '^src/commands/', '^src/sandbox/.*-process[.]ts$'],
      },
      to: {},
    },
    onlyImporter('tracer-imports-sentry', '@sentry/node', [
      '^src/lib/send/(tracer|sentry-client)[.]ts$',
      // The type of the transport it wraps.
      '^src/lib/send/sentry-(delivery|connection)[.]ts$',
      '^src/sandbox/',
    ]),
    onlyImporter('senders-import-got', 'got', [
      '^src/lib/send/(client|attempt|connection-watch)[.]ts$',
      '^src/lib/trace/sentry-api/client[.]ts$',
      '^src/lib/notify/post[.]ts$',
    ]),
    onlyImporter('sql-probe-imports-pg', 'pg', [
      '^src/lib/stages/probes/sql-client[.]ts$',
      // The sandbox target has a database of its own to write to.
      '^src/sandbox/',
    ]),
    onlyImporter('sources-import-cosmiconfig', 'cosmiconfig', ['^src/lib/config/']),
    onlyImporter('pretty-imports-cli-table3', 'cli-table3', ['^src/lib/report/formatters/pretty/']),
    onlyImporter('html-imports-echarts', 'echarts', ['^src/lib/report/formatters/html/charts[.]ts$']),
    onlyImporter('view-imports-listr2', 'listr2', ['^src/lib/view/']),
    onlyImporter('commands-import-oclif', '@oclif/core', [
      '^src/(cli|oclif|help|generated)[.]ts$',
      '^src/commands/',
      '^src/lib/cli/(base-command|fault-flags|part-args|run-flags|trace-flags)[.]ts$',
    ]),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
