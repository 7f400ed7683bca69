/** What a person reads while a trace is waited for. */
import type { Decision } from './wait.ts';

/** Labels named before the rest is counted. */
const NAMED = 3;

/** `7 spans, waiting for ab-routing` */
export function waitingWords(spanCount: number, decision: Decision): string {
  const spans = counted(spanCount, 'span');
  if (decision.done) {
    return decision.how === 'complete'
      ? `${spans}, complete`
      : `${spans}, without ${listed(decision.awaited)}`;
  }
  switch (decision.because) {
    case 'no-spans':
      return 'no spans yet';
    case 'only-our-spans':
      return `${spans}, all ours, waiting for the target's`;
    case 'growing':
      return `${spans}, waiting for more`;
    case 'missing':
      return `${spans}, waiting for ${listed(decision.waitingFor)}`;
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function listed(labels: readonly string[]): string {
  const rest = labels.length - NAMED;
  const named = labels.slice(0, NAMED).join(', ');
  return rest > 0 ? `${named} and ${rest} more` : named;
}
