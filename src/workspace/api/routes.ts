import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import { bodyOf, fieldsOf, sendJson, sendText, urlOf } from '../http.ts';
import { respond } from '../response-urls.ts';
import type { Json } from '../types.ts';
import { callMethod, scopeHeaders } from './call.ts';
import { download, receive } from './file-routes.ts';
import { methodFacts } from './methods.ts';
import { type Served, serve } from './serve.ts';

const MOST_BYTES = 4 * 1024 * 1024;

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
  const url = urlOf(request);
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
