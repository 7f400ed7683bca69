/** The shape of a row in the table of config keys. */

export type OptionGroup = 'TARGET' | 'PLAN' | 'SENDING' | 'SENTRY' | 'REPORT' | 'SAFETY';

/** The values a key accepts. `allowed` describes them in errors and in docs/configuration.md. */
type ValueSpec =
  | { readonly kind: 'text'; readonly allowed?: string; readonly pattern?: RegExp }
  /** An identifier that people also write as a bare number. */
  | { readonly kind: 'text-or-integer'; readonly allowed: string }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** Above 0. */
  | { readonly kind: 'number'; readonly max: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly allowed?: string }
  /** A single item is accepted as a list of one. */
  | {
      readonly kind: 'list';
      readonly choices?: readonly string[];
      readonly item?: { readonly allowed: string; readonly pattern: RegExp };
      readonly allowed: string;
    }
  | { readonly kind: 'url' | 'boolean' | 'duration' | 'bytes' | 'headers' | 'pins' }
  /** Contains the keys whose rows begin with `<key>.`; layers are merged key by key. */
  | { readonly kind: 'group' }
  /** A custom shape, in the table OWN of schema/schema.ts. */
  | { readonly kind: 'own' };

/** For keys that are also flags and variables (`PROD_E2E_<FLAG>`). */
interface FlagSpec {
  readonly flag: string;
  readonly group: OptionGroup;
  readonly char?: string;
  /** Existing variables of other tools, read after our own. */
  readonly alsoEnv?: readonly string[];
  readonly helpValue?: string;
  /** A boolean that has a --no- form. */
  readonly negatable?: boolean;
}

interface KeySpec {
  /** Path in the config file: `count`, `sentry.dsn`. */
  readonly key: string;
  /** One line of help, and the description in the schema. */
  readonly summary: string;
  /** Used when no source sets the key. */
  readonly default?: unknown;
  /** Shown as the default, but applied where the value is used: there it matters whether a source set it. */
  readonly usual?: unknown;
  /** The value is shown in reports even if it comes from the environment; otherwise it is masked as a secret. */
  readonly public?: true;
  /** Layers are merged key by key; otherwise the higher layer replaces the value. */
  readonly merged?: true;
}

export type ConfigKey = ValueSpec & KeySpec & (FlagSpec | { readonly flag?: never });

/** A key that is also a flag and an environment variable. */
export type RunOption = ValueSpec &
  KeySpec &
  FlagSpec & {
    /** The first one that is set wins. */
    readonly env: readonly string[];
  };
