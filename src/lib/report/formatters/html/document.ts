/** The frame of each page: one offline file whose policy allows its own script and nothing from elsewhere. */
import { createHash } from 'node:crypto';
import { type Html, html, trusted } from './text.ts';

interface DocumentParts {
  readonly title: string;
  readonly style: string;
  readonly script: string;
  /** Where the keyboard skips to: `tests`, and how that is called. */
  readonly skip: { readonly id: string; readonly name: string };
}

export function documentHead({ title, style, script, skip }: DocumentParts): Html {
  const hash = createHash('sha256').update(script).digest('base64');
  // Plots and dates have style attributes as well, which a hash in the policy does not cover.
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#${skip.id}">To the ${skip.name}</a>
`;
}

export function documentEnd(script: string): Html {
  return html`<script>${trusted(script)}</script>
</body>
</html>
`;
}
