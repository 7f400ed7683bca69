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
 * @param {{ path: string, text: string, map: string, shortNames: boolean }} file as esbuild made it, its source map, and
 *   whether what it declares may have shorter names
 * @param {import('esbuild').TransformOptions} options of the bundle that hold here, too
 * @returns {Promise<{ path: string, code: string, map: string }>}
 */
export async function toCommonJs({ path, text, map, shortNames }, options) {
  const again = { ...options, format: 'cjs', sourcefile: path, sourcemap: 'external' };
  const required = text.replaceAll(OWN_IMPORT, 'Promise.resolve().then(()=>require($1))');
  const made = await transform(withMap(required, map), {
    ...again,
    banner: '"use strict";',
    // Only `open` asks, to find a script beside itself; without an answer it knows that it is bundled.
    define: { 'import.meta.url': 'undefined' },
  });
  const file = { path, code: withOneObject(made.code, path), map: made.map };
  if (!shortNames) return file;
  const short = await transform(withMap(file.code, file.map), { ...again, minifyIdentifiers: true });
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
