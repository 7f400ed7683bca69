// Who may import whom. The picture behind it: docs/architecture.md.
// A room is a folder of src/lib. It imports the shared leaves and its own files; every exception is written here with its reason.

/** Leaves that every room may use; they import no room. */
const LEAVES =
  '^src/lib/(model|senders|terminal)/|^src/lib/(decimal|errors|header-syntax|http-url|json-depth|json-parts|json-path|json-text|placeholders|retry-after|same-target|secret-headers|secret-urls|sleep|version)[.]ts$';
const ROOMS = [
  'config',
  'plan',
  'replay',
  'send',
  'validate',
  'trace',
  'stages',
  'report',
  'view',
  'notify',
  'sandbox',
  'doctor',
  'completion',
];

/** Room → files of other rooms it may import as well. */
const EXCEPTIONS = {
  // Where JSON breaks off is told in the same words as in config files.
  replay: ['^src/lib/config/json-position[.]ts$'],
  // Stages find their evidence in the spans and answers that earlier rooms can already read: pure functions of theirs.
  stages: [
    '^src/lib/trace/(seen-spans|span-pattern|span-failure|span-tree|span-words|usual-limit)[.]ts$',
    // Probes judge answers as the validator does, and take turns as the reading of traces does: pure functions as well.
    '^src/lib/validate/(missing|match|cut)[.]ts$',
    '^src/lib/trace/at-most[.]ts$',
  ],
  // A page repeats a request as a curl line, and usual durations go by the path of a span: pure functions of their rooms.
  report: ['^src/lib/plan/curl[.]ts$', '^src/lib/trace/span-path[.]ts$'],
  // The view shows a plan as signed curl lines, renders a scenario and masks what it prints: pure functions of earlier rooms.
  view: [
    '^src/lib/plan/curl[.]ts$',
    '^src/lib/send/signing[.]ts$',
    '^src/lib/report/redact(-paths)?[.]ts$',
    '^src/lib/report/cleanup/left-over-text[.]ts$',
    '^src/lib/run/prepare-plan[.]ts$',
    '^src/lib/config/(settings|resolve|origins)[.]ts$',
  ],
  // A generic webhook to the user's own receiver is signed as every webhook of this program is: a pure function.
  // Messages name the cause in the words of the report: another one.
  notify: ['^src/lib/send/signing[.]ts$', '^src/lib/report/(cause-text|unsaved)[.]ts$'],
  // The doctor words what earlier rooms find: how a DSN is read, what a failure is called, and the advice for each, all of
  // them pure functions; of the trace room's answers it needs the types alone.
  doctor: [
    '^src/lib/config/flag-secrets[.]ts$',
    '^src/lib/send/(dsn|failures)[.]ts$',
    '^src/lib/report/(advice|advice-details|sentry-findings)[.]ts$',
    '^src/lib/trace/(advice|api-answers|api-failures)[.]ts$',
  ],
};

const onlyImporter = (name, module, files) => ({
  name: `only-${name}`,
  comment: `${module} is imported in one place, so that replacing it is a change of one file.`,
  severity: 'error',
  from: { path: '^src', pathNot: files },
  to: { path: `node_modules/${module}/`, dependencyTypesNot: ['type-only'] },
});

const roomRules = ROOMS.map((room) => ({
  name: `room-${room}`,
  comment: `${room} imports the shared leaves and its own files only.`,
  severity: 'error',
  from: { path: `^src/lib/${room}/` },
  to: { path: '^src/', pathNot: [LEAVES, `^src/lib/${room}/`, ...(EXCEPTIONS[room] ?? [])] },
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
      name: 'run-imports-no-task',
      comment: 'Tasks are what commands do with a run; a run knows none of them.',
      severity: 'error',
      from: { path: '^src/lib/run/' },
      to: { path: '^src/lib/tasks/' },
    },
    {
      name: 'library-is-silent',
      comment: 'What draws, asks, watches signals or starts processes belongs to the commands.',
      severity: 'error',
      from: { path: '^src/lib/library/' },
      to: {
        path: '^src/lib/(view|tasks|sandbox|doctor)/|^src/lib/(base-command|standard-streams|private-files)[.]ts$',
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
        pathNot: [
          '^src/(cli|oclif|help|generated)[.]ts$',
          '^src/commands/',
          '^src/lib/sandbox/[a-z]+-process[.]ts$',
        ],
      },
      to: {},
    },
    onlyImporter('tracer-imports-sentry', '@sentry/node', [
      '^src/lib/send/(tracer|sentry-client)[.]ts$',
      // The type of the transport it wraps.
      '^src/lib/send/sentry-(delivery|connection)[.]ts$',
      '^src/lib/sandbox/',
    ]),
    onlyImporter('senders-import-got', 'got', [
      '^src/lib/send/(client|attempt|connection-watch)[.]ts$',
      '^src/lib/trace/sentry-api[.]ts$',
      '^src/lib/notify/post[.]ts$',
    ]),
    onlyImporter('sql-probe-imports-pg', 'pg', [
      '^src/lib/stages/probes/sql-client[.]ts$',
      // The sandbox target has a database of its own to write to.
      '^src/lib/sandbox/',
    ]),
    onlyImporter('sources-import-cosmiconfig', 'cosmiconfig', ['^src/lib/config/']),
    onlyImporter('pretty-imports-cli-table3', 'cli-table3', ['^src/lib/report/formatters/pretty']),
    onlyImporter('html-imports-echarts', 'echarts', ['^src/lib/report/formatters/html-charts[.]ts$']),
    onlyImporter('view-imports-listr2', 'listr2', ['^src/lib/view/']),
    onlyImporter('commands-import-oclif', '@oclif/core', [
      '^src/(cli|oclif|help|generated)[.]ts$',
      '^src/commands/',
      '^src/lib/(base-command|part-args|run-flags|trace-flags)[.]ts$',
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
