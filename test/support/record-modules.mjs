// Preloaded into the program (node --import): writes the URL of every file that is required into the file MODULES_FILE.
import { appendFileSync } from 'node:fs';
import module from 'node:module';
import { pathToFileURL } from 'node:url';

const { load } = module.prototype;
module.prototype.load = function (file) {
  appendFileSync(process.env.MODULES_FILE, `${pathToFileURL(file).href}\n`);
  return load.call(this, file);
};
