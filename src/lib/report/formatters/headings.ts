/** The glyphs of the terminal report's sections, the guide's where it has them. */

export type Section =
  | 'summary'
  | 'working'
  | 'broken'
  | 'missing'
  | 'stages'
  | 'details'
  | 'request'
  | 'answer'
  | 'again'
  | 'latency'
  | 'thresholds'
  | 'cleanup'
  | 'sentry'
  | 'next';

/** With the space after it. */
const GLYPHS: Readonly<Record<Section, string>> = {
  summary: '📊 ',
  working: '✅ ',
  broken: '❌ ',
  // Terminals disagree whether this sign takes one column or two: two spaces, as in the guide.
  missing: '⚠️  ',
  stages: '🚦 ',
  details: '📝 ',
  request: '📤 ',
  answer: '📥 ',
  again: '🔁 ',
  latency: '📈 ',
  thresholds: '🎯 ',
  cleanup: '🧹 ',
  sentry: '🔍 ',
  next: '👉 ',
};

/** Empty where only ASCII can be shown. */
export function headingGlyph(section: Section, screen: { readonly unicode: boolean }): string {
  return screen.unicode ? GLYPHS[section] : '';
}
