import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from '../clock.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * @param prefix what kind of thing it is, e.g. `V` for a view
 * @param length how many characters follow
 * @returns an id that looks like Slack's
 */
export function slackId(prefix: string, length = 10): string {
  let id = prefix;
  for (let i = 0; i < length; i += 1) id += ALPHABET[randomInt(ALPHABET.length)];
  return id;
}

/** @returns a short id as Slack gives to blocks and elements that came without one. */
export function shortId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}

/** @returns an unguessable word for addresses, triggers and tokens. */
export function secret(bytes = 16): string {
  return randomBytes(bytes).toString('hex');
}

/**
 * Message timestamps: seconds and six digits, unique and rising in a workspace.
 * @param clock gives the seconds
 * @param last the greatest one given before, after a restart
 * @returns a function that gives the next one
 */
export function timestamps(clock: Clock, last = '0.000000'): () => string {
  let micros = toMicros(last);
  return () => {
    micros = Math.max(micros + 1, clock.now().getTime() * 1000);
    const seconds = Math.floor(micros / 1e6);
    return `${seconds}.${String(micros - seconds * 1e6).padStart(6, '0')}`;
  };
}

function toMicros(ts: string): number {
  const [seconds, fraction] = ts.split('.');
  return Number(seconds) * 1e6 + Number(fraction ?? 0);
}
