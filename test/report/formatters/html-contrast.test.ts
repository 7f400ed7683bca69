/** Colors of the page: text and pills have the contrast that WCAG asks for (AA), in both themes. */
import { describe, expect, it } from 'vitest';
import { DARK, LIGHT } from '../../../src/lib/report/formatters/html/style.ts';

const MIN_CONTRAST = 4.5;

function colorsOf(theme: string): ReadonlyMap<string, string> {
  return new Map(
    [...theme.matchAll(/--([\w-]+): (#\w+);/g)].map(([, name = '', color = '']) => [name, color]),
  );
}

/** Relative luminance of `#rgb` or `#rrggbb`. */
function luminance(color: string): number {
  const digits = color.slice(1);
  const pairs = digits.length === 3 ? [...digits].map((digit) => digit + digit) : (digits.match(/../g) ?? []);
  const [red = 0, green = 0, blue = 0] = pairs.map((pair) => {
    const share = Number.parseInt(pair, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

it('is measured as WCAG does', () => {
  expect(contrast('#000', '#fff')).toBeCloseTo(21);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
});

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('in %s', (_, theme) => {
  const colors = colorsOf(theme);
  it.each([
    ...['ok', 'warn', 'bad'].map((tone) => [tone, `${tone}-bg`] as const),
    ...['fg', 'muted', 'ok', 'warn', 'bad', 'accent'].flatMap((tone) =>
      ['bg', 'card'].map((behind) => [tone, behind] as const),
    ),
    ['bg', 'fg'] as const,
  ])('%s on %s', (text, behind) => {
    const [one, other] = [colors.get(text), colors.get(behind)];
    expect(one).toBeDefined();
    expect(other).toBeDefined();
    expect(contrast(one ?? '', other ?? '')).toBeGreaterThanOrEqual(MIN_CONTRAST);
  });
});
