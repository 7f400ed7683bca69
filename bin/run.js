#!/usr/bin/env node
// The published entry. Kept tiny: the compile cache has to be on before the first real import.
import module from 'node:module';

module.enableCompileCache?.();
const { main } = await import('../dist/cli.js');
await main(import.meta.url);
