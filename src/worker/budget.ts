import { createOutage } from './outage.ts';
import { type Line, leave, newLine, place, someoneIsDue, standBack } from './waiting-line.ts';

/** What kind of call: Slack limits posts by channel, edits and openings of direct messages by workspace. */
export type CallKind = 'post' | 'update' | 'open';

export interface Call {
  workspaceId: string;
  /** The channel, or the person with whom a conversation is to be opened. */
  channel: string;
  kind: CallKind;
  /** A state that will not change any more: it goes before progress that is soon overwritten. */
  final: boolean;
  /** Who asks: the same number when it comes again, so that it keeps its place in the line. */
  ticket: number;
}

/** Go now and call `done` afterwards, or come again after `waitMs`. */
export type Turn = { go: true; done: () => void } | { go: false; waitMs: number };

export interface Budget {
  /** Asks for a turn; when it is given, it is spent. */
  turn(call: Call): Turn;
  /** Slack answered 429: nobody gets a turn for the same channel or kind before that time. */
  limited(call: Call, retryAfterMs: number): void;
  /** Slack did not answer. When that happens wherever one looks, the workspace is left alone for a while. */
  unreachable(call: Call): void;
  /** Slack answered, whatever it was. */
  reached(call: Call): void;
}

interface Allowance {
  /** Turns that can be had at once after a quiet time. */
  burst: number;
  perSecond: number;
  /** Turns kept back for final states. */
  kept: number;
}

/**
 * About one post a second for a channel; edits and openings are tier 3 (about 50 a minute). Burst and refill
 * together give 40 edits in any minute. https://docs.slack.dev/apis/web-api/rate-limits
 */
const ALLOWANCES: Record<CallKind, Allowance> = {
  post: { burst: 5, perSecond: 1, kept: 0 },
  update: { burst: 10, perSecond: 0.5, kept: 4 },
  open: { burst: 10, perSecond: 0.5, kept: 0 },
};

/** Calls under way to one channel: a channel that answers slowly must not take all places. */
const AT_ONCE = 3;
const BUSY_MS = 250;
const FORGET_AFTER_MS = 120_000;

interface Bucket {
  tokens: number;
  at: number;
  pausedUntil: number;
  /** Those who wait: for final states, and for the rest. */
  final: Line;
  other: Line;
}

/**
 * Keeps calls within Slack's limits, each channel for itself. It counts by the process's own time, as Slack does,
 * not by the application's clock. Whoever must wait is told when their turn will be, however many wait, so that
 * nobody asks more than a few times and nobody is overtaken by those who come later.
 * @param now milliseconds that only rise
 */
export function createBudget(now: () => number = () => performance.now()): Budget {
  const buckets = new Map<string, Bucket>();
  const underWay = new Map<string, number>();
  const outage = createOutage(now);
  let sweptAt = now();

  const bucketOf = (call: Call): Bucket => {
    sweep();
    const key = bucketKey(call);
    const { burst, perSecond } = ALLOWANCES[call.kind];
    const at = now();
    const bucket = buckets.get(key) ?? {
      tokens: burst,
      at,
      pausedUntil: 0,
      final: newLine(),
      other: newLine(),
    };
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
    buckets.set(key, bucket);
    return bucket;
  };

  /** A bucket that has been left alone is full again, so it need not be kept. */
  const sweep = (): void => {
    if (now() - sweptAt < FORGET_AFTER_MS) return;
    sweptAt = now();
    for (const [key, { at, pausedUntil, final, other }] of buckets) {
      const over = Math.max(at + FORGET_AFTER_MS, pausedUntil, final.next, other.next);
      if (over < sweptAt) buckets.delete(key);
    }
  };

  /** @returns how long to wait for a turn; 0 when it is now */
  const waitFor = (call: Call, bucket: Bucket): number => {
    const { perSecond, kept } = ALLOWANCES[call.kind];
    const { at, pausedUntil } = bucket;
    const line = call.final ? bucket.final : bucket.other;
    const everyMs = 1000 / perSecond;
    const missing = Math.max(0, 1 + (call.final ? 0 : kept) - bucket.tokens);
    const busy = (underWay.get(placeOf(call)) ?? 0) >= AT_ONCE;
    const blocked = pausedUntil > at || missing > 0 || busy;
    if (!blocked && !someoneIsDue(line, call.ticket, at, everyMs)) return 0;
    const soonest = Math.max(
      pausedUntil,
      at + Math.max(missing, blocked ? 0 : 1) * everyMs,
      busy ? at + BUSY_MS : 0,
    );
    return place(line, call.ticket, at, { soonest, everyMs, blocked }) - at;
  };

  return {
    turn(call) {
      const away = outage.wait(call.workspaceId);
      if (away > 0) return { go: false, waitMs: away };
      const bucket = bucketOf(call);
      const waitMs = Math.ceil(waitFor(call, bucket));
      if (waitMs > 0) return { go: false, waitMs };
      bucket.tokens -= 1;
      leave(call.final ? bucket.final : bucket.other, call.ticket);
      underWay.set(placeOf(call), (underWay.get(placeOf(call)) ?? 0) + 1);
      const probed = outage.begins(call.workspaceId);
      return {
        go: true,
        done() {
          probed();
          const left = (underWay.get(placeOf(call)) ?? 1) - 1;
          if (left > 0) underWay.set(placeOf(call), left);
          else underWay.delete(placeOf(call));
        },
      };
    },
    limited(call, retryAfterMs) {
      const bucket = bucketOf(call);
      const until = Math.max(bucket.pausedUntil, bucket.at + retryAfterMs);
      const longer = until - Math.max(bucket.pausedUntil, bucket.at);
      standBack(bucket.final, longer);
      standBack(bucket.other, longer);
      bucket.pausedUntil = until;
    },
    unreachable: (call) => outage.failed(call.workspaceId, call.channel),
    reached: (call) => outage.over(call.workspaceId),
  };
}

const placeOf = ({ workspaceId, channel }: Call): string => `${workspaceId} ${channel}`;

function bucketKey({ kind, workspaceId, channel }: Call): string {
  return kind === 'post' ? `post ${workspaceId} ${channel}` : `${kind} ${workspaceId}`;
}
