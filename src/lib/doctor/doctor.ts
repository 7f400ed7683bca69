/** Runs the checks of `prod-e2e doctor` in order, each only if the earlier ones allow it. Prints nothing. */

import { ProdE2eError } from '../errors.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Judgment } from '../model/finding.ts';
import type { Monitor, Notifier } from '../model/notifier.ts';
import type { SentryDelivery } from '../model/report.ts';
import type { Dsn } from '../send/dsn.ts';
import { alertChecks } from './alert-checks.ts';
import { type Check, configCheck, exposureCheck, ok, unusable } from './check.ts';
import type { ConnectionFacts } from './connection.ts';
import { type ConnectionContext, connectionChecks } from './connection-checks.ts';
import { withoutContradiction } from './contradiction.ts';
import {
  accessCheck,
  deliveryCheck,
  dsnCheck,
  incompleteCheck,
  noTokenCheck,
  type OrganizationReply,
  organizationCheck,
  type TraceFacts,
  type TraceReply,
  traceChecks,
} from './sentry-checks.ts';
import { clockCheck, quietCheck, responseCheck, webhookCheck } from './webhook-checks.ts';

/** One webhook, sent and judged. */
export interface RoundTrip {
  readonly delivery: Delivery;
  readonly judgment: Judgment;
  readonly sentry: SentryDelivery;
}

export interface TargetPort {
  /** Credentials masked. */
  readonly shown: string;
  readonly context: Omit<ConnectionContext, 'nowMs'>;
  /** Null where a proxy makes the connections. */
  readonly probe: (() => Promise<ConnectionFacts>) | null;
  /** `host:port` of that proxy; null without a proxy. */
  readonly proxy: string | null;
  /** The current quiet hours as text, if they forbid sending to this target now; otherwise null. */
  readonly quiet: string | null;
  /**
   * @param dsn null: only send trace headers
   * @throws ProdE2eError where the webhook cannot be created
   */
  readonly sendOne: (dsn: Dsn | null) => Promise<RoundTrip>;
}

export interface ReadingPort {
  readonly org: string;
  readonly readOrganization: () => Promise<OrganizationReply>;
  /** Reads a trace that does not exist. */
  readonly readNothing: () => Promise<TraceReply>;
  readonly awaitTrace: (delivery: Delivery) => Promise<TraceFacts>;
}

export interface DoctorPorts {
  readonly config: { readonly file: string | null; readonly profile: string | null };
  /** Flags that were passed with a secret. */
  readonly flagsWithSecrets: readonly string[];
  /** An error with the reason the target must not or cannot be used. */
  readonly target: TargetPort | ProdE2eError;
  readonly dsn: string | null;
  /** What is wrong with the DSN, and where it is set. */
  readonly dsnError?: ProdE2eError | null;
  /** Their names are shown; no alert is sent. */
  readonly alerts: { readonly monitor: Monitor | null; readonly notifiers: readonly Notifier[] };
  /** Base URL of the Sentry instance; null for the hosted one. */
  readonly sentryUrl: string | null;
  /** Null without a token; an error where another setting it needs is missing. */
  readonly reading: ReadingPort | ProdE2eError | null;
  /** Checks of the stages' probes, without running the probes. */
  readonly probes: (targetIsThere: boolean) => Promise<readonly Check[]>;
  /** False with `--no-send`. */
  readonly send: boolean;
  /** Called with each check as soon as it is done. */
  readonly emit: (check: Check) => void;
  readonly nowMs: () => number;
  readonly stop: AbortSignal;
}

export async function examine(given: DoctorPorts): Promise<void> {
  const passed = new Set<string>();
  const emit: DoctorPorts['emit'] = (check) => {
    if (check.state === 'ok') passed.add(check.name);
    given.emit(withoutContradiction(check, passed));
  };
  const ports = { ...given, emit };
  ports.emit(configCheck(ports.config));
  const exposed = exposureCheck(ports.flagsWithSecrets);
  if (exposed !== null) ports.emit(exposed);
  const target = await checkTarget(ports);
  const { check, reading } = dsnCheck(ports.dsn, ports.dsnError);
  ports.emit(check);
  const dsn = reading?.ok === true ? reading.dsn : null;
  for (const found of alertChecks(ports.alerts, dsn !== null)) ports.emit(found);
  const traces = await checkToken(ports, dsn);
  await checkProbes(ports, target !== null);
  if (target === null || !ports.send || ports.stop.aborted) return;
  if (target.quiet !== null) {
    ports.emit(quietCheck(target.quiet));
    return;
  }
  const trip = await sendOne({ target, dsn, ports });
  if (trip === null || traces === null || ports.stop.aborted) return;
  const facts = await traces.awaitTrace(trip.delivery);
  if (!ports.stop.aborted) for (const found of traceChecks(facts)) ports.emit(found);
}

/** Null where nothing can be sent to the target. */
async function checkTarget({ target, emit, nowMs }: DoctorPorts): Promise<TargetPort | null> {
  if (target instanceof ProdE2eError) {
    emit(unusable('url', target));
    return null;
  }
  emit(ok('url', target.shown));
  if (target.probe === null) {
    emit(ok('proxy', `${target.proxy} resolves the host name and connects`));
    return target;
  }
  const checks = connectionChecks(await target.probe(), { ...target.context, nowMs: nowMs() });
  for (const check of checks) emit(check);
  return checks.some(({ state }) => state === 'fail') ? null : target;
}

/** Null where traces cannot be read. */
async function checkToken(
  { reading, sentryUrl, emit, stop }: DoctorPorts,
  dsn: Dsn | null,
): Promise<ReadingPort | null> {
  if (stop.aborted) return null;
  if (reading === null || reading instanceof ProdE2eError) {
    emit(reading === null ? noTokenCheck(sentryUrl) : incompleteCheck(reading.message));
    return null;
  }
  const token = organizationCheck(await reading.readOrganization(), { org: reading.org, dsn });
  emit(token);
  if (token.state === 'fail' || stop.aborted) return null;
  const access = accessCheck(await reading.readNothing());
  emit(access);
  return access.state === 'fail' ? null : reading;
}

async function checkProbes({ probes, emit, stop }: DoctorPorts, targetIsThere: boolean): Promise<void> {
  if (stop.aborted) return;
  const checks = await probes(targetIsThere);
  if (!stop.aborted) for (const check of checks) emit(check);
}

/** Null where no trace can exist. */
async function sendOne({
  target,
  dsn,
  ports: { emit, stop },
}: {
  readonly target: TargetPort;
  readonly dsn: Dsn | null;
  readonly ports: DoctorPorts;
}): Promise<RoundTrip | null> {
  const trip = await target.sendOne(dsn).catch((thrown: unknown) => {
    if (!(thrown instanceof ProdE2eError)) throw thrown;
    return thrown;
  });
  if (trip instanceof ProdE2eError) {
    emit(unusable('webhook', trip));
    return null;
  }
  if (stop.aborted) return null;
  const { delivery, judgment, sentry } = trip;
  const answered = delivery.response === null ? [] : [responseCheck(delivery, judgment), clockOf(delivery)];
  for (const check of [webhookCheck(delivery), ...answered, deliveryCheck(sentry)]) {
    if (check !== null) emit(check);
  }
  return delivery.response === null ? null : trip;
}

function clockOf({ response, attempts }: Delivery): Check | null {
  const last = attempts.at(-1);
  if (response === null || last === undefined) return null;
  const sentMs = Date.parse(last.startedAt);
  return clockCheck({ date: response.headers.date, sentMs, receivedMs: sentMs + last.durationMs });
}
