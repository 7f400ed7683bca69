/** What the Sentry server has to say about data that Sentry would not show. */
import { DROP_REASONS, type Outcome } from './sentry-server/outcomes.ts';

export type IngestNotice =
  | {
      readonly type: 'refused';
      /** What the request was for: a path. */
      readonly path: string;
      readonly status: number;
      readonly detail: string;
      readonly causes: readonly string[];
    }
  | {
      readonly type: 'dropped';
      /** Slug. */
      readonly project: string;
      readonly category: string;
      readonly reason: string;
      /** In words. */
      readonly why: string;
      /** So far, of this project, category and reason. */
      readonly quantity: number;
    };

/** Different causes that are reported; further ones are not. */
const MAX_KEYS = 1_000;

export interface NoticeBoard {
  refused(notice: Omit<Extract<IngestNotice, { type: 'refused' }>, 'type'>): void;
  /** Of what is dropped by this envelope; `why` if the reason has no standard text. */
  dropped(project: string, outcome: Outcome, why?: string): void;
}

/** Logs each message the first time, and then whenever its count gets another digit: a broken SDK sends it a thousand times. */
export function createNoticeBoard(report: (notice: IngestNotice) => void): NoticeBoard {
  const totals = new Map<string, number>();
  /** The total, when it is to be reported. */
  const counted = (key: string, quantity: number): number | null => {
    const before = totals.get(key) ?? 0;
    if (before === 0 && totals.size >= MAX_KEYS) return null;
    const total = before + quantity;
    totals.set(key, total);
    return before === 0 || String(total).length > String(before).length ? total : null;
  };
  return {
    refused(notice) {
      if (counted(`${notice.path} ${notice.status} ${notice.detail}`, 1) !== null)
        report({ type: 'refused', ...notice });
    },
    dropped(project, { outcome, category, reason, quantity }, why) {
      if (outcome !== 'invalid' || reason === null) return;
      const total = counted(`${project} ${category} ${reason}`, quantity);
      if (total === null) return;
      const words: Readonly<Record<string, string>> = DROP_REASONS;
      report({
        type: 'dropped',
        project,
        category,
        reason,
        why: why ?? words[reason] ?? '',
        quantity: total,
      });
    },
  };
}
