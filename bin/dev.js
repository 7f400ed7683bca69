#!/usr/bin/env node
// Runs the sources: builds what changed into dist/, then starts like the published entry.
import { build } from '../scripts/build.mjs';

await build();
await import('./run.js');
