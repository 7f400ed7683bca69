/** The faults that a good test can have, each applied to its scene. Pure. */
import { isScalar, type Json, type JsonObject } from '../model/json.ts';
import type { Scenario } from '../model/scenario.ts';
import type { TraceSpan } from '../model/trace.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { spanName } from '../trace/spans/span-text.ts';
import { expectsAcceptance } from '../validate/body.ts';
import type { VerificationSettings } from '../verify/prepare-traces.ts';
import { atResponse, type FaultId, type Place, SLOW_FACTOR, SLOW_MIN_MS } from './catalog.ts';
import {
  jsonBody,
  spansOf,
  stoppedBefore,
  targetSpans,
  withFailed,
  withField,
  withoutDatabase,
  withoutField,
  withoutSpans,
  withSlow,
} from './changes.ts';
import type { FaultCase } from './fault-case.ts';
import { rowCases } from './row-cases.ts';
import { type Scene, withBody } from './scene.ts';

export interface CaseFacts {
  readonly scenario: Scenario;
  readonly scenarios: readonly Scenario[];
  readonly settings: VerificationSettings;
  /** Fields of the response whose value differs among good tests. */
  readonly varying: ReadonlySet<string>;
  readonly cut: readonly string[];
}

const MASK = '***';
/** Fields that say what became of a webhook. */
export const OUTCOME_FIELDS: readonly string[] = [
  'status',
  'state',
  'outcome',
  'result',
  'verdict',
  'success',
  'ok',
];
/** Spans of calls that leave the service, by their op. */
const CALL_OP = /^(http\.client|db|cache|queue|rpc|grpc)/i;
/** Calls of one test that are tried; further ones would be of the same kind. */
const MAX_CALLS = 10;
/** An outcome that no configuration expects. */
const OTHER_OUTCOME = 'SOMETHING_ELSE';

export function faultCases(scene: Scene, facts: CaseFacts): readonly FaultCase[] {
  return [
    ...responseCases(scene, facts),
    ...stageCases(scene, facts),
    ...rowCases(scene, facts.settings.stages),
    ...spanCases(scene, facts),
    ...acceptanceCases(scene, facts),
    ...blindCases(scene),
  ];
}

function responseCases(scene: Scene, { scenario, settings, varying }: CaseFacts): readonly FaultCase[] {
  const body = jsonBody(scene.response);
  if (body === null) return [];
  const outcome = outcomeOf(body);
  const id = idOf(body, { scenario, stages: settings.stages });
  const first = settings.stages[0];
  const stopped = first === undefined ? scene : stoppedBefore(scene, first, settings.stages);
  const refused: FaultCase = {
    fault: 'refused-in-body',
    place: atResponse(outcome ?? 'status', outcome ?? 'status'),
    // Nothing of what follows is done.
    scene: {
      ...stopped,
      response: withBody(stopped.response, { [outcome ?? 'status']: 'REJECTED', error: 'refused' }),
    },
    expected: { [outcome ?? 'status']: 'REJECTED' },
  };
  const changed: readonly FaultCase[] =
    outcome === null || varying.has(outcome)
      ? []
      : [
          {
            ...ofField('outcome-changed', outcome),
            scene: withField(scene, outcome, otherValue(body[outcome])),
            expected: { [outcome]: body[outcome] ?? null },
            ...maskedField(body, outcome),
          },
        ];
  const missing = Object.keys(body).map(
    (field): FaultCase => ({
      ...ofField(field === id ? 'id-missing' : 'field-missing', field),
      scene: withoutField(scene, field),
    }),
  );
  return [refused, ...changed, ...missing];
}

function ofField(fault: FaultId, field: string): Pick<FaultCase, 'fault' | 'place'> {
  return { fault, place: atResponse(field, field) };
}

function maskedField(body: JsonObject, field: string): Pick<FaultCase, 'cannotSay'> {
  const isMasked = JSON.stringify(body[field] ?? null).includes(MASK);
  return isMasked ? { cannotSay: `${field} is masked in the saved response` } : {};
}

/** A top-level field with a short value. */
function outcomeOf(body: JsonObject): string | null {
  const named = OUTCOME_FIELDS.find((field) => {
    const value = body[field];
    return value !== undefined && value !== null && isScalar(value);
  });
  return named ?? null;
}

function otherValue(value: Json | undefined): Json {
  return typeof value === 'boolean' ? !value : OTHER_OUTCOME;
}

/** The field that identifies the event. */
function idOf(
  body: JsonObject,
  { scenario, stages }: { readonly scenario: Scenario; readonly stages: readonly StageExpectation[] },
): string | null {
  const named = [scenario.repeat?.idPath, ...stages.map(({ response }) => response)];
  const known = named.find((path) => path != null && path in body && /(^|_)id$|Id$/.test(path));
  return known ?? Object.keys(body).find((field) => /^id$|(_id|Id)$/.test(field)) ?? null;
}

function stageCases(scene: Scene, { settings, cut }: CaseFacts): readonly FaultCase[] {
  const { stages } = settings;
  return stages.flatMap((stage): readonly FaultCase[] => {
    const spans = stage.span === null ? [] : spansOf(scene, stage.span);
    const place = placeOf(stage);
    const seen = scene.saved.stages.find(({ name }) => name === stage.name);
    const lost = cut.includes('spans') ? { cannotSay: 'the saved trace is cut' } : {};
    const unseen =
      seen === undefined || (seen.state !== 'ok' && seen.state !== 'slow')
        ? { cannotSay: `no good test of this configuration has ${stage.name}` }
        : lost;
    const stopped: FaultCase = {
      ...{ fault: 'worker-stopped', place, ...unseen },
      scene: stoppedBefore(scene, stage, stages),
    };
    const [slowest] = spans.toSorted((a, b) => b.durationMs - a.durationMs);
    if (slowest === undefined) return [stopped];
    return [
      stopped,
      { fault: 'span-failed', place, scene: withFailed(scene, spans) },
      { ...{ fault: 'span-missing', place, ...lost }, scene: withoutSpans(scene, spans) },
      {
        ...{ fault: 'stage-slow', place },
        scene: withSlow(scene, slowest, extraMs(slowest)),
      },
    ];
  });
}

export function extraMs({ durationMs }: Pick<TraceSpan, 'durationMs'>): number {
  return Math.max(durationMs * (SLOW_FACTOR - 1), SLOW_MIN_MS);
}

function placeOf({ name, span, response }: StageExpectation): Place {
  return { name, kind: 'stage', field: response, spans: span?.name ?? [] };
}

/** Calls of other services and databases that are no stage of their own. */
function spanCases(scene: Scene, { settings, cut }: CaseFacts): readonly FaultCase[] {
  const ofStages = new Set(
    settings.stages
      .flatMap(({ span }) => (span === null ? [] : spansOf(scene, span)))
      .map(({ spanId }) => spanId),
  );
  const calls = targetSpans(scene).filter(
    ({ op, spanId }) => op !== null && CALL_OP.test(op) && !ofStages.has(spanId),
  );
  const names = [...new Set(calls.map(spanName))];
  return names.slice(0, MAX_CALLS).flatMap((name): readonly FaultCase[] => {
    const spans = calls.filter((span) => spanName(span) === name);
    const place: Place = { name, kind: 'span', field: null, spans: [name] };
    const lost = cut.includes('spans') ? { cannotSay: 'the saved trace is cut' } : {};
    return [
      { fault: 'span-failed', place, scene: withFailed(scene, spans) },
      { ...{ fault: 'span-missing', place, ...lost }, scene: withoutSpans(scene, spans) },
    ];
  });
}

/** What a target must refuse, or do only once. */
function acceptanceCases(scene: Scene, { scenario, scenarios }: CaseFacts): readonly FaultCase[] {
  const negative = scenarios.filter(({ expect }) => !expectsAcceptance(expect));
  const isWrongSignature = ({ signing }: Scenario) =>
    signing !== null && (signing.mode ?? 'valid') !== 'valid';
  const bad = negative.filter((each) => !isWrongSignature(each));
  const wrong = scenarios.filter(isWrongSignature);
  const accepted = (fault: FaultId, those: readonly Scenario[]): readonly FaultCase[] =>
    those.length === 0
      ? [{ fault, place: atResponse('all scenarios'), scene: null }]
      : those.map((each) => ({ fault, place: atResponse(each.name), scene, scenario: each }));
  const signs = scenarios.some(({ signing }) => signing !== null);
  const { repeat } = scenario;
  const body = jsonBody(scene.response);
  const twice: FaultCase = {
    fault: 'processed-twice',
    place: atResponse(repeat === null ? 'all scenarios' : scenario.name),
    scene:
      repeat === null || body === null
        ? null
        : { ...scene, repeated: withField(scene, repeat.idPath, 'another-id').response },
  };
  return [...accepted('bad-accepted', bad), ...(signs ? accepted('signature-accepted', wrong) : []), twice];
}

function blindCases(scene: Scene): readonly FaultCase[] {
  const source = (name: string): Place => ({ name, kind: 'source', field: null, spans: [] });
  const database: readonly FaultCase[] =
    scene.stored.size === 0
      ? []
      : [{ fault: 'database-unreachable', place: source('probes'), scene: withoutDatabase(scene) }];
  return [
    ...database,
    {
      fault: 'sentry-unreachable',
      place: source('Sentry'),
      scene: {
        ...scene,
        own: null,
        followed: scene.followed.map((work) => ({
          ...work,
          traces: [],
          problem: 'Sentry cannot be reached',
        })),
      },
    },
  ];
}
