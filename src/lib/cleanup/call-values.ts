/** What the placeholders of probes and clean-up may name. */
import { tryParseJson } from '../json/text.ts';
import type { HttpResponse } from '../model/delivery.ts';
import type { JsonObject } from '../model/json.ts';
import type { PlannedTest } from '../model/plan.ts';

/** Holds what is secret in them: for requests, not for reports. */
export function callValues(
  test: PlannedTest,
  { answer, startedAt }: { readonly answer: HttpResponse | null; readonly startedAt: string },
): JsonObject {
  return {
    ...test.dimensions,
    testId: test.testId,
    runId: test.testId.replace(/-\d+$/, ''),
    scenario: test.scenario,
    index: test.index,
    startedAt,
    openBraces: '{{',
    origin: new URL(test.request.url).origin,
    request: tryParseJson(test.request.body) ?? null,
    response: answer?.json.ok ? answer.json.value : null,
  };
}
