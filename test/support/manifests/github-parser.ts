/** GitHub's own parser of workflows and of action metadata, as the judge of ours. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from '../cli.ts';

type Workflows = typeof import('@actions/workflow-parser');
type Actions = typeof import('@actions/workflow-parser/actions/index');

let loaded: Promise<Workflows & Actions> | undefined;

function parser(): Promise<Workflows & Actions> {
  loaded ??= bundled();
  return loaded;
}

/** It imports JSON as only bundlers take it. */
async function bundled(): Promise<Workflows & Actions> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-parser-'));
  try {
    const outfile = path.join(folder, 'parser.mjs');
    await build({
      stdin: {
        contents:
          "export * from '@actions/workflow-parser'; export * from '@actions/workflow-parser/actions/index';",
        resolveDir: ROOT,
      },
      ...{ bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' },
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is wrong with a workflow; nothing if all is well. */
export async function workflowErrors(content: string): Promise<readonly string[]> {
  const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await parser();
  const { context, value } = parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter());
  const converted = value === undefined ? null : await convertWorkflowTemplate(context, value);
  const told = (converted?.errors ?? []).map(({ Message }) => Message);
  return [...new Set([...context.errors.getErrors().map(({ message }) => message), ...told])];
}

/** The same of an action.yml. */
export async function actionErrors(content: string): Promise<readonly string[]> {
  const { parseAction, NoOperationTraceWriter } = await parser();
  const { context } = parseAction({ name: 'action.yml', content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}
