/** The library: everything a program may import from `prod-e2e`. Its types are the contract (docs/library.md). */
// biome-ignore lint/performance/noBarrelFile: the one place where the public surface is listed
export { EXIT, ProdE2eError } from './lib/errors.ts';
export type { Config } from './lib/library/config-type.ts';
export { type ConfigOptions, type LoadedConfig, loadConfig } from './lib/library/load-config.ts';
export { readReport, renderReport } from './lib/library/reports.ts';
export { type RunOptions, run } from './lib/library/run.ts';
export type { RunEvent } from './lib/model/event.ts';
export type { Finding } from './lib/model/finding.ts';
export type { Report } from './lib/model/report.ts';
export type { TestResult } from './lib/model/result.ts';
export type { PayloadContext, PayloadFunction } from './lib/model/scenario.ts';
