// The licences of everything esbuild put into dist/, as one text. Most of them ask for exactly this.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** @returns {Promise<string>} one section a package: name, version, licence name, licence text where the package has one */
export async function thirdPartyNotices({ root, metafile }) {
  const folders = new Set();
  for (const output of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = PACKAGE_FOLDER.exec(input)?.[1];
      if (folder && bytesInOutput > 0) folders.add(folder);
    }
  }
  const sections = await Promise.all([...folders].sort().map((folder) => notice(path.join(root, folder))));
  return `prod-e2e contains code of the following packages.\n\n${[...new Set(sections)].join('\n')}`;
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file
    ? (await readFile(path.join(folder, file), 'utf8')).trim()
    : '(no licence file in the package)';
  return `${'-'.repeat(78)}\n${name} ${version} (${license ?? 'see text'})\n\n${text}\n`;
}
