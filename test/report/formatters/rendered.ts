/** Renders a report whole, for tests. */
import type { ReportSource } from '../../../src/lib/model/report-source.ts';
import type { RenderOptions } from '../../../src/lib/report/formatters/formatter.ts';
import { loadFormatter } from '../../../src/lib/report/formatters/table.ts';

const SCREEN: RenderOptions = { columns: 80, color: false, unicode: true, hyperlinks: false };

export async function rendered(
  source: ReportSource,
  format: string,
  options: Partial<RenderOptions> = {},
): Promise<string> {
  const { render } = await loadFormatter(format);
  let text = '';
  for await (const piece of render(source, { ...SCREEN, ...options })) text += piece;
  return text;
}
