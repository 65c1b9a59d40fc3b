import { EventEmitter } from 'node:events';
import type { LogEntry } from './request-log.ts';
import type { Message, View } from './types.ts';

/** What changed in the workspace, for the page, for waiting tests and for the store. */
export type Change =
  | { type: 'message'; change: 'new' | 'changed'; channel: string; message: Message; only?: string }
  | { type: 'message'; change: 'deleted'; channel: string; ts: string; thread_ts?: string; only?: string }
  | { type: 'channels' }
  | { type: 'people' }
  | { type: 'home'; person: string; view: View }
  | { type: 'modals'; person: string }
  | { type: 'request'; entry: LogEntry }
  | { type: 'files' }
  | { type: 'panels' }
  | { type: 'clock' };

/** Tells whoever listens what changed. */
export class Bus {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  /** @param change what happened just now */
  tell(change: Change): void {
    this.#emitter.emit('change', change);
  }

  /**
   * @param listener called for each change
   * @returns a function that stops it
   */
  listen(listener: (change: Change) => void): () => void {
    this.#emitter.on('change', listener);
    return () => this.#emitter.off('change', listener);
  }

  /**
   * Waits, without polling, until something is so.
   * @param look tried at once and after every change; anything but undefined, null and false ends the waiting
   * @param ms how long at most (real time)
   * @param what for the error, what was waited for
   * @returns what `look` gave
   * @throws Error when the time is over
   */
  until<T>(look: () => T | undefined | null | false, ms = 15_000, what = 'a change'): Promise<T> {
    return new Promise((resolve, reject) => {
      const found = look();
      if (found) return resolve(found);
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`Waited ${ms} ms in vain for ${what}`));
      }, ms);
      const stop = this.listen(() => {
        try {
          const value = look();
          if (!value) return;
          stop();
          clearTimeout(timer);
          resolve(value);
        } catch (error) {
          stop();
          clearTimeout(timer);
          reject(error);
        }
      });
    });
  }
}
