#!/usr/bin/env node
// Runs the sources: builds what changed into dist/, then starts like the published entry.
'use strict';
import('../scripts/build.mjs').then(async ({ build }) => {
  await build();
  require('./run.js');
});
