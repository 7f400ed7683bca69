// Makes CommonJS of the ES modules that esbuild splits into chunks (it splits only those). Node loads a start's dozen
// files in half the time: it reads and links them as they are required, without a turn of the event loop for each.
import { transform } from 'esbuild';

/** Stands beside the files: what they are, and where the packages are that run when they are first used. */
export const DIST_PACKAGE = { type: 'commonjs', imports: { '#lazy/*': './lazy/*.cjs' } };

/** `import()` of a chunk. One of a variable is of a file of the user's, which may be an ES module, and stays. */
const OWN_IMPORT = /\bimport\(("\.[^"]+\.js")\)/g;

/** esbuild's end of a module: a second object with a getter for each getter of the first. One is enough. */
const EXPORTS = /\bmodule\.exports=__toCommonJS\((\w+)\);/;

/**
 * @param {{ path: string, text: string, map: string }} file as esbuild made it, and its source map
 * @param {import('esbuild').TransformOptions} options of the bundle that hold here, too
 * @returns {Promise<{ path: string, code: string, map: string }>}
 */
export async function toCommonJs({ path, text, map }, options) {
  const required = text.replaceAll(OWN_IMPORT, 'Promise.resolve().then(()=>require($1))');
  const before = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`;
  const made = await transform(`${required}\n${before}\n`, {
    ...options,
    format: 'cjs',
    banner: '"use strict";',
    // Only `open` asks, to find a script beside itself; without an answer it knows that it is bundled.
    define: { 'import.meta.url': 'undefined' },
    sourcefile: path,
    sourcemap: 'external',
  });
  return { path, code: withOneObject(made.code, path), map: made.map };
}

function withOneObject(code, path) {
  if (!code.includes('__toCommonJS')) return code;
  if (!EXPORTS.test(code)) throw new Error(`${path} does not end as esbuild ended a CommonJS module before`);
  return code.replace(EXPORTS, 'module.exports=__defProp($1,"__esModule",{value:!0});');
}
