/** Shows the calls that `prod-e2e cleanup` would make, without making them. */
import type { Leftover } from '../model/report.ts';
import { readSavedWebhooks } from '../report/store/cleanup/state.ts';
import { maskHeaders, maskUrl, redactDeep } from '../secrets/redact.ts';
import { countOf } from '../terminal/quantities.ts';
import { terminalJson, terminalText } from '../terminal/text.ts';
import { commandOf } from './call.ts';
import type { PreparedCleanup, SavedRun } from './prepare.ts';
import { type ReadyCall, savedCalls } from './saved-calls.ts';

export interface CleanupDryRun extends SavedRun, Pick<PreparedCleanup, 'sources' | 'port' | 'hosts'> {
  readonly json: boolean;
  /** Called for each call that the current configuration cannot make. */
  readonly onChanged: () => void;
}

export async function* cleanupDryRun(dry: CleanupDryRun): AsyncIterable<string> {
  yield* dry.json ? asJson(dry) : asText(dry);
}

async function* asText(dry: CleanupDryRun): AsyncIterable<string> {
  const { folder, state, head, port, sources, hosts, onChanged } = dry;
  const webhooks = countOf(state.open.size, 'webhook');
  yield `Clean-up after ${webhooks} of run ${head.runId}: calls to ${terminalText(hosts.join(' and '))}; nothing is sent.\n`;
  for await (const saved of readSavedWebhooks(folder, state)) {
    for (const each of savedCalls(saved, sources)) {
      const { testId, name } = saved.sent;
      yield `\n# ${terminalText(name)}, test ${testId}\n`;
      if (each.kind === 'ready') yield `${commandOf(each, port)}\n`;
      else
        yield `# Cannot be made: ${terminalText(each.leftOver.reason)} (${terminalText(each.leftOver.call)})\n`;
      if (each.kind === 'changed') onChanged();
    }
  }
}

async function* asJson(dry: CleanupDryRun): AsyncIterable<string> {
  const { folder, state, head, port, sources, onChanged } = dry;
  const { runId, target } = head;
  const facts = terminalJson({ runId, target, dryRun: true, webhooks: state.open.size });
  yield `${facts.slice(0, -1)},"calls":[\n`;
  let separator = '';
  for await (const saved of readSavedWebhooks(folder, state)) {
    for (const each of savedCalls(saved, sources)) {
      const { testId, name, scenario } = saved.sent;
      const shown = each.kind === 'ready' ? readyCall(each, port) : impossibleCall(each.leftOver);
      yield separator + terminalJson({ testId, name, scenario, ...shown });
      separator = ',\n';
      if (each.kind === 'changed') onChanged();
    }
  }
  yield '\n]}\n';
}

function readyCall(ready: ReadyCall, port: PreparedCleanup['port']) {
  const { request, mask } = ready;
  const { headers } = request;
  const shown = redactDeep({ ...request, url: maskUrl(request.url), headers: maskHeaders(headers) }, mask);
  return { request: shown, command: commandOf(ready, port), reason: null };
}

function impossibleCall({ call, reason }: Leftover) {
  return { request: null, command: null, reason: `${reason} (${call})` };
}
