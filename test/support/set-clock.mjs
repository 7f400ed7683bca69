// Loaded into the program with NODE_OPTIONS=--import: its clock stands at PROD_E2E_TEST_CLOCK, and once the file
// PROD_E2E_TEST_LATER is there, at PROD_E2E_TEST_CLOCK_LATER.
import { existsSync } from 'node:fs';

const {
  PROD_E2E_TEST_CLOCK: first,
  PROD_E2E_TEST_CLOCK_LATER: second,
  PROD_E2E_TEST_LATER: file,
} = process.env;
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
