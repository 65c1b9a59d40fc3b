import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import type { Fault } from '../faults.ts';
import { bodyOf, fieldsOf, sendFile, sendJson, sendText } from '../http.ts';
import { limited } from '../rate-limits.ts';
import { respond } from '../response-urls.ts';
import type { Json } from '../types.ts';
import { callMethod, scopeHeaders } from './call.ts';
import { needScope } from './channels.ts';
import { visibleFile } from './files.ts';
import { methodFacts } from './methods.ts';

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_UPLOAD = 100 * 1024 * 1024;

/** What an address gives: an answer, or a refusal, for whoever writes both out and into the log. */
interface Served {
  kind: 'api' | 'response_url' | 'file';
  name: string;
  request: unknown;
  work(): Promise<Json>;
  answered(body: Json): void;
  headers?: Record<string, string>;
}

/**
 * Serves what the app calls: Web API, response addresses, uploads and downloads of files.
 * @param path below the workspace's base path
 * @returns false when the path is none of these
 */
export async function serveApi(
  ctx: Context,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const [, room, first = '', second] = path.split('/');
  if (room === 'api') await serve(ctx, await apiCall(ctx, first, request, response), request, response);
  else if (room === 'respond')
    await serve(ctx, await responseCall(ctx, first, request, response), request, response);
  else if (room === 'files' && first === 'upload' && second) await receive(ctx, second, request, response);
  else if (room === 'files' && second) await download(ctx, first, request, response);
  else return false;
  return true;
}

async function apiCall(
  ctx: Context,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Served> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const type = request.headers['content-type'] ?? '';
  const bytes = await bodyOf(request, MOST_BYTES);
  const json = type.startsWith('application/json');
  const takesJson = methodFacts(method)?.json ?? true;
  let broken: SlackError | undefined;
  let body: Json = {};
  try {
    if (!json || takesJson) body = await fieldsOf(type, bytes);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    broken = new SlackError(json ? 'invalid_json' : 'invalid_form_data');
  }
  const raw: Json = { ...Object.fromEntries(url.searchParams), ...body };
  const auth = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const token = auth ?? (json ? undefined : (raw.token as string | undefined));
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic && method === 'oauth.v2.access') {
    const [id, secret] = Buffer.from(basic, 'base64').toString().split(':');
    Object.assign(raw, { client_id: id, client_secret: secret });
  }
  return {
    kind: 'api',
    name: method,
    request: raw,
    headers: scopeHeaders(ctx, method),
    async work() {
      if (broken) throw broken;
      return callMethod(ctx, { method, token, raw });
    },
    answered(answer) {
      sendJson(response, 200, answer, scopeHeaders(ctx, method));
    },
  };
}

async function responseCall(
  ctx: Context,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Served> {
  const bytes = await bodyOf(request, MOST_BYTES);
  let body: Json | undefined;
  try {
    body = await fieldsOf('application/json', bytes);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return {
    kind: 'response_url',
    name: 'response_url',
    request: body ?? bytes.toString('utf8'),
    async work() {
      if (request.method !== 'POST') throw new SlackError('invalid_request', [], { status: 405 });
      if (!body) throw new SlackError('invalid_payload', [], { status: 400 });
      respond(ctx, key, body);
      return {};
    },
    answered() {
      sendText(response, 200, 'ok');
    },
  };
}

/** Does the work, with the faults a test has asked for; writes the answer and the log. */
async function serve(
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

/** Takes the bytes of an upload that the app has announced. */
async function receive(
  ctx: Context,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const bytes = await bodyOf(request, MOST_UPLOAD);
  const pending = ctx.files.pending.get(key);
  if (!pending || request.method !== 'POST') return sendText(response, 404, 'No such upload');
  const fault = ctx.faults.take('upload', { filename: pending.name });
  if (fault) {
    if (fault.delayMs) await sleep(fault.delayMs);
    if (fault.dropConnection) return void request.socket.destroy();
    if (fault.status) return sendText(response, fault.status, 'A fault that was asked for');
  }
  const type = request.headers['content-type'] ?? '';
  const content = type.startsWith('multipart/form-data')
    ? Object.values(await fieldsOf(type, bytes)).find((value) => Buffer.isBuffer(value))
    : bytes;
  if (!Buffer.isBuffer(content)) return sendText(response, 400, 'No file in the form');
  if (content.length !== pending.length) {
    ctx.log.refuse(
      'upload',
      'length_mismatch',
      `announced ${pending.length} bytes, sent ${content.length}`,
      pending.name,
    );
    return sendText(response, 400, 'The length is not the one that was announced');
  }
  pending.bytes = content;
  sendText(response, 200, `OK - ${content.length}`);
}

/** Gives a file's content to the app; without a good token Slack shows its sign-in page instead. */
async function download(
  ctx: Context,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const problem = ctx.tokens.problem(token, 'bot');
  const fault = ctx.faults.take('download', { file: id });
  if (fault?.delayMs) await sleep(fault.delayMs);
  if (fault?.dropConnection) return void request.socket.destroy();
  if (fault?.status) return sendText(response, fault.status, 'A fault that was asked for');
  try {
    if (problem) throw new SlackError(problem);
    needScope(ctx, 'files:read');
    const record = visibleFile(ctx, id);
    const bytes = await ctx.files.bytes.get(record.id);
    if (!bytes) throw new SlackError('file_not_found');
    sendFile(response, record.name, record.mimetype, bytes);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    ctx.log.refuse('file download', error.error, error.message, id);
    if (error.error === 'file_not_found') return sendText(response, 404, 'Not found');
    response.writeHead(302, { location: `${ctx.base()}/?redir=files` });
    response.end();
  }
}
