/** What a program may give as a configuration. Written by scripts/library-types.mjs from the schema: do not edit. */
import type { Json } from '../model/json.ts';
import type { PayloadFunction } from '../model/scenario.ts';

export interface SigningConfig {
  /** The signature scheme; the sender's own where it has one. */
  scheme?: 'standard-webhooks' | 'svix' | 'stripe' | 'github' | 'slack' | 'shopify' | 'hmac';
  /** The signing secret; best as ${env:WEBHOOK_SECRET}. */
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
  /** hmac: how the signature is written. */
  encoding?: 'hex' | 'base64' | 'base64url';
  /** hmac: stands before the signature; may hold {timestamp} and {id}. */
  prefix?: string;
  /** hmac: what is signed, of {body}, {timestamp} (seconds) and {id}. */
  content?: string;
  /** hmac: the header of the time, in seconds. */
  timestampHeader?: string;
  /** hmac: the header of the webhook's id. */
  idHeader?: string;
}

export interface ExpectConfig {
  /** The right status: a number, a class such as 2xx, or a list of them. */
  status?:
    (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx')) | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
  /** Dotted paths; absent, null or empty is missing data. */
  required?: string | string[];
  /** Dotted paths; absent, null or empty is a warning and missing data. */
  recommended?: string | string[];
  /** The response must contain this: objects as a subset, lists in full length, scalars equal. */
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
  /** Dotted path and the values (any case) that mean "refused" although the status is right. */
  refuse?: {
    [k: string]: string | number | boolean | (string | number | boolean)[];
  };
  /** Dotted path and the values (any case) that deserve a warning, such as a duplicate. */
  suspect?: {
    [k: string]: string | number | boolean | (string | number | boolean)[];
  };
}

export type ScenarioConfig =
  | {
      /** Unique; what --scenario takes. */
      name: string;
      /** One line for people. */
      description?: string;
      /** For --tag. A scenario tagged "negative" is only sent when asked for. */
      tags?: string | string[];
      /** Laid over the config's payload. */
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
      /** Further request headers of this scenario. */
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
      /** Sign wrongly on purpose; the endpoint has to refuse it. Tagged "negative", and 400, 401 or 403 expected, unless said otherwise. */
      sign?: 'valid' | 'wrong-secret' | 'stale' | 'none';
      /** Laid over the config's expect, key by key. */
      expect?: ExpectConfig;
      /** In place of the config's repeat. */
      repeat?:
        | number
        | {
            /** How often it is sent again. */
            times?: number;
            /** How long after the previous response. */
            after?: string;
            /** Field of the responses that is the same for one event and differs between events. */
            id?: string;
            /** What it is when the target made a second event of it. */
            secondEvent?: 'error' | 'warn' | 'off';
          };
      /** Laid over the config's expectRepeat, key by key. */
      expectRepeat?: ExpectConfig;
      /** How often it comes up in one turn. */
      weight?: number;
      cleanup?: CleanupConfig;
    }
  | {
      /** The scenario's name; the other keys are dimensions. */
      scenario: string;
      [k: string]: string | number | boolean;
    };

/** Calls that remove what a webhook left at the target, made once it is judged. */
export type CleanupConfig =
  | {
      /** {{origin}} is that of the target; {{response.signal_id}} and the like come after the host. */
      url: string;
      /** Request method. */
      method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | 'HEAD';
      /** Nothing of the webhook goes along: give what it needs. */
      headers?: {
        [k: string]: string;
      };
      /** Sent as JSON; a text as it is. */
      body?:
        | {
            [k: string]: Json;
          }
        | Json[]
        | string;
      /** Statuses that mean that nothing is left. */
      status?:
        | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))
        | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
    }
  | {
      /** {{origin}} is that of the target; {{response.signal_id}} and the like come after the host. */
      url: string;
      /** Request method. */
      method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | 'HEAD';
      /** Nothing of the webhook goes along: give what it needs. */
      headers?: {
        [k: string]: string;
      };
      /** Sent as JSON; a text as it is. */
      body?:
        | {
            [k: string]: Json;
          }
        | Json[]
        | string;
      /** Statuses that mean that nothing is left. */
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
    /** Auth token for reading traces; best as ${env:SENTRY_AUTH_TOKEN}. */
    token?: string;
    /** static serves self-hosted Sentry older than 26.4.2. */
    traceLifecycle?: 'stream' | 'static';
    /** The organization's number, if it is not in the DSN. */
    orgId?: string | number;
    /** Time limit for Sentry to accept the last traces. */
    flushTimeout?: string;
  };
  /** The Sentry environment of the traces. */
  environment?: string;
  /** Reading traces back, judging them, and links to them. */
  trace?: {
    /** Link to a trace in another tracing system, with {{traceId}} in it. */
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
      /** Expected spans that were not seen. */
      missing?: 'error' | 'warn' | 'off';
      /** The same, of calls of other services. */
      'external-calls'?: 'error' | 'warn' | 'off';
      /** The same, of database operations. */
      database?: 'error' | 'warn' | 'off';
      /** The same, of routing decisions. */
      routing?: 'error' | 'warn' | 'off';
    };
    /** Spans that every trace is expected to have. */
    expect?: (
      | string
      | {
          /** How findings call it; the name of the span otherwise. */
          label?: string;
          /** The span that is expected. */
          span:
            | (string | string[])
            | {
                /** Its name. */
                name?: string | string[];
                /** Its operation, such as db.query. */
                op?: string | string[];
                /** The project it was sent to. */
                service?: string | string[];
                /** Its attributes, each with the values that fit; * is a wildcard. */
                attributes?: {
                  [k: string]: string | number | boolean | (string | number | boolean)[];
                };
              };
          /** Which check it belongs to. */
          check?: 'missing' | 'external-calls' | 'database' | 'routing';
          /** A missing span breaks the test. */
          required?: boolean;
          /** How often it must occur. */
          minCount?: number;
          /** How often it may be there; any number without. */
          maxCount?: number;
          /** How long it may take. */
          maxDuration?: string;
          /** The span it has to be somewhere below. */
          inside?: string;
          /** The span that has to have begun before it. */
          after?: string;
        }
    )[];
    /**
     * Searches for background work in separate traces.
     *
     * @maxItems 5
     */
    follow?: {
      /** The search for its spans; {{response.signal_id}} and the like are filled in. */
      query: string;
      /** How long to search for it. */
      within?: string;
      /** A trace that is not found means that the work was not done: only where the service keeps every trace. */
      always?: boolean;
    }[];
  };
  /** The steps of your pipeline; replaces the built-in ones. */
  stages?: {
    /** What reports call it. */
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
          /** Its attributes, each with the values that fit; * is a wildcard. */
          attributes?: {
            [k: string]: string | number | boolean | (string | number | boolean)[];
          };
        };
    /** own: its span is in the test's own trace, although trace.follow is set. */
    trace?: 'own';
    /** The stages that come before it; the one above it unless said otherwise. */
    after?: string | string[];
    /** Further spans that belong to it. */
    parts?: string[];
    /** A field of the response that confirms it. */
    response?: string;
    /** A call of an HTTP API that proves it, made until it holds. */
    http?: {
      /** {{origin}} is that of the target; {{response.signal_id}} and the like come after the host. */
      url: string;
      /** Request method. */
      method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | 'HEAD';
      /** Nothing of the webhook goes along: give what it needs. */
      headers?: {
        [k: string]: string;
      };
      /** Sent as JSON; a text as it is. */
      body?:
        | {
            [k: string]: Json;
          }
        | Json[]
        | string;
      /** The right status. */
      status?:
        | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))
        | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
      /** Dotted paths; absent, null or empty is missing. */
      required?: string | string[];
      /** The response has to contain this. */
      match?: {
        [k: string]: Json;
      };
      /** Final values that say that the stage failed; they end the polling. */
      stop?: {
        [k: string]: string | number | boolean | (string | number | boolean)[];
      };
      /** A JSON Schema for the response. */
      schema?:
        | {
            [k: string]: Json;
          }
        | boolean;
      /** How long it may take, counted from the test's own response. */
      within?: string;
    };
    /** A query of PostgreSQL that proves it, made until it holds. */
    sql?: {
      /** PostgreSQL; a user that may read is enough. */
      url: string;
      /** One SELECT; runs read-only. */
      query: string;
      /**
       * Bound as $1, $2; may hold placeholders.
       *
       * @maxItems 50
       */
      params?: (string | number | boolean | null)[];
      /** How many rows are right; at least one unless said otherwise. */
      rows?:
        | number
        | {
            /** At least so many. */
            min?: number;
            /** At most so many. */
            max?: number;
          };
      /** The first row has to contain this. */
      match?: {
        [k: string]: Json;
      };
      /** Final values that say that the stage failed; they end the polling. */
      stop?: {
        [k: string]: string | number | boolean | (string | number | boolean)[];
      };
      /** How long it may take, counted from the test's own response. */
      within?: string;
    };
    /** How long its span may take. */
    maxDuration?: string;
    /** A test whose webhook did not come so far is broken. */
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
        /** Time of day at which they begin. */
        from: string;
        /** Time of day at which they end; one that is earlier than "from" is of the next day. */
        to: string;
        /** IANA name of the time zone of both, UTC, or local for that of the machine. */
        timezone: string;
        /** Days on which they begin; every day without. */
        days?:
          | ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')
          | ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
      }
    | {
        /** Time of day at which they begin. */
        from: string;
        /** Time of day at which they end; one that is earlier than "from" is of the next day. */
        to: string;
        /** IANA name of the time zone of both, UTC, or local for that of the machine. */
        timezone: string;
        /** Days on which they begin; every day without. */
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
    /** Time zone of a crontab line. */
    timezone?: string;
    /** How late a run may begin, in whole minutes. */
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
    /** Its name in reports, under which its messages are remembered; its type without. */
    name?: string;
    /** slack: the incoming webhook, best as ${env:SLACK_WEBHOOK_URL}. webhook: the endpoint. pagerduty: another region than https://events.pagerduty.com/v2/enqueue. */
    url?: string;
    /** pagerduty: the integration key, best as ${env:PAGERDUTY_ROUTING_KEY}. */
    routingKey?: string;
    /** pagerduty: how urgent it is. */
    severity?: 'critical' | 'error' | 'warning' | 'info';
    /** webhook: signs it as Standard Webhooks says; whsec_ and base64. */
    secret?: string;
    /** Consecutive failing runs before an outage is reported. */
    after?: number;
    /** Consecutive working runs before its end is reported. */
    recoverAfter?: number;
    /** An outage that goes on is reported again after so long; without, once. */
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
        /** How often it is sent again. */
        times?: number;
        /** How long after the previous response. */
        after?: string;
        /** Field of the responses that is the same for one event and differs between events. */
        id?: string;
        /** What it is when the target made a second event of it. */
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
      /** The payload has to contain this: objects as a subset, lists in full length, scalars equal. */
      match: {
        [k: string]: Json;
      };
      /** A scenario of the config, whose headers, path, signing and expectations hold; or a name with expect. */
      scenario: string;
      /** Laid over the scenario's expect, key by key. */
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
