/** Run by postgres.test.ts in a vitest of its own: a test that starts PostgreSQL and is killed while it waits. */
import { writeFile } from 'node:fs/promises';
import { it } from 'vitest';
import { startPostgres } from './postgres.ts';
import { childrenOf } from './processes.ts';

it('holds a PostgreSQL', async () => {
  const { query } = await startPostgres();
  const { rows } = await query('SHOW data_directory');
  const held = { worker: process.pid, started: childrenOf(process.pid), data: rows[0].data_directory };
  await writeFile(process.env.HELD_FILE ?? '', JSON.stringify(held));
  await new Promise(() => {});
});
