/** When a client of this process has read the head of a response, which the server cannot know. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Node's own channel of responses whose status and headers have been read. */
const RESPONSES = 'http.client.response.finish';

/** Resolves when the status and headers of the next response have been read. */
export function responseBegun(): Promise<void> {
  return new Promise((resolve) => {
    const begun = () => {
      unsubscribe(RESPONSES, begun);
      resolve();
    };
    subscribe(RESPONSES, begun);
  });
}
