import { ProdE2eError } from '../errors.ts';

/** What the user has to be told of comes back as a value, to be told in its place. */
export async function orError<Result>(work: () => Promise<Result>): Promise<Result | ProdE2eError> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof ProdE2eError) return thrown;
    throw thrown;
  }
}
