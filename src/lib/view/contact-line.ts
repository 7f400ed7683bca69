/** Which hosts a run calls besides its target and Sentry. */
import type { FurtherContacts } from '../model/event.ts';
import { terminalText } from '../terminal/text.ts';

/** `Probes ask api.example.com and db.example.com:5432; clean-up calls api.example.com`; null where there are none. */
export function contactLine({ probes, cleanup, alerts = [] }: FurtherContacts): string | null {
  const parts = [
    ...(probes.length === 0 ? [] : [`probes ask ${probes.join(' and ')}`]),
    ...(cleanup.length === 0 ? [] : [`clean-up calls ${cleanup.join(' and ')}`]),
    ...(alerts.length === 0 ? [] : [`alerts go to ${alerts.join(' and ')}`]),
  ];
  if (parts.length === 0) return null;
  const line = parts.join('; ');
  return terminalText(line.charAt(0).toUpperCase() + line.slice(1));
}
