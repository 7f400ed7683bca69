/** What a program may give as a configuration. Written by scripts/library-types.mjs from the schema: do not edit. */
import type { Json } from '../model/json.ts';
import type { PayloadFunction } from '../model/scenario.ts';

export interface SigningConfig {
  /** Signature scheme; the default is that of the sender. */
  scheme?: 'standard-webhooks' | 'svix' | 'stripe' | 'github' | 'slack' | 'shopify' | 'hmac';
  /** The signing secret; preferably as ${env:WEBHOOK_SECRET}. */
  secret?: string;
  /**
   * Several secrets, for rotation: standard-webhooks, svix and stripe sign with each, the others with the first.
   *
   * @minItems 1
   * @maxItems 10
   */
  secrets?: string[];
  /** hmac: the header of the signature. */
  header?: string;
  /** hmac: the hash. */
  algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  /** hmac: encoding of the signature. */
  encoding?: 'hex' | 'base64' | 'base64url';
  /** hmac: text before the signature; may contain {timestamp} and {id}. */
  prefix?: string;
  /** hmac: the signed content, made of {body}, {timestamp} (seconds) and {id}. */
  content?: string;
  /** hmac: the header of the timestamp, in seconds. */
  timestampHeader?: string;
  /** hmac: the header of the webhook's id. */
  idHeader?: string;
}

export interface ExpectConfig {
  /** Expected status: a number, a class such as 2xx, or a list of them. */
  status?:
    (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx')) | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
  /** Dotted paths; a value that is absent, null or empty is missing data. */
  required?: string | string[];
  /** Dotted paths; a value that is absent, null or empty is a warning and missing data. */
  recommended?: string | string[];
  /** What the response must contain: objects as a subset, lists completely, scalars exactly. */
  match?: {
    [k: string]: Json;
  };
  /** A JSON Schema for the response's body. Its patterns run in linear time (RE2): no look-around, no back-references. */
  schema?:
    | {
        [k: string]: Json;
      }
    | boolean;
  /** Header name and its exact value, or a /regular expression/ (RE2: no look-around, no back-references). */
  headers?: {
    [k: string]: string;
  };
  /** Media type of the response, without parameters. */
  contentType?: string;
  /** A slower response is a warning. */
  degradedDuration?: string;
  /** A slower response is an error. */
  maxDuration?: string;
  /** Dotted path and the values (case-insensitive) that mean "refused" even if the status is as expected. */
  refuse?: {
    [k: string]: string | number | boolean | (string | number | boolean)[];
  };
  /** Dotted path and the values (case-insensitive) that cause a warning, such as a duplicate. */
  suspect?: {
    [k: string]: string | number | boolean | (string | number | boolean)[];
  };
}

export type ScenarioConfig =
  | {
      /** Unique name, used with --scenario. */
      name: string;
      /** One-line description. */
      description?: string;
      /** For --tag. A scenario tagged "negative" is sent only if it is selected. */
      tags?: string | string[];
      /** Merged over the config's payload. */
      payload?:
        | {
            [k: string]: Json;
          }
        | PayloadFunction;
      /** In place of the config's payloadSchema. */
      payloadSchema?:
        | {
            [k: string]: Json;
          }
        | boolean
        | string;
      /** Additional request headers of this scenario. */
      headers?: {
        [k: string]: string;
      };
      /** Request method of this scenario. */
      method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET';
      /** Appended to the target's URL. */
      path?: string;
      /** In place of the config's sender. */
      sender?: 'tradingview' | 'github' | 'stripe' | 'slack' | 'shopify' | 'standard-webhooks';
      /** In place of the config's signing. */
      signing?: SigningConfig;
      /** Sign incorrectly on purpose; the endpoint must refuse it. By default, such a scenario is tagged "negative" and expects 400, 401 or 403. */
      sign?: 'valid' | 'wrong-secret' | 'stale' | 'none';
      /** Merged over the config's expect, key by key. */
      expect?: ExpectConfig;
      /** In place of the config's repeat. */
      repeat?:
        | number
        | {
            /** How often it is resent. */
            times?: number;
            /** Wait after the previous response. */
            after?: string;
            /** Response field that identifies the event. */
            id?: string;
            /** Severity if the target creates a second event. */
            secondEvent?: 'error' | 'warn' | 'off';
          };
      /** Merged over the config's expectRepeat, key by key. */
      expectRepeat?: ExpectConfig;
      /** How often it is sent per cycle. */
      weight?: number;
      cleanup?: CleanupConfig;
    }
  | {
      /** The scenario's name; the other keys are dimensions. */
      scenario: string;
      [k: string]: string | number | boolean;
    };

/** Calls that remove what a webhook created at the target, made after it is judged. */
export type CleanupConfig =
  | {
      /** {{origin}} is the origin of the target; placeholders such as {{response.signal_id}} are allowed after the host. */
      url: string;
      /** Request method. */
      method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | 'HEAD';
      /** Request headers; those of the webhook are not sent. */
      headers?: {
        [k: string]: string;
      };
      /** Sent as JSON; a string is sent as is. */
      body?:
        | {
            [k: string]: Json;
          }
        | Json[]
        | string;
      /** Statuses that mean that the data is gone. */
      status?:
        | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))
        | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
    }
  | {
      /** {{origin}} is the origin of the target; placeholders such as {{response.signal_id}} are allowed after the host. */
      url: string;
      /** Request method. */
      method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | 'HEAD';
      /** Request headers; those of the webhook are not sent. */
      headers?: {
        [k: string]: string;
      };
      /** Sent as JSON; a string is sent as is. */
      body?:
        | {
            [k: string]: Json;
          }
        | Json[]
        | string;
      /** Statuses that mean that the data is gone. */
      status?:
        | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))
        | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
    }[];

export interface Config {
  /** The webhook endpoint to test. */
  url?: string;
  /** Add a request header. */
  headers?: {
    [k: string]: string;
  };
  /** Certificates for the target. */
  tls?: {
    /** Trust the certificate authorities in this PEM file. */
    ca?: string;
    /** Use this client certificate (PEM). */
    cert?: string;
    /** Use this private key for the client certificate (PEM). */
    key?: string;
    /** Accept any TLS certificate of the target. */
    insecure?: boolean;
  };
  /** Request method. */
  method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET';
  /** Imitate a provider (its headers, signature and timeout): tradingview, github, stripe, slack, shopify or standard-webhooks. */
  sender?: 'tradingview' | 'github' | 'stripe' | 'slack' | 'shopify' | 'standard-webhooks';
  /** How webhooks are signed. */
  signing?: SigningConfig;
  /** Number of webhooks to send; scenarios take turns. */
  count?: number;
  /** Send only this scenario. */
  scenario?: string | string[];
  /** Send only scenarios with this tag. */
  tag?: string | string[];
  /** Skip this scenario. */
  exclude?: string | string[];
  /** Pin a payload dimension, such as symbol=SPY. */
  set?: {
    [k: string]: string | number | boolean;
  };
  /** Make the plan reproducible; without it, a random seed is chosen and printed. */
  seed?: string | number;
  /** Send only this part of the plan; detected from CI variables, `off` disables sharding. */
  shard?: string;
  /** Maximum webhooks in flight; more than 10 to another host need --yes. */
  concurrency?: number;
  /** Start N webhooks per second, regardless of how slow the responses are. */
  rate?: number;
  /** Time limit for a complete response. */
  timeout?: string;
  /** Time limit for a connection. */
  connectTimeout?: string;
  /** Maximum retries of a webhook without a complete response, or with HTTP 408, 429 or 5xx. */
  retries?: number;
  /** Where traces are sent and read. */
  sentry?: {
    /** Send prod-e2e's own spans to this Sentry project. */
    dsn?: string;
    /** Organization slug, for links to traces. */
    org?: string;
    /** Project slug. */
    project?: string;
    /** Base URL of Sentry. */
    url?: string;
    /** Auth token for reading traces; preferably as ${env:SENTRY_AUTH_TOKEN}. */
    token?: string;
    /** Use static for self-hosted Sentry older than 26.4.2. */
    traceLifecycle?: 'stream' | 'static';
    /** The organization's number, if it is not in the DSN. */
    orgId?: string | number;
    /** Time limit for Sentry to accept the last traces. */
    flushTimeout?: string;
  };
  /** The Sentry environment of the traces. */
  environment?: string;
  /** How traces are read, checked and linked. */
  trace?: {
    /** URL of a trace in another tracing system, with {{traceId}}. */
    urlTemplate?: string;
    /** Read traces back and judge them. [default: on if a Sentry token and organization are set] */
    verify?: boolean;
    /** Fail the run if a trace cannot be verified (exit 4). */
    require?: boolean;
    /** Time limit for reading all traces. */
    timeout?: string;
    /** Time between two reads of a trace. */
    interval?: string;
    /** Time without new spans after which a trace without optional spans counts as complete. */
    settle?: string;
    /** Maximum traces to read; broken tests and tests with warnings first. */
    limit?: number;
    /** Severity of each check: error breaks the test, warn warns, off ignores. */
    checks?: {
      /** Spans that failed, and errors of the services. */
      errors?: 'error' | 'warn' | 'off';
      /** Spans over their maxDuration, or over three times their usual duration and at least 100 ms more. */
      slow?: 'error' | 'warn' | 'off';
      /** Expected spans that are missing. */
      missing?: 'error' | 'warn' | 'off';
      /** The same for calls of other services. */
      'external-calls'?: 'error' | 'warn' | 'off';
      /** The same for database operations. */
      database?: 'error' | 'warn' | 'off';
      /** The same for routing decisions. */
      routing?: 'error' | 'warn' | 'off';
    };
    /** Spans that every trace is expected to have. */
    expect?: (
      | string
      | {
          /** Name in findings; the default is the span name. */
          label?: string;
          /** The expected span. */
          span:
            | (string | string[])
            | {
                /** Its name. */
                name?: string | string[];
                /** Its operation, such as db.query. */
                op?: string | string[];
                /** The project it was sent to. */
                service?: string | string[];
                /** Its attributes with the accepted values; * is a wildcard. */
                attributes?: {
                  [k: string]: string | number | boolean | (string | number | boolean)[];
                };
              };
          /** Which check it belongs to. */
          check?: 'missing' | 'external-calls' | 'database' | 'routing';
          /** A missing span breaks the test. */
          required?: boolean;
          /** Minimum number of occurrences. */
          minCount?: number;
          /** Maximum number of occurrences; unlimited by default. */
          maxCount?: number;
          /** Maximum duration. */
          maxDuration?: string;
          /** The span that must contain it, at any depth. */
          inside?: string;
          /** The span that must start before it. */
          after?: string;
        }
    )[];
    /**
     * Searches for background work in separate traces.
     *
     * @maxItems 5
     */
    follow?: {
      /** Search for its spans; placeholders such as {{response.signal_id}} are filled in. */
      query: string;
      /** How long to search for it. */
      within?: string;
      /** A trace that is not found means that the work was not done; set this only if the service keeps every trace. */
      always?: boolean;
    }[];
  };
  /** The steps of your pipeline; replaces the built-in ones. */
  stages?: {
    /** Name in reports. */
    name: string;
    /** The span that shows the stage happened. */
    span?:
      | (string | string[])
      | {
          /** Its name. */
          name?: string | string[];
          /** Its operation, such as db.query. */
          op?: string | string[];
          /** The project it was sent to. */
          service?: string | string[];
          /** Its attributes with the accepted values; * is a wildcard. */
          attributes?: {
            [k: string]: string | number | boolean | (string | number | boolean)[];
          };
        };
    /** own: its span is in the test's own trace, even though trace.follow is set. */
    trace?: 'own';
    /** The stages before it; the default is the one above. */
    after?: string | string[];
    /** Other spans that belong to it. */
    parts?: string[];
    /** A field of the response that confirms it. */
    response?: string;
    /** A call of an HTTP API that confirms it, repeated until it does. */
    http?: {
      /** {{origin}} is the origin of the target; placeholders such as {{response.signal_id}} are allowed after the host. */
      url: string;
      /** Request method. */
      method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | 'HEAD';
      /** Request headers; those of the webhook are not sent. */
      headers?: {
        [k: string]: string;
      };
      /** Sent as JSON; a string is sent as is. */
      body?:
        | {
            [k: string]: Json;
          }
        | Json[]
        | string;
      /** Expected status. */
      status?:
        | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))
        | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
      /** Dotted paths; absent, null or empty is missing. */
      required?: string | string[];
      /** What the response must contain. */
      match?: {
        [k: string]: Json;
      };
      /** Final values that mean that the stage failed; they end the polling. */
      stop?: {
        [k: string]: string | number | boolean | (string | number | boolean)[];
      };
      /** A JSON Schema for the response. */
      schema?:
        | {
            [k: string]: Json;
          }
        | boolean;
      /** Time limit, counted from the response to the webhook. */
      within?: string;
    };
    /** A PostgreSQL query that confirms it, repeated until it does. */
    sql?: {
      /** PostgreSQL URL; a read-only user is enough. */
      url: string;
      /** One SELECT; runs read-only. */
      query: string;
      /**
       * Values of $1, $2; may contain placeholders.
       *
       * @maxItems 50
       */
      params?: (string | number | boolean | null)[];
      /** Expected number of rows; at least one by default. */
      rows?:
        | number
        | {
            /** Minimum. */
            min?: number;
            /** Maximum. */
            max?: number;
          };
      /** What the first row must contain. */
      match?: {
        [k: string]: Json;
      };
      /** Final values that mean that the stage failed; they end the polling. */
      stop?: {
        [k: string]: string | number | boolean | (string | number | boolean)[];
      };
      /** Time limit, counted from the response to the webhook. */
      within?: string;
    };
    /** Maximum duration of its span. */
    maxDuration?: string;
    /** A test whose webhook does not reach it is broken. */
    required?: boolean;
  }[];
  /** Report in this format, to stdout or to a file. */
  reporter?: string | string[];
  /** Fail the run unless this is true, such as 'p95<800ms'. */
  threshold?: string | string[];
  /** Fail the run on failed, missing, warning, flaky, never. */
  failOn?:
    | ('failed' | 'missing' | 'warning' | 'flaky' | 'never')
    | ('failed' | 'missing' | 'warning' | 'flaky' | 'never')[];
  /** Compare with a saved run, last-green or a JSON report; a regression fails the run (exit 5). */
  baseline?: string;
  /** Treat a test with missing required data as broken. */
  strict?: boolean;
  /** Fail the run if a required stage could not be checked (exit 4). */
  requireStages?: boolean;
  /** Stop sending after N broken tests. */
  maxFailures?: number;
  /** Stop sending when the target cannot be reached three times in a row. */
  bail?: boolean;
  /** Maximum size of a response that is read. */
  maxBody?: number | string;
  /** Number of runs to save; older ones are removed at the end of a run. */
  keep?: number;
  /** Folder of saved runs. */
  dataDir?: string;
  /** Paths in payloads and responses to mask in reports, such as items[].email. */
  redact?: string | string[];
  /** The only hosts webhooks may be sent to. */
  allowHosts?: string | string[];
  /** When sending to other hosts needs confirmation, such as peak trading hours. */
  quietHours?:
    | {
        /** Start: a time of day. */
        from: string;
        /** End: a time of day; if it is earlier than "from", it is on the next day. */
        to: string;
        /** IANA time zone of both times, UTC, or local (the time zone of the machine). */
        timezone: string;
        /** Days on which they start; every day by default. */
        days?:
          | ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')
          | ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
      }
    | {
        /** Start: a time of day. */
        from: string;
        /** End: a time of day; if it is earlier than "from", it is on the next day. */
        to: string;
        /** IANA time zone of both times, UTC, or local (the time zone of the machine). */
        timezone: string;
        /** Days on which they start; every day by default. */
        days?:
          | ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')
          | ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
      }[];
  /** The Sentry cron monitor that runs check in with, through the DSN. */
  monitor?: {
    /** Check in with this Sentry cron monitor at the start and the end, through the DSN. */
    slug?: string;
    /** When a run is expected; with it, Sentry creates or updates the monitor. */
    schedule?: string;
    /** Time zone of a crontab schedule. */
    timezone?: string;
    /** How late a run may start, in full minutes. */
    checkinMargin?: string;
    /** How long a run may take, in whole minutes. */
    maxRuntime?: string;
  };
  /**
   * Services that get one message when an outage begins and one when it ends.
   *
   * @maxItems 20
   */
  notify?: {
    /** Where alerts are sent. */
    type: 'sentry-issue' | 'slack' | 'pagerduty' | 'webhook';
    /** Name in reports and in the alert state; the default is the type. */
    name?: string;
    /** slack: the incoming webhook, preferably as ${env:SLACK_WEBHOOK_URL}. webhook: the endpoint. pagerduty: a region other than https://events.pagerduty.com/v2/enqueue. */
    url?: string;
    /** pagerduty: the integration key, preferably as ${env:PAGERDUTY_ROUTING_KEY}. */
    routingKey?: string;
    /** pagerduty: severity of the event. */
    severity?: 'critical' | 'error' | 'warning' | 'info';
    /** webhook: secret of the Standard Webhooks signature, whsec_ and base64. */
    secret?: string;
    /** Consecutive failing runs before an outage is reported. */
    after?: number;
    /** Consecutive working runs before its end is reported. */
    recoverAfter?: number;
    /** When to repeat the message about an ongoing outage; by default, it is sent once. */
    repeatAfter?: string;
  }[];
  /** What varies between tests: a name and the values it can have. */
  dimensions?: {
    /** @minItems 1 */
    [k: string]: (string | number | boolean)[];
  };
  /** Payload template of all scenarios. */
  payload?:
    | {
        [k: string]: Json;
      }
    | PayloadFunction;
  /** A JSON Schema, or a file with one; a payload that violates it is not sent. */
  payloadSchema?:
    | {
        [k: string]: Json;
      }
    | boolean
    | string;
  /** What a response must look like. */
  expect?: ExpectConfig;
  /** Resend every webhook unchanged, to check how the target treats duplicates. */
  repeat?:
    | number
    | {
        /** How often it is resent. */
        times?: number;
        /** Wait after the previous response. */
        after?: string;
        /** Response field that identifies the event. */
        id?: string;
        /** Severity if the target creates a second event. */
        secondEvent?: 'error' | 'warn' | 'off';
      };
  /** What the response to a resent webhook must look like. */
  expectRepeat?: ExpectConfig;
  /** Payloads to send instead of the scenarios. */
  replay?: {
    /** Send the payloads in FILE (all of them unless --count is given): NDJSON, a JSON list, {"payloads": []} or HAR; - is stdin. */
    from?: string;
    /** Mark replayed payloads as tests (metadata.is_test); --no-mark sends them byte for byte. */
    mark?: boolean;
    /** Path of the payload field that names its scenario, if no rule matches. */
    scenario?: string;
    /** Rules that assign a scenario to a payload; the first match wins. */
    rules?: {
      /** What the payload must contain: objects as a subset, lists completely, scalars exactly. */
      match: {
        [k: string]: Json;
      };
      /** A scenario of the config, whose headers, path, signing and expectations apply, or a new name with expect. */
      scenario: string;
      /** Merged over the scenario's expect, key by key. */
      expect?: ExpectConfig;
    }[];
    /** Headers of a HAR entry to send, such as x-github-event; never a secret one. */
    harHeaders?: string | string[];
  };
  /** Replaces the built-in scenarios. */
  scenarios?: ScenarioConfig[];
  /** Calls that remove what a webhook left at the target, made after it is judged. */
  cleanup?: CleanupConfig;
}
