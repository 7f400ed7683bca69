import type { StageState } from '../model/stage.ts';

/** What one kind of evidence says about a stage, and why where there is something to say. */
export interface Evidence {
  readonly state: StageState;
  readonly detail: string | null;
  /** What differs from test to test: how often and for what was asked. */
  readonly circumstances?: string;
}
