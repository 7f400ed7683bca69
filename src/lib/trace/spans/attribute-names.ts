/** How Sentry spells the attributes of a span: an attribute it does not know is a text, unless it is asked for as `tags[name,number]`. */

const TAG = /^tags\[(.+?)(?:,\s*(?:string|number|boolean))?\]$/;

/** `http.response.status_code` of `tags[http.response.status_code,number]`; any other name as it is. */
export function plainAttribute(name: string): string {
  return TAG.exec(name)?.[1] ?? name;
}

/** The name, and the form under which Sentry gives a number that it was sent. */
export function textAndNumber(name: string): readonly string[] {
  return plainAttribute(name) === name ? [name, `tags[${name},number]`] : [name];
}
