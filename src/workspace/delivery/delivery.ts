import type { Json } from '../types.ts';

/** How a payload travels: form fields, `payload=<JSON>`, or JSON. */
export type PayloadKind = 'slash_commands' | 'interactive' | 'events_api';

export interface Reply {
  /** 2xx (or an acknowledgement) in time. */
  ok: boolean;
  status: number;
  /** What the app answered, JSON decoded where it is JSON, text otherwise. */
  body: unknown;
  ms: number;
  /** Why not ok, in Slack's words. */
  error?: 'operation_timeout' | 'http_error' | 'connection_failed';
  /** The app asked that the event be not sent again. */
  noRetry?: boolean;
}

/** A way to the app. */
export interface Delivery {
  /**
   * Sends one payload and waits for the acknowledgement, three seconds at most.
   * @param retry for events that are sent again
   */
  send(kind: PayloadKind, payload: Json, retry?: { num: number; reason: string }): Promise<Reply>;
  close(): Promise<void>;
}

/** Slack waits this long for an acknowledgement. */
export const ACK_MS = 3000;

/** @returns JSON decoded, or the text itself, or undefined for nothing */
export function decoded(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
