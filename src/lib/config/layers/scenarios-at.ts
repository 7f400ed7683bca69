/** Where the scenarios are in a config file, so that messages can point at them. */
import path from 'node:path';
import type { Path } from '../paths.ts';
import type { ScenarioConfig } from '../schema/scenario.ts';
import { normalizeScenario } from '../settings/scenarios.ts';
import type { ConfigFile } from '../sources/sources.ts';
import type { Entry, Layer } from './merge.ts';

/** A list of scenarios in a config file. */
export interface ScenariosAt {
  /** Absolute. */
  readonly file: string;
  /** Path of the list within the file. */
  readonly path: Path;
  /** In the order of the list. */
  readonly names: readonly string[];
}

/** Null for built-in scenarios and for those passed by a program. */
export function scenariosAt(options: {
  /** The winning list. */
  readonly entry: Entry | undefined;
  readonly file: ConfigFile | null;
  /** Layers of the file: its own keys, then those of the profile. */
  readonly layers: readonly Layer[];
  readonly profile: string | null;
}): ScenariosAt | null {
  const { entry, file, layers, profile } = options;
  if (file === null || entry === undefined) return null;
  const layer = layers.indexOf(entry.layer);
  if (layer === -1) return null;
  const inPackage = path.basename(file.file) === 'package.json' ? ['prod-e2e'] : [];
  const inProfile = layer === 0 || profile === null ? [] : ['profiles', profile];
  // Checked when the layer was read.
  const scenarios = entry.value as readonly ScenarioConfig[];
  return {
    file: file.file,
    path: [...inPackage, ...inProfile, 'scenarios'],
    names: scenarios.map((scenario) => normalizeScenario(scenario).name),
  };
}
