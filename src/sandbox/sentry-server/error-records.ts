/** An event as the error that Sentry shows: its title, its time, its place in a trace. */
import { isJsonObject, type Json, type JsonObject } from '../../lib/model/json.ts';
import { listAt, objectAt, textAt } from '../json-fields.ts';
import { eventMessage } from './log-entry.ts';
import { hexId, type RecordSource, unixSeconds } from './span-records.ts';

export interface ErrorRecord {
  /** 32 hex characters. */
  readonly eventId: string;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly level: string;
  /** `TypeError: x is not a function`, or the captured message. */
  readonly title: string;
  readonly transaction: string | null;
  /** Unix seconds; null when the event does not say. */
  readonly timestamp: number | null;
  readonly projectId: number;
  /** Those of the span it was captured in. */
  readonly attributes: JsonObject;
  readonly release: string | null;
  readonly environment: string | null;
  /** `node`, `python`; `other` when the event does not say. */
  readonly platform: string;
  /** The whole event as JSON. */
  readonly payload: string;
}

/** Event ids are UUIDs, with or without dashes. */
export const eventIdOf = (value: Json | undefined): string | null =>
  hexId(typeof value === 'string' ? value.replaceAll('-', '') : null, 32);

/** The exceptions of an event, the one that was thrown first at the beginning: `{values: […]}`, a list, or a single one. */
export function exceptionsOf(event: JsonObject): readonly JsonObject[] {
  const exception = event.exception ?? event['sentry.interfaces.Exception'];
  if (Array.isArray(exception)) return exception.filter(isJsonObject);
  if (!isJsonObject(exception)) return [];
  return 'values' in exception ? listAt(exception, 'values').filter(isJsonObject) : [exception];
}

/** The last exception is the one that was captured, the others are its causes. */
function errorTitle(event: JsonObject): string {
  const exception = exceptionsOf(event).at(-1);
  if (exception === undefined) return eventMessage(event) ?? '(no message)';
  const { value = null } = exception;
  const text = typeof value === 'string' || value === null ? value : JSON.stringify(value);
  return [textAt(exception, 'type') ?? 'Error', text].filter(Boolean).join(': ');
}

/** `payload` is the JSON that `event` was read from. */
export function errorOf(event: JsonObject, payload: string, source: RecordSource): ErrorRecord {
  const trace = objectAt(objectAt(event, 'contexts'), 'trace');
  return {
    eventId: eventIdOf(event.event_id) ?? source.eventId ?? '',
    traceId: hexId(trace.trace_id, 32),
    spanId: hexId(trace.span_id, 16),
    level: textAt(event, 'level') ?? 'error',
    title: errorTitle(event),
    transaction: textAt(event, 'transaction'),
    timestamp: unixSeconds(event.timestamp),
    projectId: source.projectId,
    attributes: objectAt(trace, 'data'),
    release: textAt(event, 'release'),
    environment: textAt(event, 'environment'),
    platform: textAt(event, 'platform') ?? 'other',
    payload,
  };
}
