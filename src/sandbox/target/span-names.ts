/** The names of the target's spans, apart from the pipeline so that faults can be read without the SDK. */

/** Stages and steps, in the order in which they begin. */
export const SPAN_NAMES = [
  'webhook-ingestion',
  'validate-payload',
  'data-enrichment',
  'fetch-market-data',
  'fetch-gex-data',
  'build-snapshot',
  'ab-routing',
  'assign-variant',
  'engine-execution',
  'engine-a-decision',
  'engine-b-decision',
  'database-save',
] as const;

/** Root of the background work where that has a trace of its own. */
export const DETACHED_ROOT = 'orchestrator.processSignal';
