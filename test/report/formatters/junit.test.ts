import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anError, aReport, aTest, sourceOf } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { degraded, oneBroken, unreachable } from '../../support/reports.ts';
import { type Node, parseXml } from './parse-xml.ts';
import { rendered } from './rendered.ts';

/** Where each element may stand, as in the schemas Jenkins and GitLab read. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  testsuites: ['testsuite'],
  testsuite: ['properties', 'testcase'],
  testcase: ['skipped', 'error', 'failure', 'system-out'],
  properties: ['property'],
};

function all(node: Node, name: string): readonly Node[] {
  return [...(node.name === name ? [node] : []), ...node.children.flatMap((child) => all(child, name))];
}

/** Structure, counts and unique keys, which readers rely on without saying so. */
function checkStructure(root: Node): void {
  expect(root.name).toBe('testsuites');
  const visit = (node: Node): void => {
    for (const child of node.children) {
      expect(CHILDREN[node.name] ?? [], `${child.name} in ${node.name}`).toContain(child.name);
      visit(child);
    }
    if (node.children.length > 0) expect(node.text.trim()).toBe('');
  };
  visit(root);
  const cases = all(root, 'testcase');
  for (const suite of [root, ...all(root, 'testsuite')]) {
    expect(suite.attributes).toMatchObject({
      tests: String(cases.length),
      failures: String(all(root, 'failure').length),
      errors: String(all(root, 'error').length),
    });
  }
  for (const suite of all(root, 'testsuite')) {
    expect(suite.attributes.skipped).toBe(String(all(root, 'skipped').length));
  }
  for (const each of [root, ...all(root, 'testsuite'), ...cases]) {
    expect(each.attributes.time).toMatch(/^\d+\.\d{3}$/);
  }
  const keys = cases.map(({ attributes }) => `${attributes.classname} ${attributes.name}`);
  expect(new Set(keys).size).toBe(keys.length);
}

test('a degraded run', async () => {
  const xml = await rendered(sourceOf(degraded()), 'junit');
  checkStructure(parseXml(xml));
  expectGolden('junit-degraded.xml', xml);
});

test('one broken of five: the message begins with what broke, at which stage, and why', async () => {
  const xml = await rendered(sourceOf(oneBroken()), 'junit');
  checkStructure(parseXml(xml));
  const [failure] = all(parseXml(xml), 'failure');
  expect(failure?.attributes.message).toBe(
    'CHOP is broken at data-enrichment: fetch-gex-data: the provider answered 503',
  );
  expectGolden('junit-one-broken.xml', xml);
});

test('a broken response is a failure, with its message in the body as well', async () => {
  const report = aReport({
    results: [
      aTest({
        errors: [anError('http-5xx', 'HTTP 500: <boom>'), anError('match', 'status is "x"')],
        missingData: [{ field: 'signal_id', level: 'required' }],
      }),
    ],
  });
  const root = parseXml(await rendered(sourceOf(report), 'junit'));
  expect(all(root, 'error')).toEqual([]);
  expect(all(root, 'failure')).toMatchObject([
    {
      attributes: { type: 'http-5xx', message: 'ORB_BREAKOUT is broken: HTTP 500: <boom>' },
      text: [
        'ORB_BREAKOUT is broken: HTTP 500: <boom>',
        'Trace: abcdef0123456789abcdef0123456781',
        'Open: prod-e2e report show 20260801-120000-k3f9z 1',
        'status is "x"',
        'Missing data: signal_id (required)',
      ].join('\n'),
    },
  ]);
});

test('no response is an error, and what was not sent is one skipped case with the reason', async () => {
  const root = parseXml(await rendered(sourceOf(unreachable()), 'junit'));
  checkStructure(root);
  expect(root.attributes).toMatchObject({ tests: '4', failures: '0', errors: '3' });
  expect(all(root, 'error')[0]?.attributes).toEqual({
    type: 'connect-timeout',
    message: 'ORB_BREAKOUT is broken: Connection timeout',
  });
  expect(all(root, 'skipped')[0]?.attributes.message).toBe(
    '7 planned webhooks were not sent: 3 tests in a row could not connect (use --no-bail to continue).',
  );
});

test('missing data in a working test does not fail it but is reported', async () => {
  const report = aReport({
    results: [aTest({ missingData: [{ field: 'signal_id', level: 'required' }] })],
  });
  const root = parseXml(await rendered(sourceOf(report), 'junit'));
  expect(root.attributes).toMatchObject({ failures: '0', errors: '0' });
  expect(all(root, 'system-out')[0]?.text).toContain('Missing data: signal_id (required)');
});

test('stays well-formed with any response, and keeps what XML supports', async () => {
  const wild = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'<>&"\'\r\n\t\0\u0008\u001b]]>\ufffe\uffff\ud800'), maxLength: 20 }),
  );
  await fc.assert(
    fc.asyncProperty(wild, async (said) => {
      const error = anError('match', said);
      const root = parseXml(
        await rendered(sourceOf(aReport({ results: [aTest({ errors: [error] })] })), 'junit'),
      );
      const kept = said.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
      expect(all(root, 'failure')[0]?.attributes.message).toBe(`ORB_BREAKOUT is broken: ${kept}`);
      expect(all(root, 'failure')[0]?.text.startsWith(`ORB_BREAKOUT is broken: ${kept}\n`)).toBe(true);
    }),
  );
});

test('no outside text controls the terminal, and readers see the same', async () => {
  const message = '\u009b2J\u202e\t::error::x\n##vso[y]';
  const report = aReport({ results: [aTest({ name: message, errors: [anError('x', message)] })] });
  const xml = await rendered(sourceOf(report), 'junit');
  expect(xml).not.toMatch(/[\u0080-\u009f\u202e\t]|::error::|##vso/);
  const [failure] = all(parseXml(xml), 'failure');
  expect(failure?.attributes.message).toBe(`ORB_BREAKOUT is broken: ${message}`);
  expect(failure?.text).toContain(`ORB_BREAKOUT is broken: ${message}\n`);
  expect(all(parseXml(xml), 'testcase')[0]?.attributes.name).toBe(message);
});
