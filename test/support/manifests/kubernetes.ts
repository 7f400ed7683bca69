/** Kubernetes manifests: held against the models of its API, and their containers run as its nodes would. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { messageOf } from '../../../src/lib/errors.ts';
import { ROOT } from '../cli.ts';

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef: { readonly fieldPath: string } };
  }[];
  readonly envFrom?: readonly { readonly secretRef: { readonly name: string } }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface JobSpec {
  readonly completions?: number;
  readonly parallelism?: number;
  readonly podFailurePolicy?: {
    readonly rules: readonly {
      readonly action: string;
      readonly onExitCodes?: { readonly containerName: string; readonly values: readonly number[] };
    }[];
  };
  readonly template: { readonly spec: { readonly containers: readonly Container[] } };
}

export interface Manifest {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly name: string };
  readonly spec: JobSpec & { readonly schedule?: string; readonly jobTemplate?: { readonly spec: JobSpec } };
}

export function documentsOf(text: string): readonly Manifest[] {
  return parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
    if (document.errors.length > 0) throw new Error(document.errors.join('\n'));
    return document.toJS();
  });
}

const MODULES: Readonly<Record<string, string>> = {
  v1: 'kubernetes-models/v1',
  'batch/v1': 'kubernetes-models/batch/v1',
};

/** What is wrong with each list: values by the schemas of the API, unknown keys by the types made of the same. */
export async function manifestProblems(
  lists: readonly (readonly Manifest[])[],
): Promise<readonly (readonly string[])[]> {
  const typed = await unknownKeys(lists);
  return lists.map((documents, at) => [...documents.flatMap(valueProblems), ...(typed[at] ?? [])]);
}

interface Model {
  new (data: unknown): { validate(): void };
}

function valueProblems(manifest: Manifest): readonly string[] {
  const module = MODULES[manifest.apiVersion];
  if (module === undefined) return [`unknown apiVersion ${manifest.apiVersion}`];
  const models: Readonly<Record<string, Model>> = createRequire(import.meta.url)(module);
  const model = models[manifest.kind];
  if (model === undefined) return [`unknown kind ${manifest.kind}`];
  try {
    new model(manifest).validate();
    return [];
  } catch (thrown) {
    return [messageOf(thrown)];
  }
}

/** A file for each list, and one start of the compiler for all of them. */
async function unknownKeys(lists: readonly (readonly Manifest[])[]): Promise<readonly (readonly string[])[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-kubernetes-'));
  try {
    await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    const files = lists.map((_, at) => `manifests-${at}.mts`);
    for (const [at, documents] of lists.entries()) {
      const lines = documents.map(
        (manifest, number) =>
          `export const m${number}: import('${MODULES[manifest.apiVersion]}').I${manifest.kind} = ${JSON.stringify(manifest)};`,
      );
      await writeFile(path.join(folder, files[at] ?? ''), lines.join('\n'));
    }
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', ''];
    const program = path.join(ROOT, 'node_modules', '.bin', 'tsc');
    const told = await promisify(execFile)(program, [...options, ...files], { cwd: folder }).then(
      () => [],
      (thrown: unknown) => errorsOf(thrown),
    );
    return files.map((file) =>
      told
        .filter((line) => line.startsWith(`${file}(`))
        .map((line) => line.replace(/^.*?: error /, '').slice(0, 400)),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A line for each error of a manifest. @throws where the compiler failed over anything else */
function errorsOf(thrown: unknown): readonly string[] {
  const stdout = thrown instanceof Error && 'stdout' in thrown ? String(thrown.stdout) : '';
  // Lines that are indented continue the one before.
  const lines = stdout.split('\n').filter((line) => /^\S/.test(line));
  if (lines.length === 0 || lines.some((line) => !/^manifests-\d+\.mts\(/.test(line))) throw thrown;
  return lines;
}

export interface Node {
  /** What the secret holds. */
  readonly secret: Readonly<Record<string, string>>;
  /** What the job's controller sets in a pod. */
  readonly set: Readonly<Record<string, string>>;
  /** Field path → value. */
  readonly fields: Readonly<Record<string, string>>;
  /** Mount path → the folder that stands for the volume. */
  readonly volumes: Readonly<Record<string, string>>;
}

/** The environment and the words of a container, with volumes where they are on this machine. */
export function started({ command = [], args = [], env = [], envFrom = [] }: Container, node: Node) {
  const known: Record<string, string> = envFrom.length > 0 ? { ...node.secret } : {};
  for (const { name, value, valueFrom } of env) {
    const given = valueFrom === undefined ? value : node.fields[valueFrom.fieldRef.fieldPath];
    if (given === undefined) throw new Error(`nothing is known of ${name}`);
    known[name] = given;
  }
  Object.assign(known, node.set);
  const mounts = new RegExp(`(?<![\\w/])(?:${Object.keys(node.volumes).join('|')})(?=/|$|\\s)`, 'gm');
  const here = (text: string) => text.replaceAll(mounts, (mount) => node.volumes[mount] ?? mount);
  // https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
  const expanded = (text: string) =>
    text.replace(/\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g, (whole, name: string) => known[name] ?? whole);
  return {
    env: Object.fromEntries(Object.entries(known).map(([name, value]) => [name, here(value)])),
    words: [...(command.length > 0 ? command : ['prod-e2e']), ...args].map((word) => here(expanded(word))),
  };
}
