import type { Clock } from '../clock.ts';
import { SlackError } from './errors.ts';

/** Calls a minute for one method in one workspace, by Slack's tiers; tier 5 is special and generous. */
const PER_MINUTE: Record<string, number> = { t1: 1, t2: 20, t3: 50, t4: 100, t5: 600 };
const MINUTE = 60_000;
/** Slack speaks of "about" one message a second: a timer that fires a little early is let through. */
const CHANNEL_GAP_MS = 950;

/** Slack's rate limits: a sliding minute for each method, and a message a second for each channel. */
export class RateLimits {
  readonly #clock: Clock;
  readonly #calls = new Map<string, number[]>();
  readonly #lastPost = new Map<string, number>();
  enabled: boolean;

  constructor(clock: Clock, enabled: boolean) {
    this.#clock = clock;
    this.enabled = enabled;
  }

  /**
   * Counts a call.
   * @param method the Web API method
   * @param tier t1 … t5
   * @throws SlackError ratelimited, HTTP 429 with Retry-After
   */
  count(method: string, tier: string): void {
    if (!this.enabled) return;
    const now = this.#clock.now().getTime();
    const recent = (this.#calls.get(method) ?? []).filter((at) => at > now - MINUTE);
    this.#calls.set(method, recent);
    if (recent.length >= (PER_MINUTE[tier] ?? 100)) throw limited((recent[0] as number) + MINUTE - now);
    recent.push(now);
  }

  /**
   * Counts a message to a channel.
   * @throws SlackError ratelimited, HTTP 429 with Retry-After
   */
  countPost(channel: string): void {
    if (!this.enabled) return;
    const now = this.#clock.now().getTime();
    const last = this.#lastPost.get(channel);
    if (last !== undefined && now - last < CHANNEL_GAP_MS) throw limited(last + 1000 - now);
    this.#lastPost.set(channel, now);
  }
}

/** @returns the refusal that Slack gives to whoever calls too often */
export function limited(waitMs: number): SlackError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new SlackError('ratelimited', [], { status: 429, headers: { 'retry-after': String(seconds) } });
}
