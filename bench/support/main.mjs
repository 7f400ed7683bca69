// Lets every bench be run alone: `node bench/startup.mjs`.
import { pathToFileURL } from 'node:url';
import { table } from './measure.mjs';

export async function runAlone(url, bench) {
  if (url === pathToFileURL(process.argv[1]).href) process.stdout.write(`${table(await bench())}\n`);
}
