import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import type { Fault } from '../faults.ts';
import { sendJson, sendText } from '../http.ts';
import { limited } from '../rate-limits.ts';
import type { Json } from '../types.ts';

/** What an address gives: an answer, or a refusal, for whoever writes both out and into the log. */
export interface Served {
  kind: 'api' | 'response_url' | 'file';
  name: string;
  request: unknown;
  work(): Promise<Json>;
  answered(body: Json): void;
  headers?: Record<string, string>;
}

/** Does the work, with the faults a test has asked for; writes the answer and the log. */
export async function serve(
  ctx: Context,
  served: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const fault = ctx.faults.take(served.name, (served.request ?? {}) as Json);
  let answer: Json;
  let status = 200;
  let refused: { error: string; detail: string } | null = null;
  try {
    if (fault?.delayMs) await sleep(fault.delayMs);
    if (fault && !fault.afterwards && fails(fault))
      return strike(ctx, served, fault, started, request, response);
    answer = { ok: true, ...(await served.work()) };
    if (fault?.afterwards) return strike(ctx, served, fault, started, request, response);
    served.answered(answer);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    answer = { ok: false, error: error.error, ...error.extra };
    status = error.status;
    refused = { error: error.error, detail: error.message };
    ctx.log.refuse(served.name, error.error, error.message, served.request);
    sendJson(response, status, answer, { ...served.headers, ...error.headers });
  }
  record(ctx, served, answer, status, started, refused);
}

function fails(fault: Fault): boolean {
  return fault.status !== undefined || fault.error !== undefined || fault.dropConnection === true;
}

/** Fails in the way a test has asked for. That is no refusal of what the app did. */
function strike(
  ctx: Context,
  served: Served,
  fault: Fault,
  started: number,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const status = fault.status ?? 200;
  if (fault.dropConnection) {
    request.socket.destroy();
  } else if (fault.status === 429) {
    const { headers } = limited((fault.retryAfterSeconds ?? 1) * 1000);
    sendJson(response, 429, { ok: false, error: 'ratelimited' }, headers);
  } else if (fault.error) {
    sendJson(response, status, { ok: false, error: fault.error });
  } else {
    sendText(response, status, 'A fault that was asked for');
  }
  record(
    ctx,
    served,
    { fault: { ...fault, when: undefined } },
    fault.dropConnection ? 0 : status,
    started,
    null,
  );
}

function record(
  ctx: Context,
  served: Served,
  answer: Json,
  status: number,
  started: number,
  refused: { error: string; detail: string } | null,
): void {
  const { kind, name, request } = served;
  const ms = Math.round(performance.now() - started);
  ctx.log.add({ direction: 'to_slack', kind, name, request, answer, status, ms, refused });
}
