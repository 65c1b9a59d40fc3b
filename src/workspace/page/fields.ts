import type { PlainValues } from './types.ts';

/** What is filled in on a surface, by block id and action id. */
export class Fields {
  #given: PlainValues;
  readonly #typed: PlainValues = {};
  readonly #listeners = new Set<(blockId: string) => void>();
  /** Names of uploaded files, by id. */
  readonly fileNames = new Map<string, string>();

  /** @param given what the server knows to be filled in */
  constructor(given: PlainValues = {}) {
    this.#given = given;
  }

  /** @returns the value, undefined when nothing was ever filled in */
  get(blockId: string, actionId: string): unknown {
    const typed = this.#typed[blockId];
    if (typed && actionId in typed) return typed[actionId];
    return this.#given[blockId]?.[actionId];
  }

  set(blockId: string, actionId: string, value: unknown): void {
    this.#typed[blockId] ??= {};
    this.#typed[blockId][actionId] = value;
    for (const listener of this.#listeners) listener(blockId);
  }

  /** @returns everything that was touched in the page; the server keeps the rest */
  all(): PlainValues {
    return this.#typed;
  }

  /**
   * Takes what the server says after the app changed the view. What was typed here stays where the field still
   * is, as in Slack.
   */
  renew(given: PlainValues, present: ReadonlySet<string>): void {
    this.#given = given;
    for (const [blockId, actions] of Object.entries(this.#typed)) {
      for (const actionId of Object.keys(actions)) {
        if (!present.has(`${blockId}/${actionId}`)) delete actions[actionId];
      }
      if (Object.keys(actions).length === 0) delete this.#typed[blockId];
    }
  }

  /** @param listener told the block id of each change */
  listen(listener: (blockId: string) => void): void {
    this.#listeners.add(listener);
  }
}
