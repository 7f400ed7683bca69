/** An accepted response status: an exact code, or a class such as `2xx`. */
export type StatusPattern = number | '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

export function statusFits(status: number, patterns: readonly StatusPattern[]): boolean {
  return patterns.some((pattern) =>
    typeof pattern === 'number' ? status === pattern : Math.floor(status / 100) === Number(pattern[0]),
  );
}
