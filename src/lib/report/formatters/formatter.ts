/** The interface of a report format. */
import type { RunEvent } from '../../model/event.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { Screen } from '../../terminal/capabilities.ts';

/** What the text is made for. A file is a screen without color and links. */
export interface RenderOptions extends Screen {
  /** Everything that is known, not only what is needed first; only `pretty` distinguishes the two. */
  readonly full?: boolean;
}

export interface Formatter {
  readonly name: string;
  readonly description: string;
  /** Of files in this format, without the dot. */
  readonly extension: string;
  /** The report's text in pieces; the last one ends in a newline. */
  readonly render: (source: ReportSource, options: RenderOptions) => AsyncIterable<string>;
  /** It takes no place on stdout: another report may stand there as well, before it. */
  readonly sharesStdout?: boolean;
  /** For formats that can be written while the run goes on: the text an event adds; null for none. */
  readonly live?: (event: RunEvent) => string | null;
}
