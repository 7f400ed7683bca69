/** What listens on this machine, such as the sandbox, takes another port each time. */
export function isSameTarget(one: string, other: string): boolean {
  const portless = (url: string) =>
    url.replace(/^(https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])):\d+(?=\/|$)/, '$1');
  return portless(one) === portless(other);
}
