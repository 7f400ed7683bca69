/** JSON as data, and the values a payload dimension takes. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */

export type Scalar = string | number | boolean;

export type Json = null | Scalar | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}
