import type { Json } from '../types.ts';
import { ACK_MS, type Delivery, decoded, type PayloadKind, type Reply } from './delivery.ts';
import { signature } from './signature.ts';

export interface HttpTarget {
  url: string | (() => string);
  signingSecret: string;
  /**
   * For tests of signatures: changes what is sent.
   * Requests are stamped with the real time, whatever the workspace's clock says: that is what receivers compare it to.
   */
  tamper?: (request: { headers: Record<string, string>; body: string }) => void;
}

/** @returns signed delivery over HTTP */
export function httpDelivery(target: HttpTarget): Delivery {
  return {
    async send(kind, payload, retry) {
      const started = performance.now();
      const request = signed(target, kind, payload, retry);
      const url = typeof target.url === 'function' ? target.url() : target.url;
      const since = () => Math.round(performance.now() - started);
      try {
        const response = await fetch(url, {
          method: 'POST',
          ...request,
          redirect: 'manual',
          signal: AbortSignal.timeout(ACK_MS),
        });
        const text = await response.text();
        return {
          ok: response.ok,
          status: response.status,
          body: decoded(text),
          ms: since(),
          ...(!response.ok && { error: 'http_error' as const }),
          ...(response.headers.get('x-slack-no-retry') === '1' && { noRetry: true }),
        };
      } catch (error) {
        return { ok: false, status: 0, body: undefined, ms: since(), error: whyNot(error) };
      }
    },
    async close() {},
  };
}

function whyNot(error: unknown): Reply['error'] {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'operation_timeout';
  if (error instanceof TypeError) return 'connection_failed';
  throw error;
}

function signed(
  target: HttpTarget,
  kind: PayloadKind,
  payload: Json,
  retry?: { num: number; reason: string },
): { headers: Record<string, string>; body: string } {
  const body = serialized(kind, payload);
  const timestamp = Math.floor(Date.now() / 1000);
  const request = {
    headers: {
      'content-type': kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': signature(target.signingSecret, timestamp, body),
      ...(retry && { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason }),
    } as Record<string, string>,
    body,
  };
  target.tamper?.(request);
  return request;
}

function serialized(kind: PayloadKind, payload: Json): string {
  if (kind === 'events_api') return JSON.stringify(payload);
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(payload as Record<string, string>).toString();
}
