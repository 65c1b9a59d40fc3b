import type { Clock } from '../clock.ts';
import { SlackError } from './errors.ts';
import { secret } from './ids.ts';

const LIFE_MS = 3000;
const REMEMBERED = 1000;

/** Trigger ids: good for three seconds, and once. */
export class Triggers {
  readonly #clock: Clock;
  readonly #given = new Map<string, { person: string; expires: number; used: boolean }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param person who did what the app may answer with a modal
   * @returns a new trigger id
   */
  give(person: string): string {
    const now = this.#clock.now().getTime();
    const id = `${Math.floor(now / 1000)}.${now % 1000}${this.#given.size}.${secret()}`;
    this.#given.set(id, { person, expires: now + LIFE_MS, used: false });
    if (this.#given.size > REMEMBERED) this.#given.delete(this.#given.keys().next().value as string);
    return id;
  }

  /**
   * Looks whether a trigger may still be exchanged, without exchanging it.
   * @throws SlackError invalid_trigger_id, exchanged_trigger_id, expired_trigger_id
   */
  check(id: unknown): { person: string } {
    const found = typeof id === 'string' ? this.#given.get(id) : undefined;
    if (!found) throw new SlackError('invalid_trigger_id');
    if (found.used) throw new SlackError('exchanged_trigger_id');
    if (found.expires < this.#clock.now().getTime()) throw new SlackError('expired_trigger_id');
    return { person: found.person };
  }

  /** Marks it as used. Call after `check` and once everything else is right. */
  exchange(id: string): void {
    const found = this.#given.get(id);
    if (found) found.used = true;
  }
}
