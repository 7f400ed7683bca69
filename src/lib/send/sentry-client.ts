/** A Sentry client of one run, which shares nothing with that of another run or of the program around it. */
import { defaultStackParser, makeNodeTransport, NodeClient, Scope, withScope } from '@sentry/node';
import type { Dsn } from './dsn.ts';
import type { SentryConnection } from './sentry-connection.ts';
import type { DeliveryCount } from './sentry-delivery.ts';

/** The SDK drops what exceeds its own buffer; it must never be tighter than what is counted here. */
const SDK_BUFFER = 100_000;

export interface SentryClientOptions {
  readonly dsn: Dsn;
  readonly environment: string;
  readonly release: string;
  readonly traceLifecycle: 'stream' | 'static';
  /** For hosts that do not name it; null where unknown. */
  readonly orgId: string | null;
}

/** Everything that is asked of the SDK has to be asked in here: spans and envelopes find their client in the current scope. */
export type InScope = <Result>(work: () => Result) => Result;

export function openSentryClient({
  options,
  count,
  connection,
}: {
  readonly options: SentryClientOptions;
  readonly count: DeliveryCount;
  readonly connection: SentryConnection;
}): { readonly client: NodeClient; readonly inScope: InScope } {
  const orgId = options.orgId ?? options.dsn.orgId;
  const client = withoutExitListeners(
    () =>
      new NodeClient({
        dsn: options.dsn.text,
        environment: options.environment,
        release: options.release,
        tracesSampleRate: 1,
        traceLifecycle: options.traceLifecycle,
        // Nothing about the user's machine is sent, and Node's own modules are not patched (saves 180 ms at start).
        integrations: [],
        includeServerName: false,
        runtime: { name: 'node' },
        enableRuntimeChannelInjection: false,
        stackParser: defaultStackParser,
        transport: (transportOptions) =>
          count.counted(
            makeNodeTransport({
              ...transportOptions,
              httpModule: connection.httpModule,
              bufferSize: SDK_BUFFER,
            }),
          ),
        ...(orgId === null ? {} : { orgId: Number(orgId) }),
      }),
  );
  // No client for the whole process: two runs may go on in one, beside a Sentry of the program that called them.
  const scope = new Scope();
  scope.setClient(client);
  const inScope: InScope = (work) => withScope(scope, work);
  inScope(() => client.init());
  return { client, inScope };
}

/** The SDK flushes again when the process is about to end. A run has already flushed, so this listener is removed. */
function withoutExitListeners<Made>(make: () => Made): Made {
  const before = new Set(process.listeners('beforeExit'));
  const made = make();
  for (const listener of process.listeners('beforeExit'))
    if (!before.has(listener)) process.off('beforeExit', listener);
  return made;
}
