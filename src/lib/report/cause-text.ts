/** The cause of a test in one line. */
import type { Cause, TestResult } from '../model/result.ts';

/** `decided: status "rejected" (expected "approved"), because risk-check: max exposure exceeded`. */
export function causeText({ stage, source, message, because }: Cause): string {
  // The prefix is about the probe, not the webhook.
  const text = source === 'http' && message.startsWith('HTTP ') ? `its probe got ${message}` : message;
  // A span is often named after its stage.
  const isNamed = stage === null || message.startsWith(stage) || message.startsWith(`span ${stage} `);
  const place = isNamed ? '' : `${stage}: `;
  return `${place}${text}${because === undefined ? '' : `, because ${because}`}`;
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
