/** The examples of docs/signing.md: each is a valid configuration, and what it sends arrives signed. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { createPlan } from '../../src/lib/plan/payload-factory.ts';
import { aProject } from '../config/project.ts';
import { ROOT } from '../support/cli.ts';
import { sendOne, withSender } from '../support/sending.ts';
import { A_SECRET, ORACLES } from '../support/signature-oracles.ts';
import { accept, withTarget } from '../support/target.ts';

const text = await readFile(path.join(ROOT, 'docs', 'signing.md'), 'utf8');
const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)];
/** Called after the heading that stands last before them. */
const examples = blocks.map(({ 1: yaml = '', index }) => ({
  title: [...text.slice(0, index).matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '',
  yaml,
}));
const names = [...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = '']) => name);
const env = Object.fromEntries(names.map((name) => [name, A_SECRET]));

it('there is one test per block', () => {
  expect(examples).toHaveLength(text.split('```yaml').length - 1);
  expect(examples.length).toBeGreaterThanOrEqual(5);
});

describe.each(examples)('$title', ({ yaml }) => {
  it('is valid, and each of its scenarios arrives as the scheme requires, or as incorrect as intended', async () => {
    const { input } = await aProject({ 'prod-e2e.config.yaml': yaml }, { env });
    const { settings } = await resolveConfig(input);
    await withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        const plan = createPlan({
          ...settings,
          runId: '20260801-120000-k3f9z',
          seed: 'docs+0',
          count: settings.scenarios.length,
          pins: {},
          url,
          userAgent: 'prod-e2e/0.0.0',
          now: () => new Date(),
          uuid: () => '00000000-0000-4000-8000-000000000000',
        });
        for (const test of plan.tests()) {
          await sendOne(sender, test);
          const arrived = requests.at(-1);
          if (arrived === undefined) throw new Error('nothing arrived');
          if (test.signing === null) throw new Error(`${test.name} is not signed`);
          if (test.signing.scheme === 'hmac') {
            expect(arrived.headers[test.signing.form.header]).toMatch(
              /^(ts=\d+;h1=[0-9a-f]{64}|[\w+/]{86}==)$/,
            );
          } else {
            const holds = await ORACLES[test.signing.scheme](arrived, A_SECRET);
            expect(holds).toBe(test.signing.mode === 'valid');
          }
        }
      }),
    );
  });
});
