import type { Json } from './types.ts';

/** What shall go wrong, for tests. */
export interface Fault {
  /** HTTP status in place of an answer (429 brings Retry-After). */
  status?: number;
  retryAfterSeconds?: number;
  /** Slack's error name in place of an answer. */
  error?: string;
  /** Waits first. Alone: the call then works. */
  delayMs?: number;
  /** The connection is cut without an answer. */
  dropConnection?: boolean;
  /** Does the work, and only then fails: the answer is lost, the effect is not. */
  afterwards?: boolean;
  /** How many calls it strikes; 1 when left out. */
  count?: number;
  /** Only calls with such arguments. */
  when?: (args: Json) => boolean;
}

/** Faults to come, by method (or `response_url`, or `upload`). */
export class Faults {
  readonly #waiting = new Map<string, { fault: Fault; left: number }[]>();

  /**
   * @param method a Web API method, `response_url`, `upload`, or `*` for any
   * @param fault what shall go wrong at its next call or calls
   */
  next(method: string, fault: Fault): void {
    const list = this.#waiting.get(method) ?? [];
    list.push({ fault, left: fault.count ?? 1 });
    this.#waiting.set(method, list);
  }

  /** Takes away all that has not struck yet. */
  clear(): void {
    this.#waiting.clear();
  }

  /** @returns the fault that strikes this call, if one does */
  take(method: string, args: Json): Fault | undefined {
    for (const name of [method, '*']) {
      const list = this.#waiting.get(name) ?? [];
      const hit = list.find((f) => f.left > 0 && (f.fault.when?.(args) ?? true));
      if (!hit) continue;
      hit.left -= 1;
      if (hit.left === 0) list.splice(list.indexOf(hit), 1);
      return hit.fault;
    }
    return undefined;
  }
}
