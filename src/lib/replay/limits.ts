/** Bounds of what is replayed, each with its reason. */

/** A result is kept with what was sent, and its line has to fit into what is read again (16 MiB, `report/results-file`). */
export const MAX_PAYLOAD_BYTES = 4 * 1024 ** 2;
/** A JSON list or a HAR file is held whole; lines (NDJSON) are not. */
export const MAX_DOCUMENT_BYTES = 128 * 1024 ** 2;
/** What comes through a pipe is put aside in a temporary file, since it is read twice. */
export const MAX_PIPED_BYTES = 1024 ** 3;
/** More faults than this are counted, not listed. */
export const FAULTS_SHOWN = 20;
