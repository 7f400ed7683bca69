/** The commands and addresses that show more about a test. */
import type { TestResult } from '../../../model/result.ts';
import type { Page } from './page.ts';

/** What a command depends on: whether and how the run is saved. */
export type Saved = Pick<Page, 'head'> & { readonly digest: Pick<Page['digest'], 'savedAs'> };

/** Shows the spans of its trace; null if they cannot be read. A trace id also works for runs that are saved elsewhere. */
export function traceCommand({ head, digest }: Saved, { trace }: TestResult): string | null {
  // The sandbox's Sentry has ended with the run.
  if (trace.state === 'skipped' || head.sandbox === true || digest.savedAs === null) return null;
  return `prod-e2e trace show ${trace.traceId}`;
}

/** Shows all that is saved of the test; null if it is not saved. */
export function testCommand({ digest }: Pick<Saved, 'digest'>, { index }: TestResult): string | null {
  return digest.savedAs === null ? null : `prod-e2e report show ${digest.savedAs} ${index}`;
}

/** The page of the issue in Sentry; null without one, and for the sandbox, whose Sentry has ended. */
export function issueUrl({ head }: Pick<Saved, 'head'>, { cause }: TestResult): string | null {
  return head.sandbox === true ? null : (cause?.issue?.url ?? null);
}
