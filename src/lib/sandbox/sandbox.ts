/** The sandbox: a webhook target and a Sentry-compatible server, each in a process of its own. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { deployedVersion, parseFault } from '../../sandbox/faults/faults.ts';
import type { IngestNotice } from '../../sandbox/notices.ts';
import type { SentryProject } from '../../sandbox/sentry-server/sentry-auth.ts';
import { EXIT, ProdE2eError } from '../errors.ts';
import { type Child, launchChild } from './child.ts';

export interface SandboxInfo {
  /** The webhook endpoint. */
  readonly url: string;
  /** The DSN of the sender's spans. */
  readonly dsn: string;
  readonly sentryUrl: string;
  /** Slug of the organization. */
  readonly org: string;
  /** Slug of the project `dsn` belongs to. */
  readonly project: string;
  readonly token: string;
  /** The DSN of the user's own services, and the slug of its project: the service name of their spans. */
  readonly backendDsn: string;
  readonly backendProject: string;
}

export interface Sandbox {
  readonly info: SandboxInfo;
  /** Resolves when one of the processes ends by itself. */
  readonly failed: Promise<ProdE2eError>;
  /** Stops both within a limited time; may be called again. */
  stop(): Promise<void>;
}

export interface SandboxOptions {
  /** Where `target.js` and `sentry-server.js` are. */
  readonly entryFolder: string;
  /** As in `--fault`: `CHOP=status:500`. */
  readonly faults: readonly string[];
  /** Fixed ports; a free port if not set. */
  readonly port?: number;
  readonly sentryPort?: number;
  /** URL of a PostgreSQL database for the target's signals; in memory if not set. */
  readonly database?: string;
  /** Called with what Sentry would refuse or drop. */
  readonly onNotice?: (notice: IngestNotice) => void;
}

const ORG = 'sandbox';
const HOST = '127.0.0.1';
/** The target's own, as its SDK names it. */
const ENVIRONMENT = 'sandbox';

const newKey = (): string => randomBytes(16).toString('hex');

interface Projects {
  readonly sender: SentryProject;
  readonly target: SentryProject;
  /** What services with SENTRY_SPOTLIGHT send to `/stream`. */
  readonly spotlight: SentryProject;
  readonly backend: SentryProject;
}

function newProjects(): Projects {
  return {
    sender: { id: 1, slug: 'prod-e2e', publicKey: newKey() },
    target: { id: 2, slug: 'sandbox-target', publicKey: newKey() },
    spotlight: { id: 3, slug: 'spotlight', publicKey: newKey() },
    backend: { id: 4, slug: 'backend', publicKey: newKey() },
  };
}

const dsnOf = (project: SentryProject, port: number): string =>
  `http://${project.publicKey}@${HOST}:${port}/${project.id}`;

function diedError(name: string, child: Child, how: string): ProdE2eError {
  return new ProdE2eError(`The sandbox's ${name} ended by itself (${how}).${child.lastWords()}`, {
    code: 'SANDBOX_DIED',
    hints: ['Start the sandbox again.'],
    exit: EXIT.bug,
  });
}

/**
 * Starts both processes and resolves when both listen.
 * @throws ProdE2eError `UNKNOWN_FAULT`, `INVALID_FAULT`, SANDBOX_PORT_IN_USE, SANDBOX_PORT_DENIED, SANDBOX_DATABASE,
 * SANDBOX_START_FAILED; no process is left running then.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const faults = options.faults.map(parseFault);
  // Both load at the same time; the target starts once the other's port is known.
  const sentry = launchChild({
    name: 'Sentry server',
    entry: path.join(options.entryFolder, 'sentry-server.js'),
    ...(options.onNotice !== undefined && { onNotice: options.onNotice }),
  });
  const target = launchChild({ name: 'webhook target', entry: path.join(options.entryFolder, 'target.js') });
  let isStopping = false;
  const stop = async (): Promise<void> => {
    isStopping = true;
    // The target first: its last spans go to the Sentry server.
    await target.stop();
    await sentry.stop();
  };
  try {
    const { sender, target: targetProject, spotlight, backend } = newProjects();
    const token = `sntryu_${randomBytes(32).toString('hex')}`;
    const release = `${targetProject.slug}@${deployedVersion(faults)}`;
    const sentryPort = await sentry.start({
      port: options.sentryPort ?? 0,
      org: ORG,
      token,
      projects: [sender, targetProject, spotlight, backend],
      streamProjectId: spotlight.id,
      senderProjectId: sender.id,
      faults,
      deployed: { version: release, environment: ENVIRONMENT },
    });
    const port = await target.start({
      port: options.port ?? 0,
      faults,
      release,
      dsn: dsnOf(targetProject, sentryPort),
      database: options.database ?? null,
    });
    return {
      info: {
        url: `http://${HOST}:${port}/webhook`,
        dsn: dsnOf(sender, sentryPort),
        sentryUrl: `http://${HOST}:${sentryPort}`,
        org: ORG,
        project: sender.slug,
        token,
        backendDsn: dsnOf(backend, sentryPort),
        backendProject: backend.slug,
      },
      failed: new Promise((resolve) => {
        const watch = (name: string, child: Child): void => {
          child.ended.then((how) => {
            if (!isStopping) resolve(diedError(name, child, how));
          });
        };
        watch('webhook target', target);
        watch('Sentry server', sentry);
      }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
