/** The commented config file that `prod-e2e init` writes. */

import type { StarterLine } from '../config/keys/key.ts';
import { CONFIG_KEYS } from '../config/keys/table.ts';

/** Column in which the notes begin. */
const NOTE_COLUMN = 24;

/** Lines of keys that the table of keys explains well enough. */
function lines(section: StarterLine['section']): string {
  return CONFIG_KEYS.flatMap(({ starter }) => (starter?.section === section ? [starter] : []))
    .map(({ line, note }) =>
      note === undefined ? `# ${line}` : `# ${line.padEnd(NOTE_COLUMN - 1)} # ${note}`,
    )
    .join('\n');
}

/**
 * YAML that is valid as it is: the keys most users change are set, the others are commented out.
 * @param options.url the webhook endpoint; null leaves the line commented out
 */
export function configTemplate(options: { readonly url: string | null }): string {
  const url = JSON.stringify(options.url ?? 'https://hooks.example.com/webhook');
  return `# Settings of prod-e2e. Flags and environment variables win over this file.
# "prod-e2e config show" prints what is in effect and where each value came from.
# Texts may hold \${env:NAME} or \${env:NAME:-default}: keep secrets out of this file that way.

# The webhook endpoint (also --url, PRODUCTION_URL).
${options.url === null ? '# ' : ''}url: ${url}

# How many webhooks a run sends; scenarios are taken in turn (also --count, TEST_COUNT).
count: 5

# ── sending ──────────────────────────────────────────────────────────────────────────────────
${lines('sending')}
# method: POST
# headers:
#   authorization: "Bearer \${env:WEBHOOK_TOKEN}"
# sender: tradingview     # the manner of: tradingview, github, stripe, slack, shopify, standard-webhooks
# signing: { scheme: standard-webhooks, secret: "\${env:WEBHOOK_SECRET}" } # or svix, stripe, github, slack, shopify, hmac
# tls:
#   ca: certs/ca.pem      # file names are relative to this file
#   cert: certs/client.pem
#   key: certs/client.key

# ── Sentry ───────────────────────────────────────────────────────────────────────────────────
# Without a DSN the trace headers are sent all the same; with one, the client side is reported too.
# sentry:
#   dsn: "\${env:SENTRY_DSN}"
#   org: acme             # for reading traces and links to them; also SENTRY_ORG or .sentryclirc
#   project: e2e
#   url: https://sentry.io
# environment: production-e2e-test

# ── what is sent ─────────────────────────────────────────────────────────────────────────────
# Each test takes another combination of these.
# dimensions:
#   symbol: [SPY, QQQ, IWM]
#   direction: [long, short]
#   timeframe: [1m, 5m, 15m]

# {{…}}: a dimension, testId runId scenario index uuid, timestamp timestampMs timestampSeconds today (also timestamp -5m),
# int 1 100, float 1 2 2, pick a b, bool, hex 16, digits 8, letters 5, newUuid.
# payload:
#   symbol: "{{symbol}}"
#   direction: "{{direction}}"
#   timeframe: "{{timeframe}}"
#   timestamp: "{{timestamp}}"
#   test_id: "{{testId}}"
#   scenario: "{{scenario}}"
#   metadata: { is_test: true, test_session_id: "{{runId}}", test_scenario: "{{scenario}}" }

# A payload that breaks this JSON Schema is not sent (also inline, and per scenario).
# payloadSchema: signal.schema.json

# Payloads that exist already, in place of the scenarios (--from): NDJSON, a JSON list, {"payloads": []}, HAR.
# replay:
#   from: payloads.ndjson
#   scenario: event.type  # the field that names the scenario
#   rules:
#     - { match: { event: { type: order.created } }, scenario: ORDER, expect: { required: [order_id] } }

# Every webhook again, the very same: does the target treat it as one event? Also per scenario.
# repeat: { times: 1, after: 1s, id: signal_id, secondEvent: error }
# expectRepeat: { match: { status: DUPLICATE } }

# Without scenarios of your own, five are built in: ORB_BREAKOUT, TREND_CONTINUATION, VOL_EXPANSION, ORB_FAKEOUT, CHOP.
# scenarios:
#   - { symbol: SPY, direction: long, timeframe: 5m, scenario: CUSTOM_SCENARIO }
#   - name: INVALID_DIRECTION
#     description: A direction that does not exist is refused
#     tags: [negative]    # only sent when asked for with --scenario or --tag
#     payload: { direction: sideways }
#     expect: { status: 400, match: { status: REJECTED } }

# ── what is expected ─────────────────────────────────────────────────────────────────────────
# expect:
#   status: 2xx
#   required: [signal_id]              # absent, null or empty: missing data
#   recommended: [enrichment, variant] # the same, but only a warning
#   degradedDuration: 1s               # slower: a warning
#   maxDuration: 3s                    # slower: an error

# ── traces read back (needs a token: SENTRY_AUTH_TOKEN) ─────────────────────────────────────
# trace:
#   timeout: 90s          # for all traces together
#   require: false        # true: a trace that cannot be verified fails the run (exit 4)
#   checks: { errors: warn, slow: warn, missing: warn, external-calls: warn, database: warn, routing: warn }
#   expect:               # prod-e2e trace learn proposes these from good runs
#     - { span: data-enrichment, required: true, maxDuration: 500ms }
#   follow:               # background work in a trace of its own, joined by an attribute
#     - { query: "span.name:process signalId:{{response.signal_id}}", within: 60s }
# The steps of your pipeline and what proves each; five are built in.
# stages:
#   - { name: webhook-ingestion, span: webhook-ingestion, response: signal_id }
#   - name: database-save
#     span: { op: db* }
#     http: { url: "{{origin}}/api/signals/{{response.signal_id}}", required: [signal_id], within: 30s } # asks your API
#     sql: { url: "\${env:DATABASE_URL}", query: "SELECT 1 FROM signals WHERE signal_id = $1", params: ["{{response.signal_id}}"] }

# Removes what a webhook left behind, once all are judged.
# cleanup: { url: "{{origin}}/api/signals/{{response.signal_id}}" } # DELETE unless method says otherwise

# ── report ───────────────────────────────────────────────────────────────────────────────────
${lines('report')}

# ── alerts ───────────────────────────────────────────────────────────────────────────────────
# Who is told when a scenario breaks and when it works again: slack, pagerduty, sentry-issue, webhook.
# notify:
#   - { type: slack, url: "\${env:SLACK_WEBHOOK_URL}" }
#   - { type: pagerduty, routingKey: "\${env:PAGERDUTY_ROUTING_KEY}", severity: critical }
# A Sentry cron monitor that every run checks in with, by the DSN (also --monitor).
# monitor: { slug: prod-e2e, schedule: "*/15 * * * *", checkinMargin: 5m, maxRuntime: 10m }

# ── safety ───────────────────────────────────────────────────────────────────────────────────
# More than 25 webhooks, more than 10 a second or at a time, or quiet hours: asks first, or needs --yes.
# allowHosts: [hooks.example.com]   # also *.example.com, and with a port
# quietHours:             # when nothing is sent unasked; a list for several
#   { from: "09:30", to: "16:00", timezone: America/New_York, days: [mon, tue, wed, thu, fri] }

# Overlays, chosen with --profile.
# profiles:
#   staging:
#     url: https://staging.example.com/webhook
`;
}
