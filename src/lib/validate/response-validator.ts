/** Judges a delivery by what is expected of its response. Pure, except that it loads ajv once if there is a schema. */
import { type Delivery, type HttpResponse, requestFailed } from '../model/delivery.ts';
import type { Finding, Judgment } from '../model/finding.ts';
import type { Expectation } from '../model/scenario.ts';
import { tookWords } from '../terminal/quantities.ts';
import { expectsAcceptance, missingFields, refusal, suspicion, unreadableFinding } from './body.ts';
import { compileHeaderCheck } from './headers.ts';
import { matchFindings } from './match.ts';
import { compileSchemas, type SchemaCheck } from './schema.ts';
import { statusFinding } from './status.ts';

export type ResponseValidator = (
  delivery: Pick<Delivery, 'request' | 'response' | 'failure' | 'timings'>,
  expect: Expectation,
  /** Which webhook had the id of this response before: it is a duplicate; null where none had. */
  earlierOwner?: string | null,
) => Judgment;

/**
 * @param options.expectations every expectation of the plan, so that an unusable one is reported before anything is sent
 * @param options.strict missing required data is an error
 * @throws ProdE2eError `SCHEMA_INVALID`, `HEADER_PATTERN`
 */
export async function createResponseValidator(options: {
  readonly expectations: readonly Expectation[];
  readonly strict: boolean;
}): Promise<ResponseValidator> {
  const checkHeaders = await compileHeaderCheck(options.expectations);
  const schemas = new Set(options.expectations.flatMap(({ schema }) => (schema === null ? [] : [schema])));
  const checkSchema = await compileSchemas([...schemas]);
  return ({ request, response, failure, timings }, expect, earlierOwner = null) => {
    if (failure !== null) {
      return judgment({
        ...{ severity: 'error', code: failure.kind, message: requestFailed(failure), hint: null },
        cause: failure.message,
      });
    }
    if (response === null) return judgment();
    // A wrong status explains all other problems; listing those as well would bury it.
    const wrongStatus = statusFinding(response, { expected: expect.status, url: request.url });
    if (wrongStatus !== null) return judgment(wrongStatus);
    const rest = judgment(...checkHeaders(response, expect), ...durationFindings(timings.totalMs, expect));
    return join(rest, judgeBody({ response, expect, strict: options.strict, checkSchema, earlierOwner }));
  };
}

function judgeBody({
  response,
  expect,
  strict,
  checkSchema,
  earlierOwner,
}: {
  readonly response: HttpResponse;
  readonly expect: Expectation;
  readonly strict: boolean;
  readonly checkSchema: SchemaCheck;
  readonly earlierOwner: string | null;
}): Judgment {
  const unreadable = unreadableFinding(response, expect);
  if (unreadable !== null) return judgment(unreadable);
  if (!response.json.ok) return judgment();
  const body = response.json.value;
  // A duplicate has no data: the rest of its body is no evidence.
  const suspect = suspicion(body, expect);
  if (suspect?.code === 'duplicate') return judgment(suspect);
  if (earlierOwner !== null && expectsAcceptance(expect)) return judgment(duplicateOf(earlierOwner));
  const matched = judgment(
    ...(expect.match === null ? [] : matchFindings(body, expect.match)),
    ...(expect.schema === null ? [] : checkSchema(body, expect.schema)),
  );
  const refused = refusal(body, expect, response.status);
  if (refused !== null) return join(judgment(refused), matched);
  return join(
    matched,
    suspect === null ? judgment() : judgment(suspect),
    missingFields(body, expect, strict),
  );
}

function duplicateOf(earlierOwner: string): Finding {
  const message = `Treated as a duplicate: ${earlierOwner}`;
  return { severity: 'warning', code: 'duplicate', message, hint: null };
}

function durationFindings(totalMs: number, expect: Expectation): readonly Finding[] {
  const took = (limitMs: number) => `Response ${tookWords(totalMs, { limitMs, usualMs: null })}`;
  if (expect.maxDurationMs !== null && totalMs > expect.maxDurationMs)
    return [{ severity: 'error', code: 'too-slow', message: took(expect.maxDurationMs), hint: null }];
  if (expect.degradedDurationMs !== null && totalMs > expect.degradedDurationMs)
    return [{ severity: 'warning', code: 'slow', message: took(expect.degradedDurationMs), hint: null }];
  return [];
}

function judgment(...findings: readonly Finding[]): Judgment {
  return {
    errors: findings.filter(({ severity }) => severity === 'error'),
    warnings: findings.filter(({ severity }) => severity === 'warning'),
    missingData: [],
  };
}

function join(...judgments: readonly Judgment[]): Judgment {
  return {
    errors: judgments.flatMap(({ errors }) => errors),
    warnings: judgments.flatMap(({ warnings }) => warnings),
    missingData: judgments.flatMap(({ missingData }) => missingData),
  };
}
