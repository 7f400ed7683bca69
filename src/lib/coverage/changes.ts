/** Changes of a scene, each with its consequences: what a fault takes away takes what follows from it. Pure. */
import type { HttpResponse } from '../model/delivery.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { Trace, TraceSpan } from '../model/trace.ts';
import type { SpanPattern, StageExpectation } from '../model/trace-expectation.ts';
import { stagesAfter } from '../stages/stuck.ts';
import { ourSpanIds } from '../trace/spans/own-spans.ts';
import { compilePattern } from '../trace/spans/span-pattern.ts';
import { type Scene, type Stored, sentSpanId, withBody } from './scene.ts';

export function jsonBody({ json }: HttpResponse): JsonObject | null {
  return json.ok && isJsonObject(json.value) ? json.value : null;
}

export function withField(scene: Scene, field: string, value: Json): Scene {
  return { ...scene, response: withBody(scene.response, { ...jsonBody(scene.response), [field]: value }) };
}

/** @param path dotted */
export function withoutField(scene: Scene, path: string): Scene {
  const body = jsonBody(scene.response);
  if (body === null) return scene;
  return { ...scene, response: withBody(scene.response, withoutPath(body, path.split('.'))) };
}

function withoutPath(body: JsonObject, [key = '', ...rest]: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]): readonly [string, Json][] => {
      if (name !== key) return [[name, value]];
      if (rest.length === 0) return [];
      return [[name, isJsonObject(value) ? withoutPath(value, rest) : value]];
    }),
  );
}

/** Spans of the target that fit, in its own trace and in those of background work. */
export function spansOf(scene: Scene, pattern: SpanPattern): readonly TraceSpan[] {
  const fits = compilePattern(pattern);
  return targetSpans(scene).filter(fits);
}

export function targetSpans({ saved, own, followed }: Scene): readonly TraceSpan[] {
  const ours = own === null ? new Set<string>() : ourSpanIds(own, sentSpanId(saved));
  return [...(own?.spans ?? []), ...followed.flatMap(({ traces }) => traces).flatMap(({ spans }) => spans)]
    .filter(({ spanId }) => !ours.has(spanId))
    .toSorted((a, b) => a.startMs - b.startMs);
}

/** The stage and all later ones do not happen: no field, no span, no row of theirs. */
export function stoppedBefore(
  scene: Scene,
  stage: StageExpectation,
  stages: readonly StageExpectation[],
): Scene {
  const lost = [stage, ...laterStages(stage, stages)];
  const names = new Set(lost.map(({ name }) => name));
  const remaining = stages.filter(({ name }) => !names.has(name));
  const remainingFields = new Set(remaining.flatMap(({ response }) => response ?? []));
  const fields = lost
    .flatMap(({ response }) => response ?? [])
    .filter((field) => !remainingFields.has(field));
  const stored = new Map(
    [...scene.stored].map(([name, of]) => [
      name,
      names.has(name) ? { ...of, http: of.http && NOTHING, sql: of.sql && NOTHING } : of,
    ]),
  );
  const without = fields.reduce(withoutField, scene);
  return stopTraces({ ...without, stored }, { lost, remaining });
}

const NOTHING: Stored = { kind: 'nothing' };

export function laterStages(
  { name, after }: StageExpectation,
  stages: readonly StageExpectation[],
): readonly StageExpectation[] {
  const placed = stages.map((each) => ({ ...each, state: 'ok' as const }));
  return stagesAfter({ name, after, state: 'ok' }, placed);
}

function patternsOf({ span, parts }: StageExpectation): readonly SpanPattern[] {
  return [...(span === null ? [] : [span]), ...parts.map(({ pattern }) => pattern)];
}

/** In each trace, nothing of the target begins once the first lost stage would have begun, except parallel stages. */
function stopTraces(
  scene: Scene,
  { lost, remaining }: Record<'lost' | 'remaining', readonly StageExpectation[]>,
): Scene {
  const isLost = matcher(lost);
  const stays = matcher(remaining);
  const stop = (trace: Trace): Trace => {
    const stopMs = Math.min(...trace.spans.filter(isLost).map(({ startMs }) => startMs));
    const tops = trace.spans.filter((span) => isLost(span) || (span.startMs > stopMs && !stays(span)));
    return withoutSubtrees(trace, tops, stays);
  };
  return {
    ...scene,
    own: scene.own && stop(scene.own),
    followed: scene.followed.map((work) => ({
      ...work,
      // Work whose first stage is lost was never picked up.
      traces: work.traces.map(stop).filter(({ spans }) => spans.some(stays)),
    })),
  };
}

function matcher(stages: readonly StageExpectation[]): (span: TraceSpan) => boolean {
  const patterns = stages.flatMap(patternsOf).map(compilePattern);
  return (span) => patterns.some((fits) => fits(span));
}

/** @param stays what stays, with all that is below it */
function withoutSubtrees(
  trace: Trace,
  tops: readonly TraceSpan[],
  stays: (span: TraceSpan) => boolean = () => false,
): Trace {
  const gone = new Set(tops.map(({ spanId }) => spanId));
  // Spans are saved with parents before their children.
  const spans = trace.spans.filter((span) => {
    const isGone =
      gone.has(span.spanId) || (span.parentSpanId !== null && gone.has(span.parentSpanId) && !stays(span));
    if (isGone) gone.add(span.spanId);
    return !isGone;
  });
  return { ...trace, spans };
}

function onTraces(scene: Scene, change: (trace: Trace) => Trace): Scene {
  return {
    ...scene,
    own: scene.own && change(scene.own),
    followed: scene.followed.map((work) => ({ ...work, traces: work.traces.map(change) })),
  };
}

export function withoutSpans(scene: Scene, spans: readonly TraceSpan[]): Scene {
  return onTraces(scene, (trace) => withoutSubtrees(trace, inTrace(trace, spans)));
}

function inTrace({ traceId }: Trace, spans: readonly TraceSpan[]): readonly TraceSpan[] {
  return spans.filter((span) => span.traceId === traceId);
}

/** The spans fail; what they are part of goes on. */
export function withFailed(scene: Scene, spans: readonly TraceSpan[]): Scene {
  const failed = new Set(spans.map(({ spanId }) => spanId));
  return onTraces(scene, (trace) => ({
    ...trace,
    spans: trace.spans.map((span) =>
      failed.has(span.spanId) ? { ...span, status: 'error', statusMessage: 'internal_error' } : span,
    ),
  }));
}

/** The span takes longer: what it is in takes longer as well, and what comes after it begins later. */
export function withSlow(scene: Scene, slow: TraceSpan, extraMs: number): Scene {
  const sent = scene.own?.spans.find(({ spanId }) => spanId === sentSpanId(scene.saved));
  const endMs = slow.startMs + slow.durationMs;
  const inRequest = sent !== undefined && endMs <= sent.startMs + sent.durationMs;
  const changed = onTraces(scene, (trace) => {
    if (trace.traceId !== slow.traceId) return trace;
    const around = ancestorIds(trace, slow);
    return {
      ...trace,
      spans: trace.spans.map((span) => {
        const contains = around.has(span.spanId) && span.startMs + span.durationMs >= endMs;
        if (span.spanId === slow.spanId || contains)
          return { ...span, durationMs: span.durationMs + extraMs };
        return span.startMs >= endMs ? { ...span, startMs: span.startMs + extraMs } : span;
      }),
    };
  });
  return inRequest ? { ...changed, delayMs: scene.delayMs + extraMs } : changed;
}

function ancestorIds({ spans }: Trace, { parentSpanId }: TraceSpan): ReadonlySet<string> {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const ids = new Set<string>();
  for (let at = parentSpanId; at !== null && !ids.has(at); at = byId.get(at)?.parentSpanId ?? null)
    ids.add(at);
  return ids;
}

export function withStored(
  scene: Scene,
  {
    stage,
    source,
    stored,
  }: { readonly stage: string; readonly source: 'http' | 'sql'; readonly stored: Stored },
): Scene {
  const of = scene.stored.get(stage);
  if (of === undefined) return scene;
  return { ...scene, stored: new Map([...scene.stored, [stage, { ...of, [source]: stored }]]) };
}

export function withoutDatabase(scene: Scene): Scene {
  const unreachable: Stored = { kind: 'unreachable' };
  return {
    ...scene,
    stored: new Map(
      [...scene.stored].map(([name, of]) => [
        name,
        { ...of, http: of.http && unreachable, sql: of.sql && unreachable },
      ]),
    ),
  };
}
