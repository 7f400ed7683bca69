/** Turns zod's JSON Schema into the one for editors, and finds the keys allowed at a path. */

export interface JsonSchemaNode {
  readonly [key: string]: unknown;
}

/** `${env:NAME}` and `${file:NAME}` stand for any scalar, whatever its type after the replacement. */
const INTERPOLATED = { type: 'string', pattern: '\\$\\{(env|file):[^}]+\\}' };

const ANNOTATIONS = ['title', 'description', 'default'];

/** Removes what only JavaScript can express, and accepts placeholders wherever a scalar is restricted. */
export function forEditors(schema: JsonSchemaNode): JsonSchemaNode {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties' || key === '$defs') result[key] = mapNodes(value);
    else if (key === 'items' || key === 'additionalProperties')
      result[key] = isNode(value) ? forEditors(value) : value;
    else if (key === 'anyOf' && Array.isArray(value)) result[key] = alternatives(value);
    else result[key] = value;
  }
  return result.anyOf === undefined && isRestrictedScalar(result)
    ? withInterpolation(result)
    : flattened(result);
}

function mapNodes(value: unknown): unknown {
  if (!isNode(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, node]) => [key, isNode(node) ? forEditors(node) : node]),
  );
}

/** zod writes functions as the empty schema, which would allow everything. */
function alternatives(nodes: readonly unknown[]): readonly unknown[] {
  const shown = nodes.filter(isNode).filter((node) => Object.keys(node).length > 0);
  const plain = shown.map((node) => (isRestrictedScalar(node) ? node : forEditors(node)));
  const needsInterpolation = shown.some(isRestrictedScalar) && !shown.some(isAnyText);
  return needsInterpolation ? [...plain, INTERPOLATED] : plain;
}

function isAnyText(node: JsonSchemaNode): boolean {
  return (
    node.type === 'string' &&
    node.pattern === undefined &&
    node.enum === undefined &&
    node.const === undefined
  );
}

function isRestrictedScalar(node: JsonSchemaNode): boolean {
  return (
    ['integer', 'number', 'boolean'].includes(String(node.type)) ||
    (node.type === 'string' && !isAnyText(node))
  );
}

function withInterpolation(node: JsonSchemaNode): JsonSchemaNode {
  const entries = Object.entries(node);
  const annotations = Object.fromEntries(entries.filter(([key]) => ANNOTATIONS.includes(key)));
  const rules = Object.fromEntries(entries.filter(([key]) => !ANNOTATIONS.includes(key)));
  return { ...annotations, anyOf: [rules, INTERPOLATED] };
}

/** A choice with one alternative is replaced by that alternative. */
function flattened(node: JsonSchemaNode): JsonSchemaNode {
  if (!Array.isArray(node.anyOf) || node.anyOf.length !== 1) return node;
  const { anyOf, ...rest } = node;
  return isNode(anyOf[0]) ? { ...anyOf[0], ...rest } : node;
}

function isNode(value: unknown): value is JsonSchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The keys an object at this path may have; empty where any are allowed. */
export function keysAt(root: JsonSchemaNode, path: readonly (string | number)[]): readonly string[] {
  const [first] = nodesAt(root, path).filter((node) => isNode(node.properties));
  return isNode(first?.properties) ? Object.keys(first.properties) : [];
}

/** The types of values allowed at this path, as JSON Schema names them. */
export function typesAt(root: JsonSchemaNode, path: readonly (string | number)[]): readonly string[] {
  return nodesAt(root, path).flatMap(({ type }) => (typeof type === 'string' ? [type] : []));
}

function nodesAt(root: JsonSchemaNode, path: readonly (string | number)[]): readonly JsonSchemaNode[] {
  let nodes = expand(root, root);
  for (const step of path) nodes = nodes.flatMap((node) => expand(root, child(node, step)));
  return nodes;
}

function child(node: JsonSchemaNode, step: string | number): unknown {
  if (typeof step === 'number') return node.items;
  if (isNode(node.properties) && Object.hasOwn(node.properties, step)) return node.properties[step];
  return node.additionalProperties;
}

/** The node itself, or what it refers to and chooses from. */
function expand(root: JsonSchemaNode, node: unknown): readonly JsonSchemaNode[] {
  if (!isNode(node)) return [];
  if (typeof node.$ref === 'string' && isNode(root.$defs)) {
    return expand(root, root.$defs[node.$ref.replace('#/$defs/', '')]);
  }
  return Array.isArray(node.anyOf) ? node.anyOf.flatMap((option) => expand(root, option)) : [node];
}
