// Writes the pictures of the README to docs/pictures: terminal output as SVG, made from golden files, so a picture shows what the
// program prints. The same goldens give the same bytes. With --page it also takes the picture of the HTML page (page-picture.mjs).
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Each picture, with the golden file it shows and the command that prints it. */
const PICTURES = {
  report: {
    golden: 'pretty-one-broken-color.txt',
    command: 'prod-e2e run',
    title: 'The terminal report of a run in which one of five webhooks is broken',
  },
  trace: {
    golden: 'trace-failing-color.txt',
    command: 'prod-e2e trace show 5',
    title: 'The trace of a broken webhook as a tree: fetch-gex-data failed with a 503',
  },
};

/** GitHub's own colors, so that text has the contrast of the page around it. */
const THEMES = {
  light: {
    ...{ page: '#ffffff', frame: '#d1d9e0', text: '#1f2328', dim: '#59636e' },
    ...{ 31: '#cf222e', 32: '#1a7f37', 33: '#9a6700', 36: '#1b7c83' },
  },
  dark: {
    ...{ page: '#0d1117', frame: '#3d444d', text: '#f0f6fc', dim: '#9198a1' },
    ...{ 31: '#ff7b72', 32: '#3fb950', 33: '#d29922', 36: '#39c5cf' },
  },
};

/** In pixels. Every segment is stretched to its columns, so a font with other widths keeps the columns. */
const CELL = { width: 8, height: 19 };
const FONT_SIZE = 13;
const MARGIN = 16;

/** Lines of a box, as strokes from the middle of the cell. */
const BOXES = { '│': 'ud', '├': 'udr', '└': 'ur', '─': 'lr' };

/** Bars: how many eighths of the cell are filled. */
const BARS = '▏▎▍▌▋▊▉█';

/** A code for color or weight; a link, which is skipped; text of one width. */
const ESCAPE = '\u001b';
const TOKENS = new RegExp(
  `${ESCAPE}\\[(\\d*)m|${ESCAPE}\\]8;;[^${ESCAPE}]*${ESCAPE}\\\\|([ -~]+|[${BARS}]+|[^${ESCAPE}])`,
  'gu',
);

/** @returns the name of each file and its text */
export async function terminalPictures() {
  const pictures = await Promise.all(
    Object.entries(PICTURES).map(async ([name, { golden, ...picture }]) => {
      const output = await readFile(path.join(ROOT, 'test', 'golden', golden), 'utf8');
      return Object.entries(THEMES).map(([theme, colors]) => [
        `${name}-${theme}.svg`,
        svg({ ...picture, output: output.trimEnd(), colors }),
      ]);
    }),
  );
  return Object.fromEntries(pictures.flat());
}

function svg({ command, title, output, colors }) {
  const prompt = `${ESCAPE}[2m$${ESCAPE}[22m ${ESCAPE}[1m${command}${ESCAPE}[22m`;
  const lines = [prompt, '', ...output.split('\n')];
  const columns = Math.max(...lines.map((line) => stringWidth(stripVTControlCharacters(line))));
  const width = columns * CELL.width + 2 * MARGIN;
  const height = lines.length * CELL.height + 2 * MARGIN;
  const body = lines.flatMap((line, row) => drawn(line, row, colors));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${colors.page}" stroke="${colors.frame}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}" fill="${colors.text}" xml:space="preserve">
${body.join('\n')}
</g>
</svg>
`;
}

function drawn(line, row, colors) {
  const y = MARGIN + row * CELL.height;
  return segmentsOf(line).map(({ text, column, bold, dim, color }) => {
    const x = MARGIN + column * CELL.width;
    const fill = color === null ? (dim ? colors.dim : null) : colors[color];
    if (text in BOXES) return box({ strokes: BOXES[text], x, y, color: fill ?? colors.text });
    if (BARS.includes(text[0])) return bar({ text, x, y, color: fill ?? colors.text });
    const look = `${fill === null ? '' : ` fill="${fill}"`}${bold ? ' font-weight="bold"' : ''}`;
    const columns = stringWidth(text);
    // A single sign is drawn by whichever font has it, at its own width.
    const length = columns < 3 ? '' : ` textLength="${columns * CELL.width}" lengthAdjust="spacingAndGlyphs"`;
    return `<text x="${x}" y="${y + 14}"${length}${look}>${escaped(text)}</text>`;
  });
}

function box({ strokes, x, y, color }) {
  const [middle, center] = [x + CELL.width / 2, y + CELL.height / 2];
  const ends = {
    u: `${middle} ${y}`,
    d: `${middle} ${y + CELL.height}`,
    l: `${x} ${center}`,
    r: `${x + CELL.width} ${center}`,
  };
  const lines = [...strokes].map((stroke) => `M${middle} ${center}L${ends[stroke]}`).join('');
  return `<path d="${lines}" stroke="${color}" fill="none"/>`;
}

function bar({ text, x, y, color }) {
  const eighths = [...text].reduce((sum, sign) => sum + BARS.indexOf(sign) + 1, 0);
  return `<rect x="${x}" y="${y + 4}" width="${eighths}" height="${CELL.height - 8}" fill="${color}"/>`;
}

/** Text of one look, with the column it begins at. Signs beside ASCII stand alone, since their width depends on the font. */
function segmentsOf(line) {
  const segments = [];
  const look = { bold: false, dim: false, color: null };
  let column = 0;
  for (const [, code, text] of line.matchAll(TOKENS)) {
    if (code !== undefined) applyCode(look, Number(code));
    else if (text !== undefined) {
      for (const { word, offset } of wordsOf(text))
        segments.push({ text: word, column: column + offset, ...look });
      column += stringWidth(text);
    }
  }
  return joinedEmoji(segments);
}

/** Two spaces or more separate columns: they are a gap, not text. */
function wordsOf(text) {
  return [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: word, index }) => ({ word, offset: index }));
}

/** A variation selector belongs to the sign before it. */
function joinedEmoji(segments) {
  return segments.flatMap((segment, at) => {
    if (segment.text === '\ufe0f') return [];
    const next = segments[at + 1];
    return [next?.text === '\ufe0f' ? { ...segment, text: `${segment.text}\ufe0f` } : segment];
  });
}

function applyCode(look, code) {
  if (code === 1) look.bold = true;
  else if (code === 2) look.dim = true;
  else if (code === 22) Object.assign(look, { bold: false, dim: false });
  else if (code === 39) look.color = null;
  else if (code in THEMES.light) look.color = code;
  else throw new Error(`The pictures have no color for the SGR code ${code}`);
}

function escaped(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = path.join(ROOT, 'docs', 'pictures');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(await terminalPictures()))
    await writeFile(path.join(folder, name), text);
  if (process.argv.includes('--page')) {
    const { takePagePictures } = await import('./page-picture.mjs');
    await takePagePictures({ root: ROOT, folder });
  }
}
