// What `npm install -g` brings: unpacked size, and packages that come along. No reference but the goal itself.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runAlone } from './support/main.mjs';
import { row } from './support/measure.mjs';
import { ROOT } from './support/processes.mjs';

const GOAL_BYTES = 6_000_000;
const GOAL_PACKAGES = 10;

export async function bench() {
  // npm asks `prepack` first, which builds.
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ unpackedSize, size }] = Object.values(JSON.parse(packed));
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const packages = 1 + Object.keys(dependencies).length;
  return [
    row({
      bench: 'install: unpacked size',
      figure: `${(unpackedSize / 1e6).toFixed(2)} MB`,
      reference: `goal: 6 MB (packed ${(size / 1e6).toFixed(2)} MB)`,
      ratio: unpackedSize / GOAL_BYTES,
      goal: { atMost: 1 },
    }),
    row({
      bench: 'install: packages',
      figure: String(packages),
      reference: `goal: ${GOAL_PACKAGES}`,
      ratio: packages / GOAL_PACKAGES,
      goal: { atMost: 1 },
    }),
  ];
}

await runAlone(import.meta.url, bench);
