/** A stored event in the shapes of Sentry's event endpoints: a row of a list, and in full. */
import { isJsonObject, type Json, type JsonObject } from '../../lib/model/json.ts';
import { listAt, objectAt, parseJson, textAt } from '../json-fields.ts';
import { exceptionsOf } from './error-records.ts';
import { eventMessage } from './log-entry.ts';
import { isoTime } from './span-fields.ts';
import type { StoredError } from './span-store.ts';
import { tagsOf } from './static-spans.ts';

const payloadOf = ({ payload }: StoredError): JsonObject => {
  const event = parseJson(payload);
  return isJsonObject(event) ? event : {};
};

export const seenAt = ({ timestamp, receivedAtMs }: StoredError): string =>
  isoTime(timestamp ?? receivedAtMs / 1_000);

/** The event's own tags, and those that Sentry makes of its other fields. */
function tagList(error: StoredError, event: JsonObject): JsonObject[] {
  const { level, release, environment, transaction } = error;
  const own = {
    ...tagsOf(event),
    environment,
    level,
    release,
    server_name: textAt(event, 'server_name'),
    transaction,
  };
  return Object.entries(own).flatMap(([key, value]): JsonObject[] =>
    value === null ? [] : [{ key, value: typeof value === 'string' ? value : JSON.stringify(value) }],
  );
}

function metadataOf(error: StoredError, event: JsonObject): JsonObject {
  const exception = exceptionsOf(event).at(-1);
  return exception === undefined
    ? { title: error.title }
    : { type: exception.type ?? 'Error', value: exception.value ?? '', title: error.title };
}

/** A row of `GET …/issues/{id}/events/`. */
export function eventRow(error: StoredError): JsonObject {
  const event = payloadOf(error);
  return {
    id: error.eventId,
    eventID: error.eventId,
    groupID: String(error.issueId),
    projectID: String(error.projectId),
    'event.type': 'error',
    title: error.title,
    message: eventMessage(event) ?? '',
    culprit: error.transaction ?? '',
    location: null,
    user: isJsonObject(event.user) ? event.user : null,
    tags: tagList(error, event),
    platform: error.platform,
    dateCreated: seenAt(error),
    crashFile: null,
    metadata: metadataOf(error, event),
    dist: textAt(event, 'dist'),
  };
}

function frameOf(frame: JsonObject): JsonObject {
  const lineNo = typeof frame.lineno === 'number' ? frame.lineno : null;
  const before = listAt(frame, 'pre_context');
  const context: Json[] = [...before, frame.context_line ?? null, ...listAt(frame, 'post_context')].map(
    (line, index) => [(lineNo ?? 0) - before.length + index, line],
  );
  return {
    filename: frame.filename ?? frame.abs_path ?? null,
    absPath: frame.abs_path ?? null,
    module: frame.module ?? null,
    function: frame.function ?? null,
    lineNo,
    colNo: frame.colno ?? null,
    inApp: frame.in_app === true,
    context: isJsonObject(frame) && frame.context_line !== undefined ? context : [],
    vars: frame.vars ?? null,
  };
}

function exceptionOf(exception: JsonObject): JsonObject {
  const frames = listAt(objectAt(exception, 'stacktrace'), 'frames').filter(isJsonObject).map(frameOf);
  return {
    type: exception.type ?? null,
    value: exception.value ?? null,
    module: exception.module ?? null,
    mechanism: exception.mechanism ?? null,
    threadId: exception.thread_id ?? null,
    rawStacktrace: null,
    stacktrace:
      frames.length === 0
        ? null
        : { frames, framesOmitted: null, hasSystemFrames: frames.some(({ inApp }) => inApp === false) },
  };
}

/** What was recorded, as the parts of the page of an event. */
function entriesOf(event: JsonObject): JsonObject[] {
  const values = exceptionsOf(event).map(exceptionOf);
  const message = eventMessage(event);
  const breadcrumbs = Array.isArray(event.breadcrumbs)
    ? event.breadcrumbs
    : listAt(objectAt(event, 'breadcrumbs'), 'values');
  return [
    ...(values.length === 0
      ? []
      : [{ type: 'exception', data: { values, hasSystemFrames: false, excOmitted: null } }]),
    ...(message === null
      ? []
      : [{ type: 'message', data: { formatted: message, message: null, params: null } }]),
    ...(breadcrumbs.length === 0 ? [] : [{ type: 'breadcrumbs', data: { values: breadcrumbs } }]),
    ...(isJsonObject(event.request) ? [{ type: 'request', data: event.request }] : []),
  ];
}

function contextsOf(event: JsonObject): JsonObject {
  const contexts = Object.entries(objectAt(event, 'contexts')).flatMap(([name, context]): [string, Json][] =>
    isJsonObject(context) ? [[name, { type: name, ...context }]] : [],
  );
  return Object.fromEntries(contexts);
}

/** In the shape of `GET /api/0/projects/{org}/{project}/events/{event_id}/`. */
export function eventResponse(error: StoredError): JsonObject {
  const event = payloadOf(error);
  const { release } = error;
  return {
    ...eventRow(error),
    type: 'error',
    size: error.payload.length,
    entries: entriesOf(event),
    contexts: contextsOf(event),
    context: objectAt(event, 'extra'),
    sdk: isJsonObject(event.sdk) ? event.sdk : null,
    packages: objectAt(event, 'modules'),
    dateReceived: isoTime(error.receivedAtMs / 1_000),
    release: release === null ? null : { version: release, shortVersion: release },
    errors: [],
    fingerprints: listAt(event, 'fingerprint'),
    occurrence: null,
    _meta: {},
    nextEventID: null,
    previousEventID: null,
  };
}
