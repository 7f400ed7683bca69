/** Which runs went to the same target. */

/** What listens on this machine, such as the sandbox, takes another port each time: it is the same without it. */
export function targetKey(url: string): string {
  return url.replace(/^(https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])):\d+(?=\/|$)/, '$1');
}

export function isSameTarget(one: string, other: string): boolean {
  return targetKey(one) === targetKey(other);
}
