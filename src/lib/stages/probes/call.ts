/** Fills the template of a call with what is known of a test. */

import { type Filled, fillHeader, fillJson, fillUrl } from '../../json/placeholders.ts';
import { writeJson } from '../../json/text.ts';
import type { JsonObject } from '../../model/json.ts';
import type { CallTemplate } from '../../model/probe.ts';
import type { WebhookRequest } from '../../model/result.ts';

/** The call of a test, or why it cannot be made. */
export function fillCall(
  call: CallTemplate,
  { values, userAgent }: { readonly values: JsonObject; readonly userAgent: string },
): Filled<WebhookRequest> {
  const url = fillUrl(call.url, values);
  if (!url.ok) return url;
  const headers: Record<string, string> = {
    'user-agent': userAgent,
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate, br',
  };
  if (call.body !== null && typeof call.body !== 'string') headers['content-type'] = 'application/json';
  for (const [name, template] of Object.entries(call.headers)) {
    const header = fillHeader(template, values);
    if (!header.ok) return header;
    headers[name] = header.value;
  }
  const body = fillJson(call.body, values);
  if (!body.ok) return body;
  const text = typeof body.value === 'string' ? body.value : writeJson(body.value);
  return {
    ok: true,
    value: { method: call.method, url: url.value, headers, body: body.value === null ? '' : text },
  };
}
