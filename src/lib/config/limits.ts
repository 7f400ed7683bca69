/** Limits of the configuration, each with its reason. */

/** A run of this size takes hours; more is a load test, which this tool is not. */
export const MAX_COUNT = 1_000_000;
/** One process with one socket per webhook in flight; operating systems allow about 1,024 open files. */
export const MAX_CONCURRENCY = 1_000;
/** Starts per second that one Node process can keep up with, with room to spare. */
export const MAX_RATE = 10_000;
/** Retries help against a short glitch; more of them hide an outage. */
export const MAX_RETRIES = 10;
/** A webhook without a response after an hour will not get one. */
export const MAX_DURATION_MS = 3_600_000;
/** Responses are held in memory, `concurrency` of them at once. */
export const MAX_BODY_BYTES = 268_435_456;
/** Each saved run is a folder that `report list` opens. */
export const MAX_KEEP = 10_000;
/** A cycle through the weighted scenarios is a list in memory. */
export const MAX_WEIGHT = 1_000;
/** A scenario's name is shown in table columns and put into span attributes (Sentry cuts those at 200). */
export const MAX_NAME_LENGTH = 100;
/** Deeper values are a cycle or a mistake, and every walk over them is recursive. */
export const MAX_DEPTH = 64;
/** Notifiers share one time limit, and each of them may use all of it. */
export const MAX_NOTIFIERS = 20;
/** Resends show how the target treats a duplicate; more of them show nothing new. */
export const MAX_REPEATS = 10;
