import type { Clock } from '../clock.ts';
import type { Bus } from './bus.ts';

export interface LogEntry {
  id: number;
  at: string;
  direction: 'to_app' | 'to_slack';
  kind:
    | 'command'
    | 'block_actions'
    | 'view_submission'
    | 'view_closed'
    | 'block_suggestion'
    | 'shortcut'
    | 'event'
    | 'api'
    | 'response_url'
    | 'file';
  name: string;
  person?: string;
  request: unknown;
  answer: unknown;
  status: number;
  ms: number;
  refused: null | { error: string; detail: string };
}

/** Something Slack would not have taken: a request of the app, or its answer to what it was sent. */
export interface Refusal {
  at: string;
  /** A Web API method, `response_url`, or `ack:<kind of payload>`. */
  method: string;
  error: string;
  detail: string;
  request: unknown;
}

const KEPT = 500;

/** What passed between Slack and the app, the newest 500; and every refusal. */
export class RequestLog {
  readonly entries: LogEntry[] = [];
  readonly refusals: Refusal[] = [];
  readonly #clock: Clock;
  readonly #bus: Bus;
  readonly #listener: ((entry: LogEntry) => void) | undefined;
  #next = 1;

  constructor(clock: Clock, bus: Bus, listener?: (entry: LogEntry) => void) {
    this.#clock = clock;
    this.#bus = bus;
    this.#listener = listener;
  }

  /**
   * Notes an exchange; a refusal in it is kept apart as well.
   * @param entry all but its number and time
   */
  add(entry: Omit<LogEntry, 'id' | 'at'>): void {
    const full: LogEntry = {
      id: this.#next++,
      at: this.#clock.now().toISOString(),
      ...entry,
      request: redact(entry.request),
      answer: redact(entry.answer),
    };
    this.entries.push(full);
    if (this.entries.length > KEPT) this.entries.shift();
    this.#listener?.(full);
    this.#bus.tell({ type: 'request', entry: full });
  }

  /**
   * Notes that Slack would have refused something.
   * @param method what was called or answered
   * @param error Slack's name of the error
   * @param detail why
   * @param request what was refused
   */
  refuse(method: string, error: string, detail: string, request: unknown): void {
    this.refusals.push({
      at: this.#clock.now().toISOString(),
      method,
      error,
      detail,
      request: redact(request),
    });
    if (this.refusals.length > KEPT) this.refusals.shift();
  }

  /** @returns the refusals so far; the list begins anew. */
  takeRefusals(): Refusal[] {
    return this.refusals.splice(0);
  }
}

const SECRET_NAMES = new Set(['token', 'client_secret', 'authorization', 'access_token', 'refresh_token']);

function redact(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\bx(?:ox[a-z]|app)-[\w-]+/g, '[token]');
  if (Array.isArray(value)) return value.map(redact);
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        SECRET_NAMES.has(name) ? '[secret]' : redact(inner),
      ]),
    );
  }
  return value;
}
