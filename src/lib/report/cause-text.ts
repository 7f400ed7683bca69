/** The cause of a test in one line. */
import { requestFailed } from '../model/delivery.ts';
import { failedSpanText } from '../model/failed-span.ts';
import type { Cause, TestResult } from '../model/result.ts';

/** `decided: status "rejected" (expected "approved"), because risk-check: max exposure exceeded`. */
export function causeText(cause: Cause): string {
  const { stage, source, message, span, exception = null, because, missingSpan, processed } = cause;
  // A span is often named after its stage.
  if (span !== undefined && because === undefined)
    return failedSpanText({
      path: stage === null || span[0] === stage ? span : [stage, ...span],
      ...{ exception, message },
    });
  const words = causeWords(cause);
  if (source === 'connection' && processed === undefined) return requestFailed({ message: words });
  return stage === null || missingSpan === stage ? words : `${stage}: ${words}`;
}

/** The same without the stage, for places that name it themselves. */
export function causeWords(cause: Cause): string {
  const { stage, source, message, span, exception = null, because, status, processed } = cause;
  if (because !== undefined)
    return `${message}, because ${failedSpanText({ path: span ?? [], exception, message: because })}`;
  if (span !== undefined)
    return failedSpanText({ path: span[0] === stage ? span.slice(1) : span, exception, message });
  if (processed !== undefined) return `${message}, but processed: ${processed.stage} is ${processed.state}`;
  // The status is that of the probe, not of the webhook.
  return source === 'http' && status !== undefined ? `its probe got ${message}` : (message ?? 'failed');
}

/** The first line to show for a test that is broken or has a warning: its cause, else its first finding; null for any other test. */
export function mainMessage({ cause, verdict, errors, warnings }: TestResult): string | null {
  if (cause !== null) return causeText(cause);
  return (verdict === 'broken' ? errors : warnings)[0]?.message ?? null;
}

/** The cause; null if the test's first finding already says the same. */
export function causeBehind({ cause, verdict, errors, warnings }: TestResult): string | null {
  const text = cause === null ? null : causeText(cause);
  const [first] = verdict === 'broken' ? errors : warnings;
  return text === null || text === first?.message ? null : text;
}
