/** Numbers as they are written, compared and divided without rounding. */
import { ExactNumber } from './model/json.ts';

/** The value is `digits × 10^exponent`; the digits end in no zero, and are 0 only where the value is. */
interface Decimal {
  readonly digits: bigint;
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

/** The number of a text in JSON's spelling: exact where JavaScript would write it in another way. */
export function numberOf(text: string): number | ExactNumber {
  return String(Number(text)) === text ? Number(text) : new ExactNumber(text);
}

/** The same text for all spellings of a value: `12345E2`, `1234500` and `1.2345e6`. */
export function canonicalNumber(value: number | ExactNumber | string): string {
  const { digits, exponent } = decimalOf(value);
  return `${digits}e${exponent}`;
}

export function sameNumber(a: number | ExactNumber, b: number | ExactNumber): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  return canonicalNumber(a) === canonicalNumber(b);
}

/** Negative where `a` is less, positive where it is greater. */
export function compareNumbers(a: number | ExactNumber, b: number | ExactNumber): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [decimalOf(a), decimalOf(b)];
  const [leftSign, rightSign] = [signOf(left), signOf(right)];
  if (leftSign !== rightSign) return leftSign - rightSign;
  if (leftSign === 0) return 0;
  const [leftSize, rightSize] = [sizeOf(left), sizeOf(right)];
  if (leftSize !== rightSize) return leftSize > rightSize ? leftSign : -leftSign;
  // Of the same size, and so as fractions of the same power of ten, digits compare as text.
  const [leftText, rightText] = [textOf(left), textOf(right)];
  if (leftText === rightText) return 0;
  return leftText > rightText ? leftSign : -leftSign;
}

export function isInteger(value: number | ExactNumber): boolean {
  return decimalOf(value).exponent >= 0n;
}

export function isMultipleOf(value: number | ExactNumber, divisor: number | ExactNumber): boolean {
  const [of, by] = [decimalOf(value), decimalOf(divisor)];
  if (of.digits === 0n) return true;
  if (by.digits === 0n) return false;
  const shift = of.exponent - by.exponent;
  // Digits that end in no zero are no multiple of ten.
  if (shift < 0n) return false;
  return (of.digits * powerOfTen(shift, by.digits)) % by.digits === 0n;
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
  const [, sign = '', whole = '', fraction = '', power = '0'] = NUMBER.exec(String(value)) ?? [];
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  let end = all.length;
  while (end > 0 && all[end - 1] === '0') end--;
  if (end === 0) return { digits: 0n, exponent: 0n };
  const exponent = BigInt(power) - BigInt(fraction.length) + BigInt(all.length - end);
  return { digits: BigInt(`${sign}${all.slice(0, end)}`), exponent };
}

function signOf({ digits }: Decimal): number {
  if (digits === 0n) return 0;
  return digits > 0n ? 1 : -1;
}

function textOf({ digits }: Decimal): string {
  return String(digits < 0n ? -digits : digits);
}

/** The power of ten that is just above it. */
function sizeOf(decimal: Decimal): bigint {
  return decimal.exponent + BigInt(textOf(decimal).length);
}
