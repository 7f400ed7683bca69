/** The settings of a config file; the built-in ones for an empty one. */
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import type { Settings } from '../../src/lib/config/settings/settings.ts';
import { aProject } from '../config/project.ts';

export async function someSettings(config: object = {}): Promise<Settings> {
  const { input } = await aProject({ 'prod-e2e.config.json': JSON.stringify(config) }, { env: {} });
  return (await resolveConfig(input)).settings;
}
