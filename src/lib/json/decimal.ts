/** Numbers as written, compared and divided without rounding. */
import { ExactNumber } from '../model/json.ts';

/** The value is `±digits × 10^exponent`. The digits have no leading or trailing zero; zero has no digits. */
interface Decimal {
  readonly sign: -1 | 0 | 1;
  readonly digits: string;
  readonly exponent: bigint;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export function isNumberText(text: string): boolean {
  return JSON_NUMBER.test(text);
}

export function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

/** The number in a JSON text: exact where JavaScript would write it differently. */
export function numberOf(text: string): number | ExactNumber {
  return String(Number(text)) === text ? Number(text) : new ExactNumber(text);
}

/** One text for all spellings of a value: `12345E2`, `1234500` and `1.2345e6`. */
export function canonicalNumber(value: number | ExactNumber | string): string {
  const { sign, digits, exponent } = decimalOf(value);
  return `${sign < 0 ? '-' : ''}${digits}e${exponent}`;
}

export function sameNumber(a: number | ExactNumber, b: number | ExactNumber): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  return canonicalNumber(a) === canonicalNumber(b);
}

/** Negative where `a` is less, positive where it is greater. */
export function compareNumbers(a: number | ExactNumber, b: number | ExactNumber): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [decimalOf(a), decimalOf(b)];
  if (left.sign !== right.sign) return left.sign - right.sign;
  const [leftSize, rightSize] = [sizeOf(left), sizeOf(right)];
  if (leftSize !== rightSize) return leftSize > rightSize ? left.sign : -left.sign;
  // Of the same size, digits compare as text.
  if (left.digits === right.digits) return 0;
  return left.digits > right.digits ? left.sign : -left.sign;
}

export function isInteger(value: number | ExactNumber): boolean {
  return decimalOf(value).exponent >= 0n;
}

export function isMultipleOf(value: number | ExactNumber, divisor: number | ExactNumber): boolean {
  const [of, by] = [decimalOf(value), decimalOf(divisor)];
  if (of.sign === 0) return true;
  if (by.sign === 0) return false;
  const shift = of.exponent - by.exponent;
  // Digits without a trailing zero are not a multiple of ten.
  if (shift < 0n) return false;
  const modulus = BigInt(by.digits);
  return (BigInt(of.digits) * powerOfTen(shift, modulus)) % modulus === 0n;
}

/** `10^exponent` modulo `modulus`: the power itself may have more digits than memory holds. */
function powerOfTen(exponent: bigint, modulus: bigint): bigint {
  let [result, base, left] = [1n, 10n % modulus, exponent];
  for (; left > 0n; left /= 2n) {
    if (left % 2n === 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}

function decimalOf(value: number | ExactNumber | string): Decimal {
  const [, sign = '', integer = '', fraction = '', power = '0'] = NUMBER.exec(String(value)) ?? [];
  const all = `${integer}${fraction}`.replace(/^0+/, '');
  let end = all.length;
  while (end > 0 && all[end - 1] === '0') end--;
  if (end === 0) return { sign: 0, digits: '', exponent: 0n };
  const exponent = BigInt(power) - BigInt(fraction.length) + BigInt(all.length - end);
  return { sign: sign === '' ? 1 : -1, digits: all.slice(0, end), exponent };
}

/** The power of ten just above the value. */
function sizeOf({ digits, exponent }: Decimal): bigint {
  return exponent + BigInt(digits.length);
}
