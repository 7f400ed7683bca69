declare interface Attempt {
    readonly startedAt: string;
    readonly durationMs: number;
    readonly status: number | null;
    readonly failure: Failure | null;
    /** The request was written, if only in part, so the target may have received it. */
    readonly mayHaveArrived: boolean;
}

/** Since when a scenario that is broken now has been so, as far as kept runs of the same target, profile, environment and shard say. */
declare interface BrokenSince {
    readonly scenario: string;
    /** When the first broken test of the first of these runs was sent. */
    readonly since: string;
    /** That run; null where an earlier version said it, which did not tell. */
    readonly sinceRun: string | null;
    /** Runs in a row in which a test of it was broken, this one among them; runs that did not test it are none. */
    readonly runs: number;
    /** The last run before them that tested it, in which it worked; null where none is known: it may have been broken for longer. */
    readonly lastWorked: {
        readonly runId: string;
        readonly at: string;
    } | null;
}

declare interface Cause {
    /** The stage it comes from; null where it is not about one. */
    readonly stage: string | null;
    /** What it was read from; `connection` where there was no response. */
    readonly source: EvidenceSource | 'connection';
    /** What happened: `status "rejected" (expected "approved")`, `HTTP 500: Internal server error`. */
    readonly message: string;
    /** What a failed span says about it, where something else shows that it happened. */
    readonly because?: string;
    /** The failed span, from its stage's span on: `data-enrichment > fetch-gex-data`. */
    readonly span?: string;
    readonly issue?: CauseIssue;
    /** What a probe read: top-level scalar values of the first row or of the body. */
    readonly row?: string;
}

declare interface CauseIssue {
    /** `API-7`; null where Sentry gave none. */
    readonly shortId: string | null;
    readonly url: string | null;
}

/** Calls that remove what a webhook left at the target, made once it is judged. */
declare type CleanupConfig = {
    /** {{origin}} is that of the target; {{response.signal_id}} and the like come after the host. */
    url: string;
    /** Request method. */
    method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | 'HEAD';
    /** Nothing of the webhook goes along: give what it needs. */
    headers?: {
        [k: string]: string;
    };
    /** Sent as JSON; a text as it is. */
    body?: {
        [k: string]: Json;
    } | Json[] | string;
    /** Answers that say that nothing is left. */
    status?: (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx')) | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
} | {
    /** {{origin}} is that of the target; {{response.signal_id}} and the like come after the host. */
    url: string;
    /** Request method. */
    method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET' | 'HEAD';
    /** Nothing of the webhook goes along: give what it needs. */
    headers?: {
        [k: string]: string;
    };
    /** Sent as JSON; a text as it is. */
    body?: {
        [k: string]: Json;
    } | Json[] | string;
    /** Answers that say that nothing is left. */
    status?: (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx')) | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
}[];

/** What became of the clean-up of a run. Counts are calls. */
declare interface CleanupSummary {
    readonly done: number;
    /** Calls that failed or were not made although there is something to remove. */
    readonly failed: number;
    /** Tests of which nobody knows whether they left anything. */
    readonly unknown: number;
    /** The first {@link LEFT_OVERS_KEPT}, in the order of the tests. */
    readonly leftOvers: readonly LeftOver[];
    /** Webhooks that `prod-e2e cleanup` can still clean up after; absent where there are none. */
    readonly open?: number;
}

export declare interface Config {
    /** The webhook endpoint to test. */
    url?: string;
    /** A further request header. */
    headers?: {
        [k: string]: string;
    };
    /** Certificates for the target. */
    tls?: {
        /** Trust the certificate authorities in this PEM file. */
        ca?: string;
        /** Client certificate (PEM). */
        cert?: string;
        /** Private key of the client certificate (PEM). */
        key?: string;
        /** Accept any TLS certificate of the target. */
        insecure?: boolean;
    };
    /** Request method. */
    method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET';
    /** Send in the manner of tradingview, github, stripe, slack, shopify or standard-webhooks. */
    sender?: 'tradingview' | 'github' | 'stripe' | 'slack' | 'shopify' | 'standard-webhooks';
    /** How webhooks are signed. */
    signing?: SigningConfig;
    /** How many webhooks to send; scenarios are taken in turn. */
    count?: number;
    /** Send only this scenario. */
    scenario?: string | string[];
    /** Send only scenarios with this tag. */
    tag?: string | string[];
    /** Leave this scenario out. */
    exclude?: string | string[];
    /** Pin a payload dimension, such as symbol=SPY. */
    set?: {
        [k: string]: string | number | boolean;
    };
    /** Make the plan reproducible; without it a random one is chosen and printed. */
    seed?: string | number;
    /** Send only this part of the plan; told by CI systems, off sends everything. */
    shard?: string;
    /** How many webhooks may be in flight at once; more than 10 to another host need --yes. */
    concurrency?: number;
    /** Start N webhooks per second, whatever the answers do. */
    rate?: number;
    /** How long to wait for a whole answer. */
    timeout?: string;
    /** How long to wait for a connection. */
    connectTimeout?: string;
    /** How often to retry a webhook without a complete response, or with 408, 429 or 5xx. */
    retries?: number;
    /** Where traces go and where they are read. */
    sentry?: {
        /** Report the client side of each trace to this Sentry project. */
        dsn?: string;
        /** Organisation slug, for links to traces. */
        org?: string;
        /** Project slug. */
        project?: string;
        /** Base URL of Sentry. */
        url?: string;
        /** Auth token for reading traces; best as ${env:SENTRY_AUTH_TOKEN}. */
        token?: string;
        /** static serves self-hosted Sentry older than 26.4.2. */
        traceLifecycle?: 'stream' | 'static';
        /** The organisation's number, when the DSN does not tell it. */
        orgId?: string | number;
        /** How long to wait for Sentry to take the last traces. */
        flushTimeout?: string;
    };
    /** The Sentry environment of the traces. */
    environment?: string;
    /** Reading traces back, judging them, and links to them. */
    trace?: {
        /** Link to a trace in another tracing system, with {{traceId}} in it. */
        urlTemplate?: string;
        /** Read traces back and judge them; on when a Sentry token and organisation are known. */
        verify?: boolean;
        /** A trace that cannot be verified fails the run (exit 4). */
        require?: boolean;
        /** How long to wait for traces, for all of them together. */
        timeout?: string;
        /** Time between two looks at a trace. */
        interval?: string;
        /** A trace that lacks only optional spans counts as complete when nothing came for so long. */
        settle?: string;
        /** How many traces are read; failed and warned tests first. */
        limit?: number;
        /** error breaks the test, warn warns, off ignores. */
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
        /** Spans every trace is expected to have. */
        expect?: (string | {
            /** How findings call it; the name of the span otherwise. */
            label?: string;
            /** The span that is expected. */
            span: (string | string[]) | {
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
            /** How often it has to be there. */
            minCount?: number;
            /** How often it may be there; any number without. */
            maxCount?: number;
            /** How long it may take. */
            maxDuration?: string;
            /** The span it has to be somewhere below. */
            inside?: string;
            /** The span that has to have begun before it. */
            after?: string;
        })[];
        /**
         * Searches for background work in traces of its own.
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
        span?: (string | string[]) | {
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
        /** A field of the answer that proves it. */
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
            body?: {
                [k: string]: Json;
            } | Json[] | string;
            /** The right status. */
            status?: (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx')) | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
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
            /** A JSON Schema for the answer. */
            schema?: {
                [k: string]: Json;
            } | boolean;
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
            rows?: number | {
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
    /** How to report, and into which file. */
    reporter?: string | string[];
    /** Fail the run unless this holds, such as p95<800ms. */
    threshold?: string | string[];
    /** What fails the run: failed, missing, warning, flaky, never. */
    failOn?: ('failed' | 'missing' | 'warning' | 'flaky' | 'never') | ('failed' | 'missing' | 'warning' | 'flaky' | 'never')[];
    /** Compare with a kept run, last-green or a JSON report; a regression fails the run (exit 5). */
    baseline?: string;
    /** Missing required data makes a test broken. */
    strict?: boolean;
    /** A required stage that could not be checked fails the run (exit 4). */
    requireStages?: boolean;
    /** Stop sending after N broken tests. */
    maxFailures?: number;
    /** Stop sending when the target cannot be reached three times in a row. */
    bail?: boolean;
    /** How much of an answer is read. */
    maxBody?: number | string;
    /** How many runs stay in the data folder; older ones are removed at the end of a run. */
    keep?: number;
    /** Where runs are kept. */
    dataDir?: string;
    /** Paths in payloads and responses that are masked in reports, such as items[].email. */
    redact?: string | string[];
    /** The only hosts webhooks may be sent to. */
    allowHosts?: string | string[];
    /** When nothing is sent to other hosts unasked, such as peak trading hours. */
    quietHours?: {
        /** Time of day at which they begin. */
        from: string;
        /** Time of day at which they end; one that is earlier than "from" is of the next day. */
        to: string;
        /** IANA name of the time zone of both, UTC, or local for that of the machine. */
        timezone: string;
        /** Days on which they begin; every day without. */
        days?: ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat') | ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
    } | {
        /** Time of day at which they begin. */
        from: string;
        /** Time of day at which they end; one that is earlier than "from" is of the next day. */
        to: string;
        /** IANA name of the time zone of both, UTC, or local for that of the machine. */
        timezone: string;
        /** Days on which they begin; every day without. */
        days?: ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat') | ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
    }[];
    /** The Sentry cron monitor that runs check in with, by the DSN. */
    monitor?: {
        /** Check in with this Sentry cron monitor at the start and the end, by the DSN. */
        slug?: string;
        /** When a run is expected; with it Sentry makes or updates the monitor by itself. */
        schedule?: string;
        /** Time zone of a crontab line. */
        timezone?: string;
        /** How late a run may begin, in whole minutes. */
        checkinMargin?: string;
        /** After how long a run without an end has failed, in whole minutes. */
        maxRuntime?: string;
    };
    /**
     * Who gets one message when an outage begins, and one when it is over.
     *
     * @maxItems 20
     */
    notify?: {
        /** Who is told. */
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
    /** What varies from test to test: name and the values it takes. */
    dimensions?: {
        /** @minItems 1 */
        [k: string]: (string | number | boolean)[];
    };
    /** Payload template of all scenarios. */
    payload?: {
        [k: string]: Json;
    } | PayloadFunction;
    /** A JSON Schema, or a file with one: a payload that breaks it is not sent. */
    payloadSchema?: {
        [k: string]: Json;
    } | boolean | string;
    /** What an answer has to look like. */
    expect?: ExpectConfig;
    /** Send every webhook again, the very same: the duplicate probe. */
    repeat?: number | {
        /** How often it is sent again. */
        times?: number;
        /** How long after the answer before. */
        after?: string;
        /** Field of the answers that is the same for one event, and another for another one. */
        id?: string;
        /** What it is when the target made a second event of it. */
        secondEvent?: 'error' | 'warn' | 'off';
    };
    /** What the answer to a webhook that is sent again has to look like. */
    expectRepeat?: ExpectConfig;
    /** Payloads to send in place of the scenarios. */
    replay?: {
        /** Send the payloads of this file, all without --count: NDJSON, a JSON list, {"payloads": []}, HAR; - is stdin. */
        from?: string;
        /** Mark replayed payloads as tests (metadata.is_test); --no-mark sends them byte for byte. */
        mark?: boolean;
        /** Dotted path of the field of a payload that names its scenario, where no rule matches. */
        scenario?: string;
        /** The first one that matches a payload says which scenario it is. */
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
        /** Headers of a HAR entry that are sent again, such as x-github-event; none that is secret. */
        harHeaders?: string | string[];
    };
    /** Replaces the built-in scenarios. */
    scenarios?: ScenarioConfig[];
    cleanup?: CleanupConfig;
}

export declare interface ConfigOptions {
    /** Where the search for a config file begins, and what relative names start from; the working directory without. */
    readonly cwd?: string;
    /** This config file instead of the one that is found. */
    readonly file?: string;
    /** A profile of the config file, laid over it. */
    readonly profile?: string;
    /** Laid over file and environment, as flags are on the command line. */
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
    /** Whole seconds since the epoch. */
    readonly timestampSeconds: number;
    /** The day in UTC: `2026-08-01`. */
    readonly today: string;
    readonly uuid: string;
}

/** The kinds of evidence. `trace` is the test's own trace together with those of background work. */
declare type EvidenceSource = 'response' | 'trace' | 'http' | 'sql';

/** JSON as data, and the values a payload dimension takes. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
/** A number as it was written, where a JavaScript number would lose a digit or the spelling: `9007199254740993`, `98765.10`. */
declare class ExactNumber {
    readonly text: string;
    /** @param text a number in JSON's spelling */
    constructor(text: string);
    toString(): string;
    /** For `JSON.stringify`, which has no way to write these digits as a number; `writeJson` has. */
    toJSON(): string;
}

/** Exit codes, part of the public contract (README, "Exit codes"). */
export declare const EXIT: {
    /** Everything asked for held. */
    readonly ok: 0;
    /** Tests failed, another `--fail-on` matched, or a threshold broke. */
    readonly failed: 1;
    /** Wrong usage or configuration, nothing was sent; or a report could not be written. */
    readonly usage: 2;
    /** No webhook of the run got any answer. */
    readonly unreachable: 3;
    /** Required traces or stages could not be verified, every webhook was a duplicate, or nothing could be compared: nothing was tested. */
    readonly unverified: 4;
    /** Worse than the baseline. */
    readonly regression: 5;
    /** A merge lacked shards. */
    readonly incompleteMerge: 6;
    /** A bug of ours. */
    readonly bug: 70;
    /** Stopped by SIGINT; the partial report is saved. */
    readonly interrupted: 130;
    /** Stopped by SIGTERM or SIGHUP; the partial report is saved. */
    readonly terminated: 143;
};

declare type ExitCode = (typeof EXIT)[keyof typeof EXIT];

declare interface ExpectConfig {
    /** The right status: a number, a class such as 2xx, or a list of them. */
    status?: (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx')) | (number | ('1xx' | '2xx' | '3xx' | '4xx' | '5xx'))[];
    /** Dotted paths; absent, null or empty is missing data. */
    required?: string | string[];
    /** Dotted paths; absent, null or empty is a warning and missing data. */
    recommended?: string | string[];
    /** The answer has to contain this: objects as a subset, lists in full length, scalars equal. */
    match?: {
        [k: string]: Json;
    };
    /** A JSON Schema for the answer's body. Its patterns run in linear time (RE2): no look-around, no back-references. */
    schema?: {
        [k: string]: Json;
    } | boolean;
    /** Header name and its exact value, or a /regular expression/ (RE2: no look-around, no back-references). */
    headers?: {
        [k: string]: string;
    };
    /** Media type of the answer, without parameters. */
    contentType?: string;
    /** A slower answer is a warning. */
    degradedDuration?: string;
    /** A slower answer is an error. */
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

/** Why there is no (whole) answer. */
declare interface Failure {
    readonly kind: FailureKind;
    /** For people, starts as in the guide: `Request failed: Connection timeout`. */
    readonly message: string;
    /** Node's or TLS's own code, e.g. `ECONNREFUSED`, `CERT_HAS_EXPIRED`, or `HTTP_407` of a proxy; null where there is none. */
    readonly code: string | null;
}

declare type FailureKind = 'dns' | 'refused' | 'unreachable' | 'connect-timeout' | 'tls' | 'reset' | 'response-timeout' | 'body-timeout' | 'truncated' | 'too-large' | 'protocol' | 'proxy' | 'aborted';

/** What is noticed about a test or a run. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
/** One thing noticed about a test or a run. */
export declare interface Finding {
    readonly severity: 'error' | 'warning';
    /** Stable and machine readable, lower kebab case: `status`, `connect-timeout`, `recommended-missing`. */
    readonly code: string;
    readonly message: string;
    /** What to try first; null where there is nothing useful to say. */
    readonly hint: string | null;
    /** Dotted path of the field that it is about; only there where it is about one. */
    readonly field?: string;
    /** The stage that it is about; only there where it is about one. */
    readonly stage?: string;
    /** What it comes from, in a few words: `Sentry responded with HTTP 503`; only there where that is known. */
    readonly cause?: string;
    /** The run that it says this one is worse than; only there where it says so. */
    readonly baseline?: string;
}

declare interface FollowedWork {
    /** The search as sent to Sentry. */
    readonly searched: string;
    readonly found: boolean;
    /** Of the attempts found, oldest first; the last one is judged. */
    readonly traceIds: readonly string[];
}

/** Hosts besides those of the target and of Sentry, `api.example.com` or `db.example.com:5432`. */
declare interface FurtherContacts {
    /** Asked by probes. */
    readonly probes: readonly string[];
    /** Called by clean-up. */
    readonly cleanup: readonly string[];
    /** Told of changes; only there where somebody is. */
    readonly alerts?: readonly string[];
}

declare type Json = null | Scalar | readonly Json[] | JsonObject;

declare interface JsonObject {
    readonly [key: string]: Json;
}

/** An answer as a result keeps it. Plain readonly data. */
/** The answer as kept: bodies are cut at {@link RESPONSE_BODY_KEPT} characters. */
declare interface KeptResponse {
    readonly status: number;
    readonly statusText: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly bodyBytes: number;
    readonly bodyCut: boolean;
}

/** A span as a waterfall needs it. */
declare interface KeptSpan {
    readonly name: string;
    readonly op: string | null;
    readonly service: string;
    /** 0 for a root; of a parent the children stand below it. */
    readonly depth: number;
    /** From the beginning of the earliest span that was read. */
    readonly startMs: number;
    readonly durationMs: number;
    readonly status: 'ok' | 'error' | 'unknown';
    /** Of background work in a trace of its own. */
    readonly followed: boolean;
}

/** Milliseconds; null while nothing was answered. */
declare interface Latency {
    /** Answers and time-outs; a time-out counts with the time waited, a lower bound. */
    readonly count: number;
    readonly minMs: number | null;
    readonly meanMs: number | null;
    readonly p50Ms: number | null;
    readonly p90Ms: number | null;
    readonly p95Ms: number | null;
    readonly p99Ms: number | null;
    readonly maxMs: number | null;
    /** HDR histogram of microseconds, V2 compressed, base64: mergeable with other runs'. */
    readonly histogram: string | null;
}

/** What a test left behind, or may have. */
declare interface LeftOver {
    readonly testId: string;
    readonly name: string;
    /** Where the call goes, secrets masked: `DELETE https://…/signals/s1`; with its placeholders where they have no value. */
    readonly call: string;
    /** What the placeholders of the call stand for: `response.signal_id` → `s1`. */
    readonly ids: Readonly<Record<string, string>>;
    /** False where nobody knows whether there is anything. */
    readonly certain: boolean;
    readonly reason: string;
    /** A line for a POSIX shell that makes the call, secrets as variables or masked; null where there is nothing to call. */
    readonly command: string | null;
}

/**
 * Reads what `prod-e2e run` would read: config file, profile, environment, Sentry's own files.
 * @throws ProdE2eError `CONFIG_INVALID` with all faults at once, `CONFIG_NOT_FOUND`
 */
export declare function loadConfig(options?: ConfigOptions): Promise<LoadedConfig>;

/** A configuration that was read and found to be right. What is in it, secrets among it, stays inside. */
export declare interface LoadedConfig {
    /** Only {@link loadConfig} makes one. */
    readonly [made]: true;
    /** Absolute; null without a config file. */
    readonly file: string | null;
    readonly profile: string | null;
    /** The endpoint, credentials masked; null where none is given. */
    readonly url: string | null;
}

declare const made: unique symbol;

declare interface MissingDataEntry {
    readonly field: string;
    readonly level: 'required' | 'recommended';
    /** In how many tests. */
    readonly tests: number;
    readonly scenarios: readonly string[];
}

declare interface MissingField {
    /** Dotted path. */
    readonly field: string;
    readonly level: 'required' | 'recommended';
}

/** What a payload function may use: a whole number that a JavaScript number would round is a bigint. */
export declare interface PayloadContext extends ContextNames {
    readonly [dimension: string]: PlainScalar | bigint;
}

export declare type PayloadFunction = (context: PayloadContext) => {
    readonly [key: string]: PayloadValue;
};

/** JSON in which a bigint stands for a whole number of any length. */
declare type PayloadValue = null | PlainScalar | bigint | readonly PayloadValue[] | {
    readonly [key: string]: PayloadValue;
};

/** What JavaScript's own types hold. */
declare type PlainScalar = string | number | boolean;

/**
 * The program could not do its work. Field names are those oclif prints by itself
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
 * The report of a kept run, or one that was written as JSON.
 * @param run id, unique prefix of one, path of a run's folder or of a JSON report, `latest` (default) or `last-green`
 * @param options.dataDir where runs are kept; that of the command line without
 * @throws ProdE2eError `UNKNOWN_RUN`, `AMBIGUOUS_RUN`, `NO_RUNS`, `NO_GREEN_RUN`, `RUN_UNREADABLE`, `REPORT_UNREADABLE`
 */
export declare function readReport(run?: string, options?: {
    readonly dataDir?: string;
}): Promise<Report>;

/**
 * The report as the text of a file, as `--reporter NAME=PATH` writes it.
 * @param reporter `pretty`, `json`, `junit`, `markdown`, … (docs/reports.md)
 * @throws ProdE2eError `UNKNOWN_REPORTER`, naming the nearest and all
 */
export declare function renderReport(report: Report, reporter: string): Promise<string>;

/** The same id, idempotency key and bytes once more, in a trace of its own. */
declare interface RepeatedSend {
    readonly startedAt: string;
    readonly errors: readonly Finding[];
    readonly warnings: readonly Finding[];
    readonly missingData: readonly MissingField[];
    readonly response: KeptResponse | null;
    readonly timings: Timings;
    readonly attempts: readonly Attempt[];
    /** 32 hex characters. */
    readonly traceId: string;
}

declare interface RepeatResult extends Treatment {
    /** Empty where it was not sent again after all; `because` says why. */
    readonly sends: readonly RepeatedSend[];
}

/** The JSON report: the head and all results. */
export declare interface Report extends ReportHead {
    readonly results: readonly TestResult[];
}

/** Everything of a report but the results; `run.json` of a kept run. */
declare interface ReportHead extends RunFacts {
    readonly status: RunStatus;
    readonly exitCode: number;
    /** Null while the run was cut off before its end. */
    readonly endedAt: string | null;
    readonly durationMs: number | null;
    readonly sentry: SentryDelivery;
    readonly summary: Summary;
    readonly latency: Latency;
    readonly missingData: readonly MissingDataEntry[];
    /** Of each scenario that is broken. */
    readonly brokenSince: readonly BrokenSince[];
    readonly stages: readonly StageSummary[];
    /** Null where nothing was to be cleaned up. */
    readonly cleanup: CleanupSummary | null;
    readonly thresholds: readonly ThresholdResult[];
    /** Why webhooks of the plan were not sent; null when all were. */
    readonly skippedBecause: string | null;
    /** About the run as a whole. */
    readonly findings: readonly Finding[];
    readonly nextOffset: number;
}

/**
 * Sends the webhooks of a configuration, judges them and reports. Failed tests are data: see `status`, `exitCode` and
 * `results` of the report.
 * @param config what {@link loadConfig} gave, or an object in the shape of a config file, beside which nothing is read
 * @throws ProdE2eError for a configuration, target or payload that cannot be used (`CONFIG_INVALID`, `NO_URL`,
 *   `HOST_NOT_ALLOWED`, …), and `NOT_AGREED` where `confirm` is needed; the reason of a signal that was aborted beforehand
 */
export declare function run(config: Config | LoadedConfig, options?: RunOptions): Promise<Report>;

/** What a run tells while it goes on; the view draws it. */
export declare type RunEvent = {
    readonly type: 'runStarted';
    readonly facts: RunFacts;
    /** Webhooks: the planned tests, and what is sent again on purpose. */
    readonly sends: number;
    /** `host:port` of the proxy that connects to the target. */
    readonly proxy: string | null;
    /** Host that the traces are reported to. */
    readonly tracesTo: string | null;
    readonly contacts: FurtherContacts;
} | {
    readonly type: 'testSent';
    readonly index: number;
    readonly name: string;
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
    /** What has come and what is waited for: `3 of 5 traces complete; waiting for ab-routing in trace 4`. */
    readonly progress: string;
    /** When Sentry is asked again, where it asked for a pause; else null. */
    readonly resumesInMs: number | null;
} | {
    readonly type: 'sendingEnded';
    readonly sent: number;
    readonly skippedBecause: string | null;
} | {
    readonly type: 'runFinished';
    readonly head: ReportHead;
};

/** Facts about a run that are known before the first webhook is sent. */
declare interface RunFacts {
    readonly schemaVersion: 1;
    readonly tool: {
        readonly name: 'prod-e2e';
        readonly version: string;
    };
    readonly runId: string;
    /** Credentials masked. */
    readonly target: string;
    /** Only there where the target is the sandbox that the run started: its port is another one in each run. */
    readonly sandbox?: true;
    readonly seed: string;
    readonly profile: string | null;
    readonly environment: string;
    readonly startedAt: string;
    readonly planned: number;
    readonly scenarios: readonly string[];
    readonly shard: RunShard | null;
    /** Only there where the scenarios stand in a config file of the project. */
    readonly source?: ScenarioSource;
}

export declare interface RunOptions {
    /**
     * A yes to the safety questions (more than 25 webhooks, 10 a second or 10 at a time to another host, quiet hours). Without it such a
     * run is refused before anything is sent.
     */
    readonly confirm?: boolean;
    /** Stops sending; what is in flight gets 1.5 s. The run then resolves with what there is, `interrupted`. */
    readonly signal?: AbortSignal;
    /** Told what happens while it happens. Where it throws, the run stops in good order and rejects with that. */
    readonly onEvent?: (event: RunEvent) => void;
    /** Keep the run as the command line does (default); false leaves nothing behind, and knows no earlier runs. */
    readonly keep?: boolean;
}

/** Which part of a plan a run is. */
declare interface RunShard {
    /** 1 for the first. */
    readonly index: number;
    readonly total: number;
    /** Webhooks of all shards together. */
    readonly planned: number;
    /** The same for all shards that were dealt out of the same plan, with the same expectations. */
    readonly plan: string;
}

declare type RunStatus = 'healthy' | 'degraded' | 'broken' | 'interrupted';

declare type Scalar = PlainScalar | ExactNumber;

declare type ScenarioConfig = {
    /** Unique; what --scenario takes. */
    name: string;
    /** One line for people. */
    description?: string;
    /** For --tag. A scenario tagged "negative" is only sent when asked for. */
    tags?: string | string[];
    /** Laid over the config's payload. */
    payload?: {
        [k: string]: Json;
    } | PayloadFunction;
    /** In place of the config's payloadSchema. */
    payloadSchema?: {
        [k: string]: Json;
    } | boolean | string;
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
    repeat?: number | {
        /** How often it is sent again. */
        times?: number;
        /** How long after the answer before. */
        after?: string;
        /** Field of the answers that is the same for one event, and another for another one. */
        id?: string;
        /** What it is when the target made a second event of it. */
        secondEvent?: 'error' | 'warn' | 'off';
    };
    /** Laid over the config's expectRepeat, key by key. */
    expectRepeat?: ExpectConfig;
    /** How often it comes up in one turn. */
    weight?: number;
    cleanup?: CleanupConfig;
} | {
    /** The scenario's name; the other keys are dimensions. */
    scenario: string;
    [k: string]: string | number | boolean;
};

/** The config file that the scenarios stand in, for viewers that can show it. */
declare interface ScenarioSource {
    /** Relative to the root of the repository where CI tells it, else to the working folder; with `/` on every system. */
    readonly file: string;
    /** Each scenario that stands in it → its line, counted from 1; null where that is not known. */
    readonly lines: Readonly<Record<string, number | null>>;
}

/** What became of the client side of the traces. Counts are traces. */
declare interface SentryDelivery {
    /** A usable DSN was given. */
    readonly enabled: boolean;
    /** Host of the DSN; null without one. */
    readonly host: string | null;
    readonly accepted: number;
    readonly refused: readonly {
        readonly status: number;
        readonly count: number;
    }[];
    /** Dropped by the SDK without being sent: rate limited, or its buffer full. */
    readonly dropped: number;
    /** Sent, but the connection failed. */
    readonly failed: number;
    /** No answer before the flush ended. */
    readonly pending: number;
    /** What Sentry last asked us to wait, in seconds. */
    readonly retryAfterSeconds: number | null;
}

declare interface SigningConfig {
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

/** The statement of each source; null for one that the stage does not name, or that was not requested. */
declare type StageEvidence = Readonly<Record<EvidenceSource, Statement | null>>;

/** One stage of one test. */
declare interface StageResult {
    readonly name: string;
    readonly state: StageState;
    /** A test whose webhook did not come this far is broken. */
    readonly required: boolean;
    readonly evidence: StageEvidence;
    /** Of the stage's span; null where none was found. */
    readonly durationMs: number | null;
    /** Why it has this state, and what else there is to know, in a few words; null where there is nothing to say. */
    readonly detail: string | null;
    /** Why it could not be checked, as stable codes such as `no-followed-trace`; only there where it is unverified. */
    readonly reasons?: readonly string[];
}

declare type StageState = 'ok' | 'slow' | 'failed' | 'missing' | 'unverified' | 'not-reached';

/** One stage over all tests. Counts are tests. */
declare interface StageSummary {
    readonly name: string;
    readonly ok: number;
    readonly slow: number;
    readonly failed: number;
    readonly missing: number;
    readonly unverified: number;
    readonly notReached: number;
    /** Tests whose webhook got stuck here. */
    readonly stuck: number;
}

/** How far webhooks came. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
/**
 * What one source says about a stage: `confirms` (it shows that the stage happened), `contradicts` (it shows something
 * else), `absent` (it was able to see the stage, and nothing is there), `unknown` (it was not able to see it).
 */
declare type Statement = 'confirms' | 'contradicts' | 'absent' | 'unknown';

/** Where a webhook got stuck. */
declare interface StuckAt {
    /** The first stage that failed or is missing with no reached stage after it. */
    readonly stage: string;
    /** The last stage known to be reached, where those between it and `stage` could not be checked; null otherwise. */
    readonly after: string | null;
}

declare interface Summary {
    /** Tests that were sent and judged. */
    readonly total: number;
    readonly successful: number;
    readonly failed: number;
    /** Tests with at least one warning. */
    readonly warnings: number;
    /** Distinct fields missing somewhere. */
    readonly missing: number;
    /** Tests whose trace was looked for and could not be judged. */
    readonly unverified: number;
    readonly flaky: number;
    /** Planned, but not sent. */
    readonly skipped: number;
    /** Tests that expect to be accepted, and those of them that work. */
    readonly acceptance: number;
    readonly accepted: number;
    /** Of the tests that expect to be accepted, those that the target treated as duplicates. */
    readonly duplicates: number;
    /** Tests with a required stage that could not be checked. */
    readonly unchecked: number;
}

export declare interface TestResult {
    readonly testId: string;
    readonly index: number;
    readonly name: string;
    /** Where a replayed payload comes from: `orders.ndjson, line 17`; only there where it was replayed. */
    readonly from?: string;
    readonly scenario: string;
    readonly dimensions: Readonly<Record<string, PlainScalar>>;
    readonly verdict: Verdict;
    /** Passed, but only after a retry. */
    readonly flaky: boolean;
    readonly startedAt: string;
    readonly errors: readonly Finding[];
    readonly warnings: readonly Finding[];
    readonly missingData: readonly MissingField[];
    readonly request: WebhookRequest;
    readonly response: KeptResponse | null;
    readonly timings: Timings;
    readonly attempts: readonly Attempt[];
    /** Only there where it is a webhook to be sent again. Its errors and warnings are among those of the test, too. */
    readonly repeat?: RepeatResult;
    readonly trace: TraceResult;
    readonly stages: readonly StageResult[];
    /** Null where it did not get stuck, or nobody can tell. */
    readonly stuckAt: StuckAt | null;
    /** Why it is broken or has a warning; null where it is neither. */
    readonly cause: Cause | null;
    /** It expects to be accepted; false where a refusal is the right response. */
    readonly expectsAcceptance: boolean;
}

declare interface ThresholdResult {
    readonly expression: string;
    /** The measured value in the metric's own unit; null when there is nothing to measure. */
    readonly actual: number | null;
    readonly ok: boolean;
}

/** Phases of the request that got the answer, in milliseconds; null where a phase did not take place. */
declare interface Timings {
    /** Waiting for a socket. */
    readonly waitMs: number | null;
    readonly dnsMs: number | null;
    readonly tcpMs: number | null;
    readonly tlsMs: number | null;
    readonly requestMs: number | null;
    readonly firstByteMs: number | null;
    readonly downloadMs: number | null;
    /** From the start of the request (with `--rate`: from its planned start) to the last byte or the failure. */
    readonly totalMs: number;
    /** With `--rate`: how much later than planned the request started; contained in `totalMs`. */
    readonly lateMs: number;
}

declare interface TraceResult {
    readonly traceId: string;
    /** Where a person can look at it; null while the organisation is unknown. */
    readonly url: string | null;
    readonly state: TraceState;
    readonly reason: UnverifiedReason | null;
    /** Spans read back, ours included; null where the trace was not read. */
    readonly spanCount: number | null;
    /** How the wait for it went; null where the trace was not read. */
    readonly wait: TraceWait | null;
    /** Background work that was searched for, one entry a search. */
    readonly followed: readonly FollowedWork[];
    /** What was read, in the order of a tree, at most {@link SPANS_KEPT}; empty where the trace was not read. */
    readonly spans: readonly KeptSpan[];
    readonly findings: readonly Finding[];
}

/** `skipped`: not tried. `unverified`: tried, could not be judged. */
declare type TraceState = 'verified' | 'failed' | 'unverified' | 'skipped';

declare interface TraceWait {
    readonly polls: number;
    readonly waitedMs: number;
    /** Labels of expected spans that had not come when the wait ended. */
    readonly awaited: readonly string[];
}

/** `unknown`: the answers do not tell. */
declare type TreatedAs = 'one-event' | 'second-event' | 'unknown';

declare interface Treatment {
    readonly treatedAs: TreatedAs;
    /** What says so, or why nothing does: `status DUPLICATE`, `no signal_id in the answers`. */
    readonly because: string;
}

/** Why a trace that was looked for could not be judged. */
declare type UnverifiedReason = 'not-found' | 'only-our-spans' | 'sampled-out' | 'late' | 'not-settled' | 'unauthorized' | 'org-mismatch' | 'unavailable' | 'api-error';

declare type Verdict = 'working' | 'broken';

/** A request without the headers of trace and signature, which exist only once it is sent. */
declare interface WebhookRequest {
    readonly method: string;
    readonly url: string;
    /** Lower-case names. */
    readonly headers: Readonly<Record<string, string>>;
    /** The exact bytes that are sent, as UTF-8 text. */
    readonly body: string;
}

export { }
