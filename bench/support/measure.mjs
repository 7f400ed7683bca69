// Rounds of measurements in alternation, and the table their medians make.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Calls every measurement once a round, in the same order, so that a busy moment of the machine hits all alike.
 * @param measurements name → function that resolves to a number
 * @returns name → median
 */
export async function alternate(measurements, { rounds, warmUps = 1 }) {
  const values = new Map(Object.keys(measurements).map((name) => [name, []]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const [name, measure] of Object.entries(measurements)) {
      const value = await measure();
      if (round >= 0) values.get(name).push(value);
    }
  }
  return Object.fromEntries([...values].map(([name, each]) => [name, median(each)]));
}

/**
 * One row of the table.
 * @param goal what has to hold of the ratio: `{ atMost }` or `{ atLeast }`; null where there is none
 */
export function row({ bench, figure, reference, ratio, goal }) {
  const met = goal === null ? null : goal.atMost === undefined ? ratio >= goal.atLeast : ratio <= goal.atMost;
  return {
    bench,
    figure,
    reference,
    ratio: ratio === null ? '' : `${ratio.toFixed(2)} ×`,
    goal: goal === null ? '' : goal.atMost === undefined ? `≥ ${goal.atLeast} ×` : `≤ ${goal.atMost} ×`,
    met,
  };
}

/** A Markdown table, aligned, so that it reads the same in a terminal and in docs/performance.md. */
export function table(rows) {
  const head = ['bench', 'figure', 'reference', 'ratio', 'goal', 'met'];
  const cells = rows.map(({ met, ...row }) => [
    ...head.slice(0, -1).map((name) => row[name]),
    met === null ? '' : met ? 'yes' : 'NO',
  ]);
  const widths = head.map((name, at) => Math.max(name.length, ...cells.map((line) => line[at].length)));
  const line = (texts) => `| ${texts.map((text, at) => text.padEnd(widths[at])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

export const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
export const perSecond = (value) => `${Math.round(value).toLocaleString('en-US')}/s`;
