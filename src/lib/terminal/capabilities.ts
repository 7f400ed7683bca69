/** What an output stream can show, decided once per stream before anything is drawn. */

export interface Screen {
  readonly columns: number;
  readonly color: boolean;
  /** The reader displays UTF-8; otherwise the output is ASCII. */
  readonly unicode: boolean;
  /** The reader supports OSC 8 links. */
  readonly hyperlinks: boolean;
}

/** The screen of a report in a file. */
export const FILE_SCREEN: Screen = { columns: 120, color: false, unicode: true, hyperlinks: false };

export interface Terminal extends Screen {
  /** A person is at the terminal, so live drawing and questions make sense. */
  readonly interactive: boolean;
}

export interface TerminalFacts {
  readonly isTTY: boolean;
  /** As reported by the stream; undefined if it is not a terminal. */
  readonly columns: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ci: boolean;
  readonly platform: NodeJS.Platform;
}

/** Width of text in a file or a pipe. */
const COLUMNS_ELSEWHERE = 80;
/** Below the minimum nothing lines up; above the maximum a line is hard to follow. */
const COLUMNS_RANGE = { min: 40, max: 200 } as const;

export function terminalOf(facts: TerminalFacts): Terminal {
  const { isTTY, env, ci } = facts;
  // Pseudo-terminals without a size report 0.
  const columns = (isTTY ? facts.columns : columnsAskedFor(env)) || COLUMNS_ELSEWHERE;
  const color = showsColor(facts);
  return {
    columns: Math.min(Math.max(columns, COLUMNS_RANGE.min), COLUMNS_RANGE.max),
    color,
    unicode: showsUnicode(facts),
    hyperlinks: isTTY && color && !ci && opensLinks(env),
    interactive: isTTY && !ci && env.TERM !== 'dumb',
  };
}

/** NO_COLOR, then FORCE_COLOR, then TERM, then the stream. An empty variable counts as unset (no-color.org). */
function showsColor({ isTTY, env }: TerminalFacts): boolean {
  if (isSet(env.NO_COLOR)) return false;
  if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTTY && env.TERM !== 'dumb';
}

/** From the locale (POSIX: LC_ALL before LC_CTYPE before LANG); if none is set, the platform's usual encoding. */
function showsUnicode({ env, ci, platform }: TerminalFacts): boolean {
  if (env.TERM === 'linux') return false;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(isSet);
  if (locale !== undefined) return /utf-?8/i.test(locale);
  if (platform === 'win32') return isSet(env.WT_SESSION) || env.TERM_PROGRAM === 'vscode' || ci;
  return platform === 'darwin' || ci;
}

/** Terminals known to support OSC 8 links; others may show the escape as garbage. */
function opensLinks(env: TerminalFacts['env']): boolean {
  if (isSet(env.FORCE_HYPERLINK)) return env.FORCE_HYPERLINK !== '0';
  const programs = ['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper', 'rio'];
  // Over ssh, TERM is the only variable passed on.
  const kinds = ['alacritty', 'foot', 'xterm-ghostty', 'xterm-kitty'];
  return (
    programs.includes(env.TERM_PROGRAM ?? '') ||
    kinds.includes(env.TERM ?? '') ||
    isSet(env.KITTY_WINDOW_ID) ||
    isSet(env.WT_SESSION) ||
    Number(env.VTE_VERSION ?? 0) >= 5000
  );
}

function columnsAskedFor(env: TerminalFacts['env']): number | null {
  const columns = Number(env.COLUMNS);
  return Number.isInteger(columns) && columns > 0 ? columns : null;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
