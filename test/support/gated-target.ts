/** A target that responds to the first webhooks and holds the others until a test releases them, so that a test can act in the middle of a run. */
import { withOwnId } from './own-ids.ts';
import { type Handler, type Target, withTarget } from './target.ts';

export interface GatedTarget extends Target {
  /** Responses what is held, and everything from now on at once. */
  readonly release: () => void;
}

/** @param gate.first how many get a response before it is released */
export function withGatedTarget<Result>(
  { first, body }: { readonly first: number; readonly body: unknown },
  use: (target: GatedTarget) => Promise<Result>,
): Promise<Result> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let count = 0;
  const handler: Handler = async (_request, response) => {
    if (++count > first) await released;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(withOwnId(body)));
  };
  return withTarget(handler, (target) => use({ ...target, release }));
}
