/** The config file of the program's user, for runs whose own configuration is not to be touched. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Reads traces every 250 ms. The default of 2 s is for a Sentry that takes its time, and the sandbox does not. */
export async function readTracesOften({ home }: { readonly home: string }): Promise<void> {
  const folder = path.join(home, 'config', 'prod-e2e');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'config.yaml'), 'trace: { interval: 250ms }\n');
}
