/** A target that answers the first webhooks and holds the others until a test lets them go: so a run can be met in its middle. */
import { withOwnId } from './own-ids.ts';
import { type Answerer, type Target, withTarget } from './target.ts';

export interface GatedTarget extends Target {
  /** Answers what is held, and everything from now on at once. */
  readonly release: () => void;
}

/** @param gate.first how many are answered before it is released */
export function withGatedTarget<Result>(
  { first, answer }: { readonly first: number; readonly answer: unknown },
  use: (target: GatedTarget) => Promise<Result>,
): Promise<Result> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let count = 0;
  const answerer: Answerer = async (_request, response) => {
    if (++count > first) await released;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(withOwnId(answer)));
  };
  return withTarget(answerer, (target) => use({ ...target, release }));
}
