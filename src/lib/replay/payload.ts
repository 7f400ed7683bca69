/** What is read from a file that is replayed. */
import type { Json } from '../model/json.ts';
import type { ReplayProblem } from './problems.ts';

export interface HarOptions {
  /** Further headers that are sent too; lower-case names, none of them secret. */
  readonly harHeaders: readonly string[];
}

export interface ReplayPayload {
  /** `line 17`, `payload 3 (line 12)`, `entry 2 (line 40)`. */
  readonly place: string;
  /** The text as it is in the file. */
  readonly text: string;
  /** Undefined if it is not JSON, which only a HAR file can hold. */
  readonly json: Json | undefined;
  /** The next three are of a HAR entry; null and empty otherwise. */
  readonly contentType: string | null;
  readonly method: string | null;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A payload, what is wrong with one, or nothing: a HAR entry without a body, or whose body the file does not hold. */
export type Read =
  | { readonly kind: 'payload'; readonly payload: ReplayPayload }
  | ({ readonly kind: 'problem' } & ReplayProblem)
  | { readonly kind: 'missing'; readonly place: string }
  | { readonly kind: 'empty' };
