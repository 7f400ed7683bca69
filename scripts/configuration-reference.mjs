// docs/configuration.md out of the schema of the configuration: what a key means, what it may be, and what sets it.

const HEAD = `# Configuration reference

Reference: every key of the config file, with its flag and its variable.

<!-- Written by the build, out of the schema of the configuration: change the schema, not this page. -->

Every key of the configuration file. A flag goes before its variable, the variable before a profile, the profile before the
file, the file before the default; \`prod-e2e config show\` says of every value where it comes from. In a variable, items of
a list stand between commas (headers: one a line). Any string may hold \`\${env:NAME}\` or \`\${file:/run/secrets/name}\`, each with a
default: \`\${env:NAME:-default}\`. One trailing line end of the value is dropped, and what it holds is never a template. In names of
files \`~/\` is your home folder. Strings of \`payload\` and \`headers\` may hold \`{{testId}}\`, \`{{uuid}}\`, dimensions, and the other
[placeholders](replay.md#what-templates-make); \`{{openBraces}}\` is a literal \`{{\`.
[Config files](config-files.md) says which files are read and how a config is written.
`;

const COLUMNS = ['key', 'meaning', 'allowed', 'default', 'flag and variables'];

/** @returns the page, in Markdown */
export function configurationReference({ keys, runFlags }) {
  const context = { root: keys.schema, options: keys.options, sentryVariables: keys.sentryVariables };
  const top = Object.entries(keys.schema.properties);
  const groups = top.filter(([key, node]) => rowsBelow(context, node, key).length > 0);
  const parts = [
    HEAD,
    '## Keys at the top\n',
    table(top.map(([key, node]) => topRow(context, key, node))),
    ...groups.flatMap(([key, node]) => section(context, key, node)),
    ...flagsAlone(context, runFlags),
  ];
  return `${parts.join('\n').trimEnd()}\n`;
}

function topRow(context, key, node) {
  const isGroup = rowsBelow(context, node, key).length > 0;
  return row(context, {
    path: key,
    shown: isGroup ? `[\`${key}\`](#${key.toLowerCase()})` : undefined,
    node,
  });
}

function section(context, key, node) {
  return [`## ${key}\n`, `${prose(meaning(context, node))}\n`, table(rowsBelow(context, node, key))];
}

/** What only the command line says: it is for one run. */
function flagsAlone({ options }, runFlags) {
  const known = new Set(options.map(({ flag }) => flag));
  const flags = Object.values(runFlags).filter(({ name }) => !known.has(name));
  const lines = flags.map(({ name, char, helpValue, summary, description, env }) => {
    const flag = code(`${char ? `-${char}, ` : ''}--${name}${helpValue ? ` ${helpValue}` : ''}`);
    return [flag, prose(summary ?? description), env ? code(env) : ''];
  });
  return ['## Flags of `run` that are no keys\n', grid(['flag', 'meaning', 'variable'], lines)];
}

/** The keys inside, as far as no other section tells of them. */
function rowsBelow(context, node, path, seen = new Set()) {
  if (path === 'profiles' || isToldElsewhere(context, path, node)) return [];
  const rows = [];
  // Where one will do for a list of one, both have the same keys.
  const add = (found, sub) => {
    const bare = sub.replaceAll('[]', '');
    if (seen.has(bare)) return;
    seen.add(bare);
    rows.push(row(context, { path: sub, node: found.node, required: found.required }));
    rows.push(...rowsBelow(context, found.node, sub, seen));
  };
  for (const found of childrenOf(context, node))
    add(found, `${path}${found.isItem ? '[]' : ''}.${found.name}`);
  return rows;
}

/** The properties of a node, of its items, and of what it refers to or chooses from. */
function childrenOf({ root }, node, isItem = false) {
  const at = resolved(root, node);
  return [
    ...Object.entries(at.properties ?? {}).map(([name, child]) => ({
      ...{ name, node: child, isItem },
      required: (at.required ?? []).includes(name),
    })),
    ...(at.items ? childrenOf({ root }, at.items, true) : []),
    ...(at.anyOf ?? []).flatMap((option) => childrenOf({ root }, option, isItem)),
  ];
}

/** What zod names by itself is a part that contains itself: any JSON, which has no keys. */
function resolved(root, node) {
  const name = node.$ref?.replace('#/$defs/', '');
  return name === undefined || name.startsWith('__') ? node : root.$defs[name];
}

/** A part that is a key at the top as well has its section there. */
function isToldElsewhere({ root }, path, node) {
  const section = sectionOf(root, node.$ref);
  return section !== null && section !== path;
}

function sectionOf(root, ref) {
  const key = Object.keys(root.properties).find((name) => root.properties[name].$ref === ref);
  return ref === undefined || key === undefined ? null : key;
}

function row(context, { path, shown, node, required }) {
  const { root } = context;
  const told = isToldElsewhere(context, path, node) ? sectionOf(root, node.$ref) : null;
  const allowed = node.allowed ?? resolved(root, node).allowed ?? 'a text';
  const fallback = node.default ?? resolved(root, node).default;
  return [
    shown ?? code(path),
    prose(meaning(context, node)),
    told === null ? prose(allowed) : `as [${told}](#${told.toLowerCase()})`,
    required ? 'required' : fallback === undefined ? '' : code(valueText(fallback)),
    settersOf(context, path).map(code).join('<br>'),
  ];
}

function meaning({ root }, node) {
  const text = node.description ?? resolved(root, node).description;
  if (text === undefined) throw new Error(`A key of the schema has no description: ${JSON.stringify(node)}`);
  return text;
}

function settersOf({ options, sentryVariables }, path) {
  const option = options.find(({ key }) => key === path);
  const sentry = sentryVariables[path.replace(/^sentry\./, '')];
  if (option === undefined) return path.startsWith('sentry.') && sentry ? [sentry] : [];
  const { flag, char, helpValue, negatable, env } = option;
  const short = char ? `-${char}, ` : '';
  return [`${short}--${negatable ? '[no-]' : ''}${flag}${helpValue ? ` ${helpValue}` : ''}`, ...env];
}

function valueText(value) {
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  return value === '' ? "''" : String(value);
}

function table(rows) {
  return grid(COLUMNS, rows);
}

function grid(columns, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line), ''].join('\n');
}

function code(text) {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** Placeholders become code, so that no generator of sites takes them for its own; the rest stays text. */
function prose(text) {
  return text
    .split(/(\{\{[^}]*\}\}|\$\{[^}]*\}|\{[a-z]+\}(?:\.\{[a-z]+\})*)/)
    .map((part, at) => (at % 2 === 1 ? code(part) : part.replace(/[\\`*_<>|[\]]/g, '\\$&')))
    .join('');
}
