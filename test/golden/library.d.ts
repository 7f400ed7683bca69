/** One attempt to send a webhook. */
declare interface Attempt {
    /** Start of the attempt: ISO 8601, UTC. */
    readonly startedAt: string;
    /** Duration of the attempt, in milliseconds. */
    readonly durationMs: number;
    /** HTTP status; null without a response. */
    readonly status: number | null;
    readonly failure: Failure | null;
    /** At least a part of the request was written, so the target may have received it. */
    readonly mayHaveArrived: boolean;
}

/** Since when a scenario has been broken, according to saved runs with the same target, profile, environment and shard. */
declare interface BrokenSince {
    readonly scenario: string;
    /** Time at which the first broken test of the first of these runs was sent: ISO 8601, UTC. */
    readonly since: string;
    /** The first of these runs; null in a report of an earlier version. */
    readonly sinceRun: string | null;
    /** Consecutive runs with a broken test of it, including this one. */
    readonly runs: number;
    /** The last run before these in which it was tested and worked; null if none is known. */
    readonly lastWorked: {
        readonly runId: string;
        readonly at: string;
    } | null;
    /** Of its first broken test in this run. */
    readonly cause?: string;
    /** Trace of its first broken test in this run. */
    readonly traceId?: string;
    /** What its broken traces show that its last working ones do not: `fetch-gex-data now fails`. Not there if nothing does. */
    readonly changed?: string;
}

/** Why a test is broken or has a warning. */
declare interface Cause {
    /** The stage where it happened; null without one. */
    readonly stage: string | null;
    /** The evidence it comes from; connection: there was no response. */
    readonly source: 'response' | 'trace' | 'http' | 'sql' | 'connection';
    /** What happened: `status "rejected" (expected "approved")`, `the provider answered 503`; null if the failed span has no message. */
    readonly message: string | null;
    /** If a probe decided: the message of the failed span; null if it has none. */
    readonly because?: string | null;
    /** Names of the spans from the stage's own to the failed one: `data-enrichment`, `fetch-gex-data`. */
    readonly span?: readonly string[];
    /** Class of the failed span's exception, such as `TimeoutError`; absent if it is only `Error`. */
    readonly exception?: string;
    /** The missing span, as the configuration names it. */
    readonly missingSpan?: string;
    /** The HTTP status that the probe got. */
    readonly status?: number;
    /** The last stage, if it is confirmed although there was no response. */
    readonly processed?: {
        readonly stage: string;
        readonly state: 'ok' | 'slow';
    };
    readonly issue?: CauseIssue;
    /** What a probe read. */
    readonly row?: string;
}

/** The Sentry issue of a failure. */
declare interface CauseIssue {
    /** `API-7`; null if Sentry has none. */
    readonly shortId: string | null;
    readonly url: string | null;
}

/** Calls that remove what a webhook created at the target, made after it is judged. */
declare type CleanupConfig = {
    /** {{origin}} is the origin of the target; placeholders such as {{response.signal_id}} are allowed after the host. */
    url: string;
    /** Request method. */
    method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | 'HEAD';
    /** Request headers; those of the webhook are not sent. */
    headers?: {
        [k: string]: string;
    };
    /** Sent as JSON; a string is sent as is. */
    body?: {
        [k: string]: Json;
    } | Json[] | string;
    /** Statuses that mean that the data is gone. */
    status?: (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx')) | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
} | {
    /** {{origin}} is the origin of the target; placeholders such as {{response.signal_id}} are allowed after the host. */
    url: string;
    /** Request method. */
    method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | 'HEAD';
    /** Request headers; those of the webhook are not sent. */
    headers?: {
        [k: string]: string;
    };
    /** Sent as JSON; a string is sent as is. */
    body?: {
        [k: string]: Json;
    } | Json[] | string;
    /** Statuses that mean that the data is gone. */
    status?: (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx')) | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
}[];

/** The result of the clean-up. */
declare interface CleanupSummary {
    /** Calls that removed something. */
    readonly done: number;
    /** Calls that failed or were not made although there is something to remove. */
    readonly failed: number;
    /** Calls for which it is unknown whether there is anything to remove. */
    readonly unknown: number;
    /** The first 1,000, in the order of the tests. */
    readonly leftOvers: readonly Leftover[];
    /** Number of webhooks that `prod-e2e cleanup` can still clean up after; absent if 0. */
    readonly open?: number;
}

export declare interface Config {
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
        expect?: (string | {
            /** Name in findings; the default is the span name. */
            label?: string;
            /** The expected span. */
            span: (string | string[]) | {
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
        })[];
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
        span?: (string | string[]) | {
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
            body?: {
                [k: string]: Json;
            } | Json[] | string;
            /** Expected status. */
            status?: (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx')) | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
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
            schema?: {
                [k: string]: Json;
            } | boolean;
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
            rows?: number | {
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
    failOn?: ('failed' | 'missing' | 'warning' | 'flaky' | 'never') | ('failed' | 'missing' | 'warning' | 'flaky' | 'never')[];
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
    quietHours?: {
        /** Start: a time of day. */
        from: string;
        /** End: a time of day; if it is earlier than "from", it is on the next day. */
        to: string;
        /** IANA time zone of both times, UTC, or local (the time zone of the machine). */
        timezone: string;
        /** Days on which they start; every day by default. */
        days?: ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat') | ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
    } | {
        /** Start: a time of day. */
        from: string;
        /** End: a time of day; if it is earlier than "from", it is on the next day. */
        to: string;
        /** IANA time zone of both times, UTC, or local (the time zone of the machine). */
        timezone: string;
        /** Days on which they start; every day by default. */
        days?: ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat') | ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
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
    payload?: {
        [k: string]: Json;
    } | PayloadFunction;
    /** A JSON Schema, or a file with one; a payload that violates it is not sent. */
    payloadSchema?: {
        [k: string]: Json;
    } | boolean | string;
    /** What a response must look like. */
    expect?: ExpectConfig;
    /** Resend every webhook unchanged, to check how the target treats duplicates. */
    repeat?: number | {
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

export declare interface ConfigOptions {
    /** Where the search for a config file starts, and what relative names are relative to; default: the working directory. */
    readonly cwd?: string;
    /** Use this config file instead of searching for one. */
    readonly file?: string;
    /** A profile of the config file to apply. */
    readonly profile?: string;
    /** Overrides file and environment, as flags do on the command line. */
    readonly override?: Config;
}

declare interface ContextNames {
    readonly testId: string;
    readonly runId: string;
    readonly scenario: string;
    /** 1 for the first webhook of the run. */
    readonly index: number;
    readonly timestamp: string;
    readonly timestampMs: number;
    /** In seconds since the epoch. */
    readonly timestampSeconds: number;
    /** The date in UTC: `2026-08-01`. */
    readonly today: string;
    readonly uuid: string;
}

/** JSON as data, and the values of payload dimensions. Plain readonly data. */
/** A number as written, if a JavaScript number would lose a digit or its notation: `9007199254740993`, `98765.10`. */
declare class ExactNumber {
    readonly text: string;
    /** @param text a number in JSON syntax */
    constructor(text: string);
    toString(): string;
    /** For `JSON.stringify`, which cannot write these digits as a number; `writeJson` can. */
    toJSON(): string;
}

/** Exit codes, part of the public contract (docs/exit-codes.md). */
export declare const EXIT: {
    /** All checks passed. */
    readonly ok: 0;
    /** Tests failed, another `--fail-on` matched, or a threshold was exceeded. */
    readonly failed: 1;
    /** Wrong usage or configuration, nothing was sent; or a report could not be written. */
    readonly usage: 2;
    /** No webhook of the run got a response. */
    readonly unreachable: 3;
    /** Required traces or stages could not be verified, every webhook was a duplicate, or nothing could be compared: nothing was tested. */
    readonly unverified: 4;
    /** Worse than the baseline. */
    readonly regression: 5;
    /** Shards were missing in a merge. */
    readonly incompleteMerge: 6;
    /** An internal error. */
    readonly bug: 70;
    /** Stopped by SIGINT; the partial report is saved. */
    readonly interrupted: 130;
    /** Stopped by SIGTERM or SIGHUP; the partial report is saved. */
    readonly terminated: 143;
};

declare type ExitCode = (typeof EXIT)[keyof typeof EXIT];

declare interface ExpectConfig {
    /** Expected status: a number, a class such as 2xx, or a list of them. */
    status?: (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx')) | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
    /** Dotted paths; a value that is absent, null or empty is missing data. */
    required?: string | string[];
    /** Dotted paths; a value that is absent, null or empty is a warning and missing data. */
    recommended?: string | string[];
    /** What the response must contain: objects as a subset, lists completely, scalars exactly. */
    match?: {
        [k: string]: Json;
    };
    /** A JSON Schema for the response's body. Its patterns run in linear time (RE2): no look-around, no back-references. */
    schema?: {
        [k: string]: Json;
    } | boolean;
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

/** Why there is no complete response. */
declare interface Failure {
    readonly kind: FailureKind;
    /** `Connection timeout`. */
    readonly message: string;
    /** Node's or TLS's own code, such as `ECONNREFUSED`; null without one. */
    readonly code: string | null;
    /** The HTTP status that is the failure, such as 407 from a proxy. */
    readonly status?: number;
}

/** Why there is no complete response. */
declare type FailureKind = 'dns' | 'refused' | 'unreachable' | 'connect-timeout' | 'tls' | 'reset' | 'response-timeout' | 'body-timeout' | 'truncated' | 'too-large' | 'protocol' | 'proxy' | 'aborted';

/** Types of the report. Written by scripts/report-types.mjs from the schema of the report: do not edit. Durations are milliseconds and end in `Ms`. */
/** A missing required field is an error, a recommended one a warning. */
declare type FieldLevel = 'required' | 'recommended';

/** One problem or notable fact about a test or a run. */
export declare interface Finding {
    readonly severity: 'error' | 'warning';
    /** Stable, lower kebab case: `connect-timeout`, `http-5xx`. */
    readonly code: string;
    /** For people. */
    readonly message: string;
    /** What to try first; null without useful advice. */
    readonly hint: string | null;
    /** Dotted path of the field in question. */
    readonly field?: string;
    /** The stage in question. */
    readonly stage?: string;
    /** The HTTP status of the response, if the message is about it. */
    readonly status?: number;
    /** The cause in a few words: `Sentry responded with HTTP 503`, `Connection refused`. */
    readonly cause?: string;
    /** What got worse since the baseline: `CHOP fails, worked before`; only present with baseline. */
    readonly change?: string;
    /** The run that this one is compared with and worse than. */
    readonly baseline?: string;
}

/** Background work in separate traces. */
declare interface FollowedWork {
    /** The search as sent to Sentry. */
    readonly searched: string;
    readonly found: boolean;
    /** Trace ids of the attempts found, oldest first; the last one is judged. */
    readonly traceIds: readonly string[];
}

/** Hosts that a run contacts in addition to the target and Sentry: `api.example.com` or `db.example.com:5432`. */
declare interface FurtherContacts {
    /** Queried by probes. */
    readonly probes: readonly string[];
    /** Called by clean-up. */
    readonly cleanup: readonly string[];
    /** Where alerts are sent; absent without alerts. */
    readonly alerts?: readonly string[];
}

declare type Json = null | Scalar | readonly Json[] | JsonObject;

declare interface JsonObject {
    readonly [key: string]: Json;
}

/** Durations of the webhooks; null without a response. */
declare interface Latency {
    /** Responses and timeouts; a timeout counts with the time waited, a lower bound. */
    readonly count: number;
    /** Shortest, in milliseconds. */
    readonly minMs: number | null;
    /** Mean, in milliseconds. */
    readonly meanMs: number | null;
    /** Median, in milliseconds. */
    readonly p50Ms: number | null;
    /** 90th percentile, in milliseconds. */
    readonly p90Ms: number | null;
    /** 95th percentile, in milliseconds. */
    readonly p95Ms: number | null;
    /** 99th percentile, in milliseconds. */
    readonly p99Ms: number | null;
    /** Longest, in milliseconds. */
    readonly maxMs: number | null;
    /** HDR histogram of microseconds, V2 compressed, base64. */
    readonly histogram: string | null;
}

/** Something that a test left, or may have left, at the target. */
declare interface Leftover {
    readonly testId: string;
    /** Scenario and ordinal. */
    readonly name: string;
    /** `DELETE https://…/signals/s1`; secrets masked. */
    readonly call: string;
    /** The values of the placeholders in the call, such as `response.signal_id`. */
    readonly ids: Readonly<Record<string, string>>;
    /** False if it is unknown whether there is anything to remove. */
    readonly certain: boolean;
    readonly reason: string;
    /** A POSIX shell command that makes the call, with secrets as variables or masked. */
    readonly command: string | null;
}

/**
 * Reads what `prod-e2e run` would read: config file, profile, environment, Sentry's own files.
 * @throws ProdE2eError `CONFIG_INVALID` with all problems at once, `CONFIG_NOT_FOUND`
 */
export declare function loadConfig(options?: ConfigOptions): Promise<LoadedConfig>;

/** A valid configuration that was read. Its content, which contains secrets, is not accessible. */
export declare interface LoadedConfig {
    /** Only {@link loadConfig} creates one. */
    readonly [made]: true;
    /** Absolute; null without a config file. */
    readonly file: string | null;
    readonly profile: string | null;
    /** The endpoint, credentials masked; null where none is set. */
    readonly url: string | null;
}

declare const made: unique symbol;

/** A missing field, across all tests. */
declare interface MissingDataEntry {
    /** Dotted path. */
    readonly field: string;
    readonly level: FieldLevel;
    /** In how many tests. */
    readonly tests: number;
    readonly scenarios: readonly string[];
}

/** A field that is missing in the response. */
declare interface MissingField {
    /** Dotted path. */
    readonly field: string;
    readonly level: FieldLevel;
}

/** The values available in a payload function: integers that a JavaScript number would round are bigints. */
export declare interface PayloadContext extends ContextNames {
    readonly [dimension: string]: PlainScalar | bigint;
}

export declare type PayloadFunction = (context: PayloadContext) => {
    readonly [key: string]: PayloadValue;
};

/** JSON in which a bigint represents an integer of any size. */
declare type PayloadValue = null | PlainScalar | bigint | readonly PayloadValue[] | {
    readonly [key: string]: PayloadValue;
};

/** JSON that consists of JavaScript values only. */
declare type PlainScalar = string | number | boolean;

declare interface PlannedScenario {
    readonly name: string;
    /** Number of tests; null if it is not known before the run (a shard of replayed payloads). */
    readonly tests: number | null;
}

/** Types of the report. Written by scripts/report-types.mjs from the schema of the report: do not edit. Durations are milliseconds and end in `Ms`. */
/** What a probe of a specimen read. */
declare interface ProbedRow {
    readonly stage: string;
    readonly source: 'http' | 'sql';
    /** What the probe read, with the values that were expected. */
    readonly row: string;
}

/**
 * The program could not do its work. The field names are those oclif itself prints
 * (`Code`, `Try this`) and reads the exit code from.
 */
export declare class ProdE2eError extends Error {
    /** Stable, upper snake case: `CONFIG_INVALID`. */
    readonly code: string;
    /** What to do about it, one line each. */
    readonly suggestions: readonly string[];
    /* Excluded from this release type: oclif */
    /* Excluded from this release type: __constructor */
    /** What to do about it; null where there is nothing useful to say. */
    get hint(): string | null;
}

/* Excluded from this release type: ProdE2eErrorOptions */

/**
 * The report of a saved run, or of one that was written as JSON.
 * @param run id, unique prefix of one, path of a run's folder or of a JSON report, `latest` (default) or `last-green`
 * @param options.dataDir where runs are saved; the folder of the command line by default
 * @throws ProdE2eError `UNKNOWN_RUN`, `AMBIGUOUS_RUN`, `NO_RUNS`, `NO_GREEN_RUN`, `RUN_UNREADABLE`, `REPORT_UNREADABLE`
 */
export declare function readReport(run?: string, options?: {
    readonly dataDir?: string;
}): Promise<Report>;

/**
 * The report as the text of a file, as `--reporter NAME=PATH` writes it.
 * @param reporter `pretty`, `json`, `junit`, `markdown`, … (docs/reports.md)
 * @throws ProdE2eError `UNKNOWN_REPORTER`, with the nearest name and all names
 */
export declare function renderReport(report: Report, reporter: string): Promise<string>;

/** A resend with the same id, idempotency key and bytes. */
declare interface RepeatedSend {
    /** Start of the first attempt: ISO 8601, UTC. */
    readonly startedAt: string;
    readonly errors: readonly Finding[];
    readonly warnings: readonly Finding[];
    readonly missingData: readonly MissingField[];
    /** Null without a response. */
    readonly response: StoredResponse | null;
    readonly timings: Timings;
    readonly attempts: readonly Attempt[];
    /** 32 hex characters; each resend has its own trace. */
    readonly traceId: string;
}

/** The resends of a webhook. Their errors and warnings are also among those of the test. */
declare interface RepeatResult {
    readonly treatedAs: TreatedAs;
    /** The evidence, or why it is missing: `status DUPLICATE`. */
    readonly because: string;
    /** Empty if it was not resent after all; because has the reason. */
    readonly sends: readonly RepeatedSend[];
}

/** The JSON report: the head and all results. */
export declare interface Report extends ReportHead {
    readonly results: readonly TestResult[];
}

/** A report without its results; `run.json` of a saved run. */
declare interface ReportHead extends RunFacts {
    readonly status: RunStatus;
    /** Exit code of the run. */
    readonly exitCode: number;
    /** Null if the run was cut off. */
    readonly endedAt: string | null;
    /** Duration of the run, in milliseconds. */
    readonly durationMs: number | null;
    readonly sentry: SentryDelivery;
    readonly summary: Summary;
    readonly latency: Latency;
    readonly missingData: readonly MissingDataEntry[];
    /** One entry per broken scenario. */
    readonly brokenSince: readonly BrokenSince[];
    readonly stages: readonly StageSummary[];
    /** Null if there was nothing to clean up. */
    readonly cleanup: CleanupSummary | null;
    readonly thresholds: readonly ThresholdResult[];
    /** Why planned webhooks were not sent; null if all were sent. */
    readonly skippedBecause: string | null;
    /** About the run as a whole. */
    readonly findings: readonly Finding[];
    /** Where the next run against this target continues in the combinations of dimensions. */
    readonly nextOffset: number;
}

/**
 * Sends the webhooks of a configuration, judges them and reports. Failed tests are data: see `status`, `exitCode` and
 * `results` of the report.
 * @param config the result of {@link loadConfig}, or an object in the shape of a config file; then no file is read
 * @throws ProdE2eError for a configuration, target or payload that cannot be used (`CONFIG_INVALID`, `NO_URL`,
 *   `HOST_NOT_ALLOWED`, …), and `NOT_AGREED` where `confirm` is needed; the reason of a signal that was already aborted
 */
export declare function run(config: Config | LoadedConfig, options?: RunOptions): Promise<Report>;

/** An event of a run, for the progress view. */
export declare type RunEvent = {
    readonly type: 'runStarted';
    readonly facts: RunFacts;
    /** In the order of the plan. */
    readonly scenarios: readonly PlannedScenario[];
    /** Webhooks: the planned tests and their resends. */
    readonly sends: number;
    /** `host:port` of the proxy that connects to the target. */
    readonly proxy: string | null;
    /** Host that receives the traces. */
    readonly tracesTo: string | null;
    readonly contacts: FurtherContacts;
} | {
    readonly type: 'testSent';
    readonly index: number;
    readonly name: string;
    readonly scenario: string;
} | {
    /** The next request waits: a retry or a resend of a test, or the next test at the planned rate. */
    readonly type: 'sendingPaused';
    readonly for: 'retry' | 'resend' | 'rate';
    /** Number of the test that waits; null for the rate. */
    readonly index: number | null;
    readonly resumesInMs: number;
} | {
    readonly type: 'testJudged';
    readonly result: TestResult;
} | {
    readonly type: 'notice';
    readonly finding: Finding;
} | {
    readonly type: 'tracesAwaited';
    readonly count: number;
    readonly deadlineMs: number;
} | {
    readonly type: 'probesAwaited';
    readonly count: number;
    readonly deadlineMs: number;
} | {
    readonly type: 'cleaningUp';
    readonly count: number;
    readonly deadlineMs: number;
} | {
    readonly type: 'waiting';
    readonly for: 'traces' | 'probes' | 'cleanup';
    /** What has arrived and what is missing: `3 of 5 traces complete; waiting for ab-routing in trace 4`. */
    readonly progress: string;
    /** Time until the next query, if Sentry asked for a pause; otherwise null. */
    readonly resumesInMs: number | null;
} | {
    readonly type: 'sendingEnded';
    readonly sent: number;
    readonly skippedBecause: string | null;
} | {
    readonly type: 'runFinished';
    readonly head: ReportHead;
};

/** What is known about a run before the first webhook is sent. */
declare interface RunFacts {
    readonly schemaVersion: 1;
    readonly tool: {
        readonly name: 'prod-e2e';
        readonly version: string;
    };
    readonly runId: string;
    /** URL of the endpoint; credentials masked. */
    readonly target: string;
    /** Only present if the target is the run's own sandbox. */
    readonly sandbox?: true;
    readonly seed: string;
    readonly profile: string | null;
    /** Sentry environment. */
    readonly environment: string;
    /** Start of the run: ISO 8601, UTC. */
    readonly startedAt: string;
    /** Webhooks planned. */
    readonly planned: number;
    readonly scenarios: readonly string[];
    readonly shard: RunShard | null;
    readonly source?: ScenarioSource;
}

export declare interface RunOptions {
    /**
     * Confirms the safety checks (more than 25 webhooks, 10 per second or 10 at a time to another host, quiet hours). Without it such a
     * run is refused before anything is sent.
     */
    readonly confirm?: boolean;
    /** Stops sending; requests in flight get 1.5 s. The run then resolves with the results so far, as `interrupted`. */
    readonly signal?: AbortSignal;
    /** Called for each event as it happens. If it throws, the run stops cleanly and rejects with that error. */
    readonly onEvent?: (event: RunEvent) => void;
    /** Save the run as the command line does (default). False saves nothing and ignores earlier runs. */
    readonly keep?: boolean;
}

/** The part of a plan that a run sends. */
declare interface RunShard {
    /** 1 for the first. */
    readonly index: number;
    readonly total: number;
    /** Webhooks of all shards together. */
    readonly planned: number;
    /** Equal for all shards with the same plan and expectations. */
    readonly plan: string;
}

/** The result of a run; interrupted: it was cut off. */
declare type RunStatus = 'healthy' | 'degraded' | 'broken' | 'interrupted';

/** A Sentry issue of a saved trace. */
declare interface SavedIssue {
    /** `API-7`; null if Sentry has none. */
    readonly shortId: string | null;
    readonly issueId: string | null;
    readonly message: string;
    /** `error`, `fatal`, `warning` and others, as in Sentry. */
    readonly level: string;
    readonly url: string | null;
}

/** A span, with what a waterfall shows of it. */
declare interface SavedSpan {
    readonly name: string;
    readonly op: string | null;
    readonly service: string;
    /** 0 for a root; children stand below their parent. */
    readonly depth: number;
    /** From the beginning of the earliest span that was read, in milliseconds. */
    readonly startMs: number;
    /** Duration of the span, in milliseconds. */
    readonly durationMs: number;
    readonly status: 'ok' | 'error' | 'unknown';
    /** Part of background work in a separate trace. */
    readonly followed: boolean;
}

declare type Scalar = PlainScalar | ExactNumber;

declare type ScenarioConfig = {
    /** Unique name, used with --scenario. */
    name: string;
    /** One-line description. */
    description?: string;
    /** For --tag. A scenario tagged "negative" is sent only if it is selected. */
    tags?: string | string[];
    /** Merged over the config's payload. */
    payload?: {
        [k: string]: Json;
    } | PayloadFunction;
    /** In place of the config's payloadSchema. */
    payloadSchema?: {
        [k: string]: Json;
    } | boolean | string;
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
    repeat?: number | {
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
} | {
    /** The scenario's name; the other keys are dimensions. */
    scenario: string;
    [k: string]: string | number | boolean;
};

/** The config file with the scenarios. */
declare interface ScenarioSource {
    /** Relative to the root of the repository or to the working folder, with `/`. */
    readonly file: string;
    /** Scenario and its line, counted from 1; null if unknown. */
    readonly lines: Readonly<Record<string, number | null>>;
}

/** The delivery of prod-e2e's own spans to Sentry. */
declare interface SentryDelivery {
    /** A usable DSN is set. */
    readonly enabled: boolean;
    /** Host of the DSN. */
    readonly host: string | null;
    /** Traces Sentry accepted. */
    readonly accepted: number;
    readonly refused: readonly {
        readonly status: number;
        readonly count: number;
    }[];
    /** Traces dropped by the SDK without being sent: rate limited, or its buffer full. */
    readonly dropped: number;
    /** Traces sent over a connection that failed. */
    readonly failed: number;
    /** Traces without a response before the end. */
    readonly pending: number;
    /** Sentry's last Retry-After, in seconds. */
    readonly retryAfterSeconds: number | null;
}

declare interface SigningConfig {
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

/** The full evidence of one working or broken test of its scenario. */
declare interface Specimen {
    /** The test's own trace. */
    readonly own: SpecimenTrace;
    /** Background work in separate traces, one entry per search. */
    readonly followed: readonly SpecimenWork[];
    readonly probes: readonly ProbedRow[];
    /** Nothing more was expected of the trace: what is not in it is missing. */
    readonly complete: boolean;
    /** What exceeded a limit and is not saved in full; empty if nothing did. */
    readonly cut: readonly ('spans' | 'attributes' | 'texts' | 'issues' | 'probes')[];
}

/** A span of a specimen. */
declare interface SpecimenSpan {
    readonly spanId: string;
    readonly parentSpanId: string | null;
    readonly name: string;
    readonly op: string | null;
    readonly service: string;
    /** Root span of a service within the trace. */
    readonly isSegment: boolean;
    /** Milliseconds since the epoch. */
    readonly startMs: number;
    /** Duration of the span, in milliseconds. */
    readonly durationMs: number;
    readonly status: 'ok' | 'error' | 'unknown';
    readonly statusMessage: string | null;
    /** Attributes that expectations name, and those that identify a service or a release. */
    readonly attributes: Readonly<Record<string, string | number | boolean>>;
    readonly issues: readonly SavedIssue[];
}

/** One trace of a specimen. */
declare interface SpecimenTrace {
    readonly traceId: string;
    /** Parents before their children. */
    readonly spans: readonly SpecimenSpan[];
    /** Issues whose span is not in the trace. */
    readonly issues: readonly SavedIssue[];
}

/** Background work of a specimen. */
declare interface SpecimenWork {
    /** The search as sent to Sentry. */
    readonly searched: string;
    /** The service keeps every trace, so a trace that is not found does not exist. */
    readonly always: boolean;
    /** Why the search failed; null if it did not. */
    readonly problem: string | null;
    /** One trace per attempt, oldest first; empty if nothing was found. */
    readonly traces: readonly SpecimenTrace[];
}

/** The evidence of each source; null if the stage does not use the source. */
declare interface StageEvidence {
    readonly response: Statement | null;
    readonly trace: Statement | null;
    readonly http: Statement | null;
    readonly sql: Statement | null;
}

/** A step of the target's pipeline in one test. */
declare interface StageResult {
    readonly name: string;
    readonly state: StageState;
    /** The test is broken if its webhook does not reach this stage. */
    readonly required: boolean;
    readonly evidence: StageEvidence;
    /** Duration of the stage's span, in milliseconds. */
    readonly durationMs: number | null;
    /** The problem in a few words. */
    readonly detail: string | null;
    /** Why it could not be checked: such as `no-followed-trace` or `probe-failed`. */
    readonly reasons?: readonly string[];
}

/** The state of a stage in a test. */
declare type StageState = 'ok' | 'slow' | 'failed' | 'missing' | 'unverified' | 'not-reached';

/** A step of the pipeline over all tests. */
declare interface StageSummary {
    readonly name: string;
    /** Tests. */
    readonly ok: number;
    /** Tests. */
    readonly slow: number;
    /** Tests. */
    readonly failed: number;
    /** Tests. */
    readonly missing: number;
    /** Tests. */
    readonly unverified: number;
    /** Tests. */
    readonly notReached: number;
    /** Tests whose webhook got stuck here. */
    readonly stuck: number;
}

/** The evidence of one source for a stage. confirms: the stage happened. contradicts: something else happened. absent: the source would show the stage if it had happened, and does not. unknown: the source cannot show it. */
declare type Statement = 'confirms' | 'contradicts' | 'absent' | 'unknown';

/** A response as saved in a report. */
declare interface StoredResponse {
    readonly status: number;
    readonly statusText: string;
    /** Lower-case names. */
    readonly headers: Readonly<Record<string, string>>;
    /** Truncated if bodyCut is true. */
    readonly body: string;
    /** Length of the complete body in bytes, after decompression. */
    readonly bodyBytes: number;
    readonly bodyCut: boolean;
}

/** Where a webhook got stuck. */
declare interface StuckAt {
    /** The first stage that failed or is missing, with no reached stage after it. */
    readonly stage: string;
    /** The last stage known to be reached, if those in between could not be checked. */
    readonly after: string | null;
}

/** Counts of the run. */
declare interface Summary {
    /** Tests that were sent and judged. */
    readonly total: number;
    /** Working tests. */
    readonly successful: number;
    /** Broken tests. */
    readonly failed: number;
    /** Tests with at least one warning. */
    readonly warnings: number;
    /** Distinct fields that are missing in at least one test. */
    readonly missing: number;
    /** Tests whose trace was read and could not be judged. */
    readonly unverified: number;
    /** Tests that passed only after a retry; the target may have received them more than once. */
    readonly flaky: number;
    /** Tests planned but not sent. */
    readonly skipped: number;
    /** Tests that expect to be accepted. */
    readonly acceptance: number;
    /** Tests that expect to be accepted and work. */
    readonly accepted: number;
    /** Tests that expect to be accepted, but that the target treated as duplicates. */
    readonly duplicates: number;
    /** Tests with a required stage that could not be checked. */
    readonly unchecked: number;
}

/** One test: the request, the response and the findings. */
export declare interface TestResult {
    /** `<run id>-<index>`. */
    readonly testId: string;
    /** 1 for the first test of the run. */
    readonly index: number;
    /** Scenario and ordinal, `CHOP #2`: the same in every run. */
    readonly name: string;
    /** Source of a replayed payload: `orders.ndjson, line 17`. */
    readonly from?: string;
    readonly scenario: string;
    readonly dimensions: Readonly<Record<string, string | number | boolean>>;
    readonly verdict: Verdict;
    /** Passed only after a retry, and the target may also have received an earlier attempt. */
    readonly flaky: boolean;
    /** Start of the first attempt: ISO 8601, UTC. */
    readonly startedAt: string;
    readonly errors: readonly Finding[];
    readonly warnings: readonly Finding[];
    readonly missingData: readonly MissingField[];
    readonly request: WebhookRequest;
    /** Null without a response. */
    readonly response: StoredResponse | null;
    readonly timings: Timings;
    readonly attempts: readonly Attempt[];
    readonly repeat?: RepeatResult;
    readonly trace: TraceResult;
    readonly stages: readonly StageResult[];
    /** Null if it did not get stuck, or if that is unknown. */
    readonly stuckAt: StuckAt | null;
    /** Null if the test is neither broken nor has a warning. */
    readonly cause: Cause | null;
    /** Of the first working and the first broken test of each scenario whose traces were read. */
    readonly specimen?: Specimen;
    /** False if a refusal is the right response. */
    readonly expectsAcceptance: boolean;
}

/** A threshold and the measured value. */
declare interface ThresholdResult {
    /** `p95<800ms`. */
    readonly expression: string;
    /** In the unit; null if there is nothing to measure. */
    readonly actual: number | null;
    /** The metric's own unit. */
    readonly unit: 'ms' | '%' | 'count';
    readonly ok: boolean;
}

/** Phases of the request; null if a phase did not take place. */
declare interface Timings {
    /** Waiting for a socket, in milliseconds. */
    readonly waitMs: number | null;
    /** Name resolution, in milliseconds. */
    readonly dnsMs: number | null;
    /** TCP connection, in milliseconds. */
    readonly tcpMs: number | null;
    /** TLS handshake, in milliseconds. */
    readonly tlsMs: number | null;
    /** Sending the request, in milliseconds. */
    readonly requestMs: number | null;
    /** From the end of the request to the first byte of the response, in milliseconds. */
    readonly firstByteMs: number | null;
    /** Reading the response, in milliseconds. */
    readonly downloadMs: number | null;
    /** From the start of the request (with --rate: its planned start) to the last byte or the failure, in milliseconds. */
    readonly totalMs: number;
    /** With --rate: how much later than planned the request started; contained in totalMs, in milliseconds. */
    readonly lateMs: number;
}

/** A test's trace in Sentry. */
declare interface TraceResult {
    /** 32 hex characters. */
    readonly traceId: string;
    /** Its page in Sentry; null if the organization is unknown. */
    readonly url: string | null;
    readonly state: TraceState;
    /** Why it is unverified. */
    readonly reason: UnverifiedReason | null;
    /** Number of spans read, including those of prod-e2e; null if the trace was not read. */
    readonly spanCount: number | null;
    /** The wait for the trace; null if it was not read. */
    readonly wait: TraceWait | null;
    /** Searches for background work. */
    readonly followed: readonly FollowedWork[];
    /** The spans read, parents before children, at most 100. */
    readonly spans: readonly SavedSpan[];
    readonly findings: readonly Finding[];
}

/** skipped: not read. unverified: read, but it could not be judged. */
declare type TraceState = 'verified' | 'failed' | 'unverified' | 'skipped';

/** The wait for a trace. */
declare interface TraceWait {
    /** How often the trace was read. */
    readonly polls: number;
    /** Duration of the wait, in milliseconds. */
    readonly waitedMs: number;
    /** Labels of expected spans that were still missing at the end of the wait. */
    readonly awaited: readonly string[];
}

/** How the target treated a resend; unknown: the responses do not show it. */
declare type TreatedAs = 'one-event' | 'second-event' | 'unknown';

/** Why a trace could not be judged. */
declare type UnverifiedReason = 'not-found' | 'only-our-spans' | 'sampled-out' | 'late' | 'not-settled' | 'unauthorized' | 'org-mismatch' | 'unavailable' | 'api-error';

/** A test with an error is broken. */
declare type Verdict = 'working' | 'broken';

/** A webhook as sent. */
declare interface WebhookRequest {
    readonly method: string;
    readonly url: string;
    /** Lower-case names; secrets masked in a report. */
    readonly headers: Readonly<Record<string, string>>;
    /** The body as sent, as UTF-8 text. */
    readonly body: string;
}

export { }
