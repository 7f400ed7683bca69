/** Ids as a real target gives them: no two webhooks get the same one. */

let given = 0;

/** The response with a `signal_id` of its own; as it is where it has none. The first one of a process keeps its id. */
export function withOwnId(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('signal_id' in body)) return body;
  const { signal_id: id } = body;
  return typeof id === 'string' ? { ...body, signal_id: ownId(id) } : body;
}

export function ownId(id: string): string {
  given += 1;
  return given === 1 ? id : `${id}-${given}`;
}
