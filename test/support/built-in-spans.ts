import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import { spansOfStages } from '../../src/lib/stages/stage-spans.ts';

/** What the built-in stages expect of a trace. */
export const BUILT_IN_SPANS = spansOfStages(BUILT_IN_STAGES);
