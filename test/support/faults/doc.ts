/** `docs/faults.md`, from what was really reported. */
import type { Finding } from '../../../src/lib/model/finding.ts';
import type { Section } from './matrix.ts';

const BEGIN = `# Faults

Reference: what a target can do to a webhook, what the report says of it, and what to try first. Every row is produced for real by
\`test/send/fault-matrix.test.ts\`, which also writes this page (\`UPDATE_GOLDEN=1\`): the words here are the program's.

- Each fault is one finding. Its code is stable: JSON reports, JUnit types and scripts may rely on it.
- A webhook with a fault is broken; the run goes on, and the next one is sent as if nothing had happened.
- A fault takes at most \`--timeout\` (10 s), until it is connected \`--connect-timeout\` (5 s), and a response is read up to
  1 MiB (\`maxBody\`), compressed or not. Here the time-outs are 0.4 s.
- Without \`--retries\` every webhook is sent once. With it, all faults are retried but \`protocol\` and \`too-large\`; of
  responses 408, 429 and 5xx ([Reliability](reliability.md#deliveries)).
- After three webhooks in a row without a connection the rest is skipped.
- \`unreachable\` and a name server that does not respond depend on the network; what the system says of them
  (\`EHOSTUNREACH\`, \`ENETUNREACH\`, \`EAI_AGAIN\`, …) is sorted by \`src/lib/send/classify-failure.ts\`.
`;

/** @param reported by the name of its fault; null where nothing was said */
export function faultsDoc(
  sections: readonly Section[],
  reported: ReadonlyMap<string, Finding | null>,
): string {
  const tables = sections.map(({ title, faults }) => {
    const rows = faults
      .filter(({ undocumented }) => !undocumented)
      .map(({ name, what }) => `| ${what} | ${cells(reported.get(name) ?? null)} |`);
    return `\n## ${title}\n\n| fault | the report says | try first |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return BEGIN + tables.join('');
}

function cells(finding: Finding | null): string {
  if (finding === null) return 'nothing: it is working |';
  const { code, message, hint } = finding;
  // Codes of the parser change from one version of Node to the next.
  const words = message
    .replace(/\((HPE|Z|ERR)_[A-Z0-9_]+\)/, '($1_…)')
    .replace('127.0.0.1:PORT', 'proxy:3128');
  return `\`${code}\`: \`${words.replaceAll('|', '\\|')}\` | ${hint ?? ''}`;
}
