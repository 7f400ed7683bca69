import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { buildForest } from '../../../src/lib/trace/spans/span-tree.ts';
import type { DrawnNode } from '../../../src/lib/view/trace/drawn-forest.ts';
import { aNode, aScreen, aSpan, drawn, FAILING, HEALTHY, PATCHY } from '../../support/drawn-traces.ts';
import { expectGolden } from '../../support/golden.ts';

const many = (count: number, make: (index: number) => DrawnNode) =>
  Array.from({ length: count }, (_, at) => make(at));

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const LINK = /\u001b\]8;;[!-~]*\u001b\\/g;

describe('drawTrace', () => {
  it.each([
    ['trace-healthy-80.txt', HEALTHY, {}],
    ['trace-healthy-60.txt', HEALTHY, { columns: 60 }],
    ['trace-failing-60.txt', FAILING, { columns: 60 }],
    ['trace-failing-80.txt', FAILING, {}],
    ['trace-failing-200.txt', FAILING, { columns: 200 }],
    ['trace-failing-ascii.txt', FAILING, { unicode: false }],
    ['trace-failing-color.txt', FAILING, { color: true, hyperlinks: true }],
    ['trace-patchy-80.txt', PATCHY, {}],
    ['trace-patchy-200.txt', PATCHY, { columns: 200 }],
  ])('%s', (file, trace, screen) => {
    expectGolden(file, drawn({ ...trace, screen: aScreen(screen) }));
  });

  it('shows the same with and without color', () => {
    for (const trace of [HEALTHY, FAILING, PATCHY]) {
      const painted = drawn({ ...trace, screen: aScreen({ color: true }) });
      expect(stripVTControlCharacters(painted).replaceAll(/ +$/gm, '')).toBe(drawn(trace));
    }
  });

  it('is ASCII on a terminal without Unicode', () => {
    const text = drawn({
      ...PATCHY,
      forest: [aNode(aSpan('größe → 漢字', [0, 5]))],
      screen: aScreen({ unicode: false }),
    });
    expect(text).toMatch(/^[ -~\n]*$/);
    expect(text).toContain('gr??e -> ??');
  });

  it('does not let text of a trace control the terminal', () => {
    const evil = '\u001b[2Jgone\r\nover\u0007\u202e';
    const span = aSpan(evil, [0, 5], {
      op: evil,
      service: evil,
      status: 'error',
      statusMessage: evil,
      issues: [{ shortId: evil, issueId: null, message: evil, level: evil, url: `https://x/${evil}` }],
    });
    const finding = { severity: 'error', code: 'x', message: evil, hint: evil } as const;
    const text = drawn({
      forest: [aNode(span)],
      followed: [{ label: evil, forest: [] }],
      missing: [{ label: evil, parentSpanId: span.spanId }],
      issues: span.issues,
      findings: [finding],
      screen: aScreen({ hyperlinks: true }),
    });
    // Links go first: they are ours, and hold nothing but printable characters.
    expect(text.replaceAll(LINK, '')).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  });

  it('leaves URLs whole, so that they can be copied', () => {
    expect(drawn({ ...HEALTHY, screen: aScreen({ columns: 40 }) }).split('\n')).toContain(`  ${HEALTHY.url}`);
  });

  it('draws 20 siblings of one name and counts the others, with what is below them', () => {
    const forest = [
      aNode(
        aSpan('root', [0, 1000]),
        many(500, (at) =>
          aNode(aSpan('query', [at * 2, at === 300 ? 9 : 1]), [aNode(aSpan('row', [at * 2, 1]))]),
        ),
      ),
    ];
    const text = drawn({ forest });
    expect(text.match(/─ query /g)).toHaveLength(20);
    expect(text).toContain('└─ … 480 more (480 below) query: 1 ms to 9 ms, 488 ms together');
    expect(text).toContain('960 repeated spans are only counted here; --json has every one');
  });

  it('always draws a repeated span that failed or has a missing child', () => {
    const failed = { status: 'error', statusMessage: 'row 71 is locked' } as const;
    const children = many(100, (at) =>
      aNode(aSpan('query', [at, 1], at === 70 ? failed : at === 90 ? { spanId: 'here' } : {})),
    );
    const text = drawn({
      forest: [aNode(aSpan('root', [0, 100]), children)],
      missing: [{ label: 'commit', parentSpanId: 'here' }],
    });
    expect(text).toContain('row 71 is locked');
    expect(text).toContain('└─ ? commit (missing)');
    expect(text).toContain('… 78 more query');
  });

  it('counts repeated failures beyond a limit', () => {
    const children = many(100, (at) => aNode(aSpan('query', [at, 1], { status: 'error' })));
    const text = drawn({ forest: [aNode(aSpan('root', [0, 100]), children)] });
    expect(text).toContain('… 60 more (60 failed) query');
    expect(text).toContain('101 spans, 100 failed');
  });

  it('shows a missing span at the end if its expected parent is missing', () => {
    const text = drawn({
      forest: [aNode(aSpan('root', [0, 5]))],
      missing: [{ label: 'save', parentSpanId: 'nowhere' }],
    });
    expect(text).toMatch(/\nroot .*\n\? save \(missing\)\n$/);
  });

  it('shows missing spans at their expected places, with their expected children below', () => {
    const forest = [
      aNode(aSpan('root', [0, 90], { spanId: 'root' }), [
        aNode(aSpan('receive', [1, 5], { spanId: 'receive' })),
        aNode(aSpan('fetch', [10, 20], { spanId: 'fetch' }), [aNode(aSpan('GET', [11, 18]))]),
        aNode(aSpan('save', [80, 9], { spanId: 'save' })),
      ]),
      aNode(aSpan('notify', [85, 4], { spanId: 'notify' }), [], 'orphan'),
    ];
    const text = drawn({
      forest,
      followed: [{ label: 'work', forest: [aNode(aSpan('job', [95, 5], { spanId: 'job' }))] }],
      missing: [
        {
          ...{ label: 'enrich', parentSpanId: 'root', afterSpanId: 'receive', beforeSpanId: 'save' },
          below: [
            { spanId: 'fetch' },
            {
              ...{ label: 'build', parentSpanId: 'root' },
              below: [{ spanId: 'notify' }, { label: 'pack', parentSpanId: 'root' }],
            },
            { spanId: 'nowhere' },
          ],
        },
        { label: 'route', parentSpanId: 'root', afterSpanId: 'receive' },
        { label: 'check', parentSpanId: 'root', beforeSpanId: 'save' },
        { label: 'commit', parentSpanId: 'root', beforeSpanId: 'nowhere' },
        { label: 'authorize', parentSpanId: null, beforeSpanId: 'root' },
        { label: 'finish', parentSpanId: null },
        { label: 'requeue', parentSpanId: null, afterSpanId: 'job' },
      ],
    });
    const names = text
      .split('\n')
      .flatMap((line) => /^[│├└─ ]*\??[ \w]+?(?=( {2}| \())/.exec(line)?.[0].trimEnd() ?? []);
    expect(names.slice(names.indexOf('? authorize'))).toEqual([
      '? authorize',
      'root',
      '├─ receive',
      '├─ ? enrich',
      '│  ├─ fetch',
      '│  │  └─ GET',
      '│  └─ ? build',
      '│     ├─ notify',
      '│     └─ ? pack',
      '├─ ? route',
      '├─ ? check',
      '├─ save',
      '└─ ? commit',
      '? finish',
      'job',
      '? requeue',
    ]);
  });

  it('names nodes that are neither spans nor issues', () => {
    const check = {
      kind: 'uptime_check',
      name: 'Uptime Check Request [failure]',
      startMs: 1,
      durationMs: 182,
    };
    const nameless = { kind: 'profile_chunk', name: null, startMs: null, durationMs: null };
    const text = drawn({
      forest: [aNode(aSpan('root', [0, 5]))],
      others: [check, nameless, { ...check, name: null }, check, check, nameless],
    });
    expect(text).toContain(
      '\n\nALSO IN THE TRACE\n' +
        '  4 uptime_check: Uptime Check Request [failure] (182 ms), 182 ms, Uptime Check\n' +
        '    Request [failure] (182 ms), …\n' +
        '  2 profile_chunk\n',
    );
  });

  it('counts all issues, also those without a span, and lists the first ones', () => {
    const issues = Array.from({ length: 150 }, (_, at) => ({
      shortId: `API-${at}`,
      issueId: `${at}`,
      message: 'boom',
      level: at === 149 ? 'error' : 'info',
      url: null,
    }));
    const text = drawn({ forest: [aNode(aSpan('root', [0, 5], { issues }))], issues: issues.slice(100) });
    expect(text).toContain('1 failed, 150 issues');
    // What failed comes first.
    expect(text).toContain('  API-149: boom\n  API-0: boom\n  API-1: boom\n  … and 147 more issues\n');
    expect(text).toContain('  API-119: boom\n  … and 30 more issues\n');
  });

  it('accepts the nodes of a span tree', () => {
    const spans = [
      aSpan('root', [0, 90], { spanId: 'a' }),
      aSpan('child', [10, 70], { spanId: 'b', parentSpanId: 'a' }),
      aSpan('orphan', [20, 5], { spanId: 'c', parentSpanId: 'gone' }),
      aSpan('loop', [30, 5], { spanId: 'd', parentSpanId: 'e' }),
      aSpan('back', [31, 5], { spanId: 'e', parentSpanId: 'd' }),
    ];
    const names = drawn({ forest: buildForest(spans) }).match(/^\S.*?(?= {2})/gm);
    expect(names?.slice(-5)).toEqual([
      'root',
      '└─ child',
      'orphan (parent missing)',
      'loop (its parents form a loop)',
      '└─ back',
    ]);
  });

  it('reports an empty trace as not found', () => {
    const text = drawn({ missing: [{ label: 'save', parentSpanId: null }] });
    expect(text).toContain('0 spans');
    expect(text).toContain('? save');
    expect(text).toContain('(no spans)');
  });

  it('shows the depth of spans that are not indented further', () => {
    let node = aNode(aSpan('level-20', [0, 1]));
    for (let level = 19; level >= 0; level -= 1) node = aNode(aSpan(`level-${level}`, [0, 1]), [node]);
    const lines = drawn({ forest: [node, aNode(aSpan('later', [0, 1]))] }).split('\n');
    const at = (level: number) => lines.find((line) => line.includes(`level-${level} `)) ?? '';
    expect(at(10)).toMatch(/^ {27}└─ level-10 /);
    expect(at(11)).toMatch(/^ {30}\[11\] level-11 /);
    expect(at(20)).toMatch(/^ {30}\[20\] level-20 /);
    expect(lines.join('\n')).toContain('Spans deeper than 10 levels');
  });

  it('notes the clock difference once and uses the clock of prod-e2e for the start', () => {
    const forest = [
      aNode(aSpan('ours', [0, 100], { spanId: 'ours' }), [
        aNode(aSpan('early', [-35, 20])),
        aNode(aSpan('earlier', [-20, 20])),
      ]),
      aNode(aSpan('orphan', [-30, 20]), [], 'orphan'),
    ];
    const text = drawn({ forest, ourSpanIds: new Set(['ours']) });
    expect(text.match(/Clocks differ by 35 ms or more/g)).toHaveLength(1);
    expect(text).toMatch(/early .* 20 ms {2}▏\n/);
    expect(text).toContain('  100 ms, 4 spans (1 from prod-e2e)');
    expect(drawn({ forest: [aNode(aSpan('a', [0, 9]), [aNode(aSpan('b', [-1, 3]))])] })).not.toContain(
      'Clocks',
    );
  });

  it('puts followed work on the common axis unless that would squeeze the trace', () => {
    const followed = (start: number) =>
      drawn({
        forest: [aNode(aSpan('root', [0, 100]))],
        followed: [{ label: 'work', forest: [aNode(aSpan('background', [start, 100]))] }],
      });
    expect(followed(100)).toMatch(/root .* {2}█{10}\n/);
    expect(followed(100)).toMatch(/background \(followed\).* {2} {10}█{10}\n/);
    expect(followed(100).match(/ms\n/g)).toHaveLength(1);
    expect(followed(900)).toMatch(/root .* {2}█{20}\n/);
    expect(followed(900)).toMatch(/Followed: work, began 900 ms later\n.* 100 ms\nbackground .* {2}█{20}\n/);
  });

  it('names the first issues of a span and counts the others', () => {
    const issues = many(5, (at) => aNode(aSpan(`boom ${at}`, [0, 1]))).map(({ span }, at) => ({
      shortId: `API-${at}`,
      issueId: null,
      message: span.name,
      level: 'error',
      url: null,
    }));
    const text = drawn({ forest: [aNode(aSpan('root', [0, 5], { issues, statusMessage: 'boom 1' }))] });
    expect(text).toContain('API-2: boom 2\n  … and 2 more issues\n');
    expect(text.match(/boom 1/g)).toHaveLength(1);
    expect(text).toContain('1 failed, 5 issues');
  });
});
