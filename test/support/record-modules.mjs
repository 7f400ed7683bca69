// Preloaded into the program (node --import): writes the URL of every module that is loaded into the file MODULES_FILE.
import { appendFileSync } from 'node:fs';
import module from 'node:module';

const hooks = `
  import { appendFileSync } from 'node:fs';
  let file;
  export function initialize(given) { file = given; }
  export async function load(url, context, next) {
    appendFileSync(file, url + '\\n');
    return next(url, context);
  }`;

// What is required, and not imported, does not come by the hooks.
const load = module._load;
module._load = function (request, parent, isMain) {
  if (request.startsWith('#')) appendFileSync(process.env.MODULES_FILE, `${request}\n`);
  return load.call(this, request, parent, isMain);
};
module.register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: process.env.MODULES_FILE });
