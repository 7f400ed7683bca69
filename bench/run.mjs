// All benches, one after another, and one table. `npm run bench -- startup ten` runs only those.
import { cpus, totalmem } from 'node:os';
import { table } from './support/measure.mjs';

const BENCHES = ['startup', 'ten', 'throughput', 'memory', 'install', 'traces', 'accuracy'];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !BENCHES.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`No bench ${unknown.join(', ')}; there are: ${BENCHES.join(', ')}\n`);
  process.exit(2);
}
const [cpu] = cpus();
process.stdout.write(
  `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpu.model.trim()}, ` +
    `${Math.round(totalmem() / 2 ** 30)} GiB, ${new Date().toISOString().slice(0, 10)}\n\n`,
);
const rows = [];
for (const name of asked.length === 0 ? BENCHES : asked) {
  process.stderr.write(`${name} …\n`);
  const { bench } = await import(`./${name}.mjs`);
  rows.push(...(await bench()));
}
process.stdout.write(`${table(rows)}\n`);
