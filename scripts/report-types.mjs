// The report's types and the check of saved reports, written from the schema in src/lib/report/schema. The program then
// needs no zod to read a report, which would slow its start.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import { put } from './build-once.mjs';

const SCHEMA = 'src/lib/report/schema/json-schema.ts';
const MODEL = 'src/lib/model';
const SHAPES = 'src/lib/report/store/report-shapes.ts';
/** Types that are another one and more. */
const BASES = { ReportHead: 'RunFacts', Report: 'ReportHead' };

const NOTE = 'Written by scripts/report-types.mjs from the schema of the report: do not edit.';

/** Before the program is bundled: the check is a part of it. @param {string} root of the project */
export async function writeReportTypes(root) {
  const bundle = path.join(root, 'node_modules', '.prod-e2e-build', 'report-types.mjs');
  await esbuild({
    ...{ entryPoints: [path.join(root, SCHEMA)], outfile: bundle, bundle: true, platform: 'node' },
    ...{ format: 'esm', packages: 'external', logLevel: 'warning' },
  });
  const { reportTypes } = await import(`${pathToFileURL(bundle).href}?${Date.now()}`);
  await rm(bundle);
  const { files, schemas } = reportTypes();
  for (const file of Object.keys(files))
    await put(path.join(root, MODEL, `${file}.ts`), typesFile(file, { files, schemas }));
  await put(path.join(root, SHAPES), shapesFile({ schemas }));
}

/** What a schema stands for, in one of a few forms. */
function formOf(schema) {
  if (schema.$ref !== undefined) return { is: 'named', name: schema.$ref.replace('#/$defs/', '') };
  if (schema.anyOf !== undefined) return { is: 'union', of: schema.anyOf };
  if (Array.isArray(schema.type))
    return { is: 'union', of: schema.type.map((type) => ({ ...schema, type })) };
  if (schema.const !== undefined) return { is: 'values', values: [schema.const], open: false };
  if (schema.enum !== undefined) return { is: 'values', values: schema.enum, open: schema.open === true };
  if (schema.type === 'array') return { is: 'list', of: schema.items };
  if (schema.properties !== undefined) return { is: 'object', fields: fieldsOf(schema) };
  if (schema.type === 'object') return { is: 'record', of: schema.additionalProperties };
  return { is: schema.type === 'integer' ? 'number' : schema.type };
}

function fieldsOf({ properties, required = [] }) {
  return Object.entries(properties).map(([name, schema]) => {
    return { name, schema, isOptional: !required.includes(name) };
  });
}

function ownFields(name, schemas) {
  const inherited = BASES[name] === undefined ? {} : schemas[BASES[name]].properties;
  return fieldsOf(schemas[name]).filter((field) => !Object.hasOwn(inherited, field.name));
}

const literal = (value) => (typeof value === 'string' ? `'${value}'` : String(value));

function typesFile(file, { files, schemas }) {
  const text = files[file].map((name) => typeText(name, schemas)).join('\n');
  const imports = Object.entries(files)
    .filter(([other]) => other !== file)
    .map(([other, names]) => [
      other,
      names.filter((name) => new RegExp(`: .*\\b${name}\\b`).test(text)).sort(),
    ])
    .filter(([, names]) => names.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([other, names]) => `import type { ${names.join(', ')} } from './${other}.ts';\n`);
  const head = `/** Types of the report. ${NOTE} Durations are milliseconds and end in \`Ms\`. */\n`;
  return `${head}${imports.join('')}\n${text}`;
}

function typeText(name, schemas) {
  const schema = schemas[name];
  const comment = `/** ${schema.description} */\n`;
  const base = BASES[name];
  if (schema.properties === undefined) return `${comment}export type ${name} = ${typeOf(schema)};\n`;
  const lines = ownFields(name, schemas).map((field) => `${commentOf(field)}  ${member(field)};\n`);
  return `${comment}export interface ${name}${base === undefined ? '' : ` extends ${base}`} {\n${lines.join('')}}\n`;
}

const commentOf = ({ schema: { description } }) =>
  description === undefined ? '' : `  /** ${description} */\n`;

const member = ({ name, schema, isOptional }) =>
  `readonly ${name}${isOptional ? '?' : ''}: ${typeOf(schema)}`;

function typeOf(schema) {
  const form = formOf(schema);
  switch (form.is) {
    case 'named':
      return form.name;
    case 'union':
      return form.of.map(typeOf).join(' | ');
    case 'values':
      return form.values.map(literal).join(' | ');
    case 'list':
      return `readonly ${grouped(typeOf(form.of))}[]`;
    case 'record':
      return `Readonly<Record<string, ${typeOf(form.of)}>>`;
    case 'object':
      return `{ ${form.fields.map(member).join('; ')} }`;
    default:
      return form.is;
  }
}

const grouped = (type) => (type.includes(' | ') ? `(${type})` : type);

const SHAPES_HEAD = `/** Whether a saved value still has the shape of a report or of a part of it. ${NOTE} */
import type { Leftover, ReportHead } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import {
  anyOf,
  fields,
  isFlag,
  isNumber,
  isText,
  listOf,
  oneOf,
  orAbsent,
  orNull,
  recordOf,
} from './saved-shape.ts';
`;

/** What the program reads, and the fields that a run has before its end. */
const READ = ['ReportHead', 'TestResult', 'Leftover'];

function shapesFile({ schemas }) {
  const texts = READ.reduce((names, name) => withNeeded(name, { names, schemas }), []).map((name) => {
    const exported = READ.includes(name) || isBase(name) ? 'export ' : '';
    if (schemas[name].properties === undefined) return `const ${check(name)} = ${shapeOf(schemas[name])};\n`;
    const base = BASES[name] === undefined ? '' : `  ...${fieldsName(BASES[name])},\n`;
    const object = `{\n${base}${ownFields(name, schemas)
      .map((field) => `  ${entry(field)},\n`)
      .join('')}}`;
    return isBase(name)
      ? `${exported}const ${fieldsName(name)} = ${object};\n`
      : `${exported}const ${check(name)} = fields${exported && `<${name}>`}(${object});\n`;
  });
  return `${SHAPES_HEAD}\n${texts.join('\n')}`;
}

/** A constant is declared before the ones that use it. */
function withNeeded(name, { names, schemas }) {
  if (names.includes(name)) return names;
  const needed = [...JSON.stringify(schemas[name]).matchAll(/#\/\$defs\/(\w+)/g)].map(([, other]) => other);
  const before = BASES[name] === undefined ? needed : [BASES[name], ...needed];
  return [...before.reduce((known, other) => withNeeded(other, { names: known, schemas }), names), name];
}

const isBase = (name) => READ.some((each) => BASES[each] === name);
const check = (name) => `is${name}`;
const fieldsName = (name) => `${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}_FIELDS`;
const entry = ({ name, schema, isOptional }) =>
  `${name}: ${isOptional ? `orAbsent(${shapeOf(schema)})` : shapeOf(schema)}`;

function shapeOf(schema) {
  const form = formOf(schema);
  switch (form.is) {
    case 'named':
      return check(form.name);
    case 'union': {
      const others = form.of.filter(({ type }) => type !== 'null').map(shapeOf);
      const either = others.length === 1 ? others[0] : `anyOf(${others.join(', ')})`;
      return others.length === form.of.length ? either : `orNull(${either})`;
    }
    case 'values':
      return form.open ? 'isText' : `oneOf(${form.values.map(literal).join(', ')})`;
    case 'list':
      return `listOf(${shapeOf(form.of)})`;
    case 'record':
      return `recordOf(${shapeOf(form.of)})`;
    case 'object':
      return `fields({ ${form.fields.map(entry).join(', ')} })`;
    case 'string':
      return 'isText';
    case 'boolean':
      return 'isFlag';
    case 'number':
      return 'isNumber';
    default:
      throw new Error(`scripts/report-types.mjs has no check for ${JSON.stringify(schema)}`);
  }
}
