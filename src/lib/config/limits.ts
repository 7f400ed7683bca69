/** Bounds of the configuration, each with its reason. */

/** A plan of this size runs for hours; more is a load test, which this tool is not. */
export const MAX_COUNT = 1_000_000;
/** One process with one socket per webhook in flight; operating systems allow about 1,024 open files. */
export const MAX_CONCURRENCY = 1_000;
/** Starts per second that one Node process can keep up with, with room to spare. */
export const MAX_RATE = 10_000;
/** Further tries help against a blip; more of them hide an outage. */
export const MAX_RETRIES = 10;
/** No answer after an hour is no answer. */
export const MAX_DURATION_MS = 3_600_000;
/** Answers are held in memory, `concurrency` of them at once. */
export const MAX_BODY_BYTES = 268_435_456;
/** Each kept run is a folder that `report list` opens. */
export const MAX_KEEP = 10_000;
/** One turn through the scenarios is a list in memory. */
export const MAX_WEIGHT = 1_000;
/** A scenario's name is shown in table columns and put into span attributes (Sentry cuts those at 200). */
export const MAX_NAME_LENGTH = 100;
/** Deeper values are a cycle or a mistake, and every walk over them is recursive. */
export const MAX_DEPTH = 64;
/** Each of them may take the time that all have together. */
export const MAX_NOTIFIERS = 20;
/** A resend is for seeing what the target makes of it; more of them say no more. */
export const MAX_REPEATS = 10;
