/** Judges a body by a JSON Schema, with ajv. */
import { messageOf, ProdE2eError } from '../errors.ts';
import type { Finding, Json, JsonObject } from '../model.ts';

/** More faults than this are counted, not listed. */
const FAULTS_SHOWN = 5;

type Schema = JsonObject | boolean;
export type SchemaCheck = (body: Json, schema: Schema) => readonly Finding[];

interface Fault {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Record<string, unknown>;
}

/**
 * Compiles the schemas of a plan once. ajv is loaded only where there is a schema.
 * @throws ProdE2eError `SCHEMA_INVALID`
 */
export async function compileSchemas(schemas: readonly Schema[]): Promise<SchemaCheck> {
  if (schemas.length === 0) return () => [];
  const compile = await loadAjv();
  const compiled = new Map(schemas.map((schema) => [schema, compile(schema)] as const));
  return (body, schema) => {
    const faults = compiled.get(schema)?.(body) ?? [];
    const shown = faults.slice(0, FAULTS_SHOWN).map((fault) => finding(describe(fault)));
    const more = faults.length - shown.length;
    return more > 0 ? [...shown, finding(`Answer breaks its schema in ${more} more places`)] : shown;
  };
}

async function loadAjv(): Promise<(schema: Schema) => (body: Json) => readonly Fault[]> {
  const [{ Ajv }, { Ajv2019 }, { Ajv2020 }, formats] = await Promise.all([
    import('ajv'),
    import('ajv/dist/2019.js'),
    import('ajv/dist/2020.js'),
    import('ajv-formats'),
  ]);
  const addFormats = formats.default.default;
  const instances = new Map<string, Pick<InstanceType<typeof Ajv>, 'compile'>>();
  const instanceFor = (dialect: 'draft-07' | '2019-09' | '2020-12') => {
    const known = instances.get(dialect);
    if (known) return known;
    const options = { allErrors: true, strict: false, validateSchema: true, logger: false } as const;
    const Dialect = { 'draft-07': Ajv, '2019-09': Ajv2019, '2020-12': Ajv2020 }[dialect];
    const instance = new Dialect(options);
    addFormats(instance);
    instances.set(dialect, instance);
    return instance;
  };
  return (schema) => {
    try {
      const validate = instanceFor(dialectOf(schema)).compile(schema);
      return (body) => (validate(body) ? [] : (validate.errors ?? []));
    } catch (thrown) {
      throw new ProdE2eError(`expect.schema is not a usable JSON Schema: ${messageOf(thrown)}.`, {
        code: 'SCHEMA_INVALID',
        hints: ['Drafts 07, 2019-09 and 2020-12 are understood; $ref has to stay within the schema.'],
        cause: thrown,
      });
    }
  };
}

function dialectOf(schema: Schema): 'draft-07' | '2019-09' | '2020-12' {
  const named = typeof schema === 'object' ? schema.$schema : undefined;
  if (typeof named === 'string' && named.includes('draft-07')) return 'draft-07';
  return typeof named === 'string' && named.includes('2019-09') ? '2019-09' : '2020-12';
}

function describe(fault: Fault): string {
  const place = fault.instancePath === '' ? 'Answer' : fault.instancePath.slice(1).replaceAll('/', '.');
  const extra = fault.params.additionalProperty ?? fault.params.allowedValues ?? fault.params.allowedValue;
  return `${place} ${fault.message ?? 'is not allowed'}${extra === undefined ? '' : `: ${JSON.stringify(extra)}`}`;
}

function finding(message: string): Finding {
  return { severity: 'error', code: 'schema', message, hint: null };
}
