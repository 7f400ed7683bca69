/** The state of one stage, decided by what each source says about it. Pure. */
import type { StageEvidence, StageState, Statement } from '../model/stage.ts';

/**
 * Probes decide; without one that could see, an error decides, then something seen, then something missing where it would
 * have been seen; otherwise nothing is known.
 * @param slow the stage took too long, whatever confirms it
 */
export function stageState(evidence: StageEvidence, slow = false): StageState {
  const state = decided(evidence);
  return state === 'ok' && slow ? 'slow' : state;
}

function decided({ response, trace, http, sql }: StageEvidence): StageState {
  const probes = [http, sql].filter((said) => said !== null && said !== 'unknown');
  if (probes.includes('contradicts')) return 'failed';
  if (probes.includes('absent')) return 'missing';
  if (probes.length > 0) return 'ok';
  const others: readonly (Statement | null)[] = [response, trace];
  if (others.includes('contradicts')) return 'failed';
  if (others.includes('confirms')) return 'ok';
  if (others.includes('absent')) return 'missing';
  return 'unverified';
}
