/** Ids as a real target gives them: no two webhooks get the same one. */

let given = 0;

/** The answer with a `signal_id` of its own; as it is where it has none. The first one of a process keeps its id. */
export function withOwnId(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('signal_id' in answer)) return answer;
  const { signal_id: id } = answer;
  return typeof id === 'string' ? { ...answer, signal_id: ownId(id) } : answer;
}

export function ownId(id: string): string {
  given += 1;
  return given === 1 ? id : `${id}-${given}`;
}
