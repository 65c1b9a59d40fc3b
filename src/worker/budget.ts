/** What kind of call: Slack limits posts by channel, edits and openings of direct messages by workspace. */
export type CallKind = 'post' | 'update' | 'open';

export interface Call {
  workspaceId: string;
  /** The channel, or the person with whom a conversation is to be opened. */
  channel: string;
  kind: CallKind;
  /** A state that will not change any more: it goes before progress that is soon overwritten. */
  final: boolean;
}

/** Go now and call `done` afterwards, or come again after `waitMs`. */
export type Turn = { go: true; done: () => void } | { go: false; waitMs: number };

export interface Budget {
  /** Asks for a turn; when it is given, it is spent. */
  turn(call: Call): Turn;
  /** Slack answered 429: nobody gets a turn for the same channel or kind before that time. */
  limited(call: Call, retryAfterMs: number): void;
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
const BUSY_MS = 100;
/** However many wait, each asks again within this time. */
const LATEST_MS = 30_000;
const FORGET_AFTER_MS = 120_000;

interface Bucket {
  tokens: number;
  at: number;
  pausedUntil: number;
  /** The last time that was named to somebody who had to wait, so that not all come back at once. */
  promised: number;
}

/**
 * Keeps calls within Slack's limits, each channel for itself. It counts by the process's own time, as Slack does,
 * not by the application's clock.
 * @param now milliseconds that only rise
 */
export function createBudget(now: () => number = () => performance.now()): Budget {
  const buckets = new Map<string, Bucket>();
  const underWay = new Map<string, number>();
  let sweptAt = now();

  const bucketOf = (call: Call): Bucket => {
    sweep();
    const key = bucketKey(call);
    const { burst, perSecond } = ALLOWANCES[call.kind];
    const at = now();
    const bucket = buckets.get(key) ?? { tokens: burst, at, pausedUntil: 0, promised: 0 };
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
    buckets.set(key, bucket);
    return bucket;
  };

  /** A bucket that has been left alone is full again, so it need not be kept. */
  const sweep = (): void => {
    if (now() - sweptAt < FORGET_AFTER_MS) return;
    sweptAt = now();
    for (const [key, { at, pausedUntil }] of buckets) {
      if (sweptAt - at > FORGET_AFTER_MS && pausedUntil < sweptAt) buckets.delete(key);
    }
  };

  return {
    turn(call) {
      const bucket = bucketOf(call);
      const { perSecond, kept } = ALLOWANCES[call.kind];
      const missing = 1 + (call.final ? 0 : kept) - bucket.tokens;
      const paused = bucket.pausedUntil > bucket.at;
      if (paused || missing > 0) {
        const soonest = paused ? bucket.pausedUntil : bucket.at + (missing / perSecond) * 1000;
        bucket.promised = Math.min(
          Math.max(soonest, bucket.promised + 1000 / perSecond),
          soonest + LATEST_MS,
        );
        return { go: false, waitMs: Math.ceil(bucket.promised - bucket.at) };
      }
      const place = `${call.workspaceId} ${call.channel}`;
      const busy = underWay.get(place) ?? 0;
      if (busy >= AT_ONCE) return { go: false, waitMs: BUSY_MS };
      bucket.tokens -= 1;
      underWay.set(place, busy + 1);
      return {
        go: true,
        done() {
          const left = (underWay.get(place) ?? 1) - 1;
          if (left > 0) underWay.set(place, left);
          else underWay.delete(place);
        },
      };
    },
    limited(call, retryAfterMs) {
      const bucket = bucketOf(call);
      bucket.pausedUntil = Math.max(bucket.pausedUntil, now() + retryAfterMs);
    },
  };
}

function bucketKey({ kind, workspaceId, channel }: Call): string {
  return kind === 'post' ? `post ${workspaceId} ${channel}` : `${kind} ${workspaceId}`;
}
