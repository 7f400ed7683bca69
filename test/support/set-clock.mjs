// Loaded into the program with NODE_OPTIONS=--import: its clock stands at TEST_CLOCK, and once the file
// TEST_LATER is there, at TEST_CLOCK_LATER.
import { existsSync } from 'node:fs';

const { TEST_CLOCK: first, TEST_CLOCK_LATER: second, TEST_LATER: file } = process.env;
const RealDate = Date;

function nowMs() {
  return RealDate.parse(file !== undefined && existsSync(file) ? second : first);
}

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [nowMs()] : args));
  }

  static now() {
    return nowMs();
  }
};
