// Makes CommonJS of the ES modules that esbuild splits into chunks (it splits only those). Node reads and links CommonJS
// as it is required, without a turn of the event loop for each file: with the packs that this makes possible, 27 to 42 ms of
// `scenarios list` (docs/decisions/0001-bundle.md).
import { transform } from 'esbuild';

/** Beside the files, because package.json of the project says that its .js files are ES modules. */
export const DIST_PACKAGE = { type: 'commonjs' };

/** `import()` of a chunk. One of a variable is of a file of the user's, which may be an ES module, and stays. */
const OWN_IMPORT = /\bimport\(("\.[^"]+\.js")\)/g;

/** esbuild's end of a module: a second object with a getter for each getter of the first. One is enough. */
const EXPORTS = /\bmodule\.exports=__toCommonJS\((\w+)\);/;

/**
 * @param {{ path: string, text: string, map: string }} file as esbuild made it, and its source map
 * @param {import('esbuild').TransformOptions} options of the bundle that apply here, too
 * @returns {Promise<{ path: string, code: string, map: string }>}
 */
export async function toCommonJs({ path, text, map }, options) {
  const again = { ...options, format: 'cjs', sourcefile: path, sourcemap: 'external' };
  const required = text.replaceAll(OWN_IMPORT, 'Promise.resolve().then(()=>require($1))');
  const made = await transform(withMap(required, map), {
    ...again,
    banner: '"use strict";',
    // Only `open` asks, to find a script beside itself; without an answer it knows that it is bundled.
    define: { 'import.meta.url': 'undefined' },
  });
  // Names are shortened last: until then esbuild's helper is known by its name.
  const short = await transform(withMap(withOneObject(made.code, path), made.map), {
    ...again,
    minifyIdentifiers: true,
  });
  return { path, code: short.code, map: short.map };
}

/** So that the next source map leads back to the source. */
function withMap(code, map) {
  const inBase64 = Buffer.from(map).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${inBase64}\n`;
}

function withOneObject(code, path) {
  if (!code.includes('__toCommonJS')) return code;
  if (!EXPORTS.test(code)) throw new Error(`${path} does not end as esbuild ended a CommonJS module before`);
  return code.replace(EXPORTS, 'module.exports=__defProp($1,"__esModule",{value:!0});');
}
