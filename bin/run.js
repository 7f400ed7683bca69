#!/usr/bin/env node
// The published entry. Kept tiny: the compile cache has to be on before the first file of the program is loaded. CommonJS
// (package.json beside it), because Node takes a tenth longer to start when the first file is an ES module.
'use strict';
const { enableCompileCache } = require('node:module');
const path = require('node:path');

enableCompileCache?.();
require('../dist/cli.js').main(path.dirname(__dirname));
