/** The effective configuration with secrets masked. */
import { DEFAULT_ORIGIN } from '../config/layers/merge.ts';
import type { Origin } from '../config/layers/origins.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { writeJson } from '../json/text.ts';
import { createRedactor, redactDeep } from '../secrets/redact.ts';
import { maskingOf } from '../secrets/redact-paths.ts';
import type { Screen } from '../terminal/capabilities.ts';
import { countOf } from '../terminal/quantities.ts';
import { cutToWidth } from '../terminal/width.ts';
import { columns } from './columns.ts';

/** Masks secrets everywhere, and in payloads also what `redact` names. */
export function shownOrigins(
  origins: readonly Origin[],
  { secrets, settings }: ResolvedConfig,
): readonly Origin[] {
  const { payload, scenarios, redact: redactPaths } = settings;
  const payloads = [payload, ...scenarios.map((scenario) => scenario.payload)].map((each) =>
    typeof each === 'function' ? '' : writeJson(each),
  );
  const { text } = maskingOf(payloads, { redact: createRedactor(secrets), redactPaths });
  return redactDeep(origins, text);
}

/** Long lists and templates are cut; --json has them complete. */
const MAX_VALUE = 60;
const MIN_VALUE = 12;
/** Enough to recognize the source: `file prod-…ig.yaml`. */
const MIN_FROM = 18;

/** The values that differ from the defaults, or all of them; where each came from is never dropped. */
export function originLines(
  origins: readonly Origin[],
  { all, screen }: { readonly all: boolean; readonly screen: Pick<Screen, 'unicode' | 'columns'> },
): readonly string[] {
  const shown = all ? origins : origins.filter(({ origin }) => origin !== DEFAULT_ORIGIN);
  const hidden = origins.length - shown.length;
  const note = `${countOf(hidden, 'default')} not shown: prod-e2e config show --all`;
  if (shown.length === 0) return ['All values are defaults.', note];
  const table = columns({
    head: ['KEY', 'VALUE', 'FROM'],
    rows: shown.map(({ key, value, origin }) => [
      key,
      cutToWidth(valueText(value), MAX_VALUE, { unicode: screen.unicode }),
      origin,
    ]),
    width: screen.columns,
    unicode: screen.unicode,
    shrinking: [
      { at: 1, min: MIN_VALUE, cut: 'end' },
      { at: 2, min: MIN_FROM, cut: 'middle' },
    ],
  });
  return hidden === 0 ? [table] : [table, '', note];
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'not set';
  return typeof value === 'string' ? value : writeJson(value);
}
