import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveApi } from './api/routes.ts';
import type { Context } from './context.ts';
import { sendJson, sendText, TooLarge, urlOf } from './http.ts';
import { botScopes } from './manifest.ts';
import { browserRefusalOf } from './ui/guard.ts';
import { serveUi, type UiParts } from './ui/routes.ts';

/** Serves the page's own files; answers false for what it has not. */
export type Page = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * Serves everything under the workspace's base path.
 * @param path below the base path
 * @returns false when the path is not the workspace's own
 */
export async function serveWorkspace(
  ctx: Context,
  parts: UiParts,
  page: Page | undefined,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  try {
    return await serveAny(ctx, parts, page, path, request, response);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    sendJson(response, 413, { ok: false, error: 'request_too_large' }, { connection: 'close' });
    return true;
  }
}

async function serveAny(
  ctx: Context,
  parts: UiParts,
  page: Page | undefined,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (path === '/ui' || path.startsWith('/ui/')) {
    await serveUi(ctx, parts, path.slice(3), request, response);
    return true;
  }
  const refusal = browserRefusalOf(request);
  if (refusal) {
    sendText(response, 403, refusal);
    return true;
  }
  if (await serveApi(ctx, path, request, response)) return true;
  const archive = /^\/archives\/([A-Z0-9]+)\/p(\d{10})(\d{6})$/.exec(path);
  if (archive) {
    response.writeHead(302, { location: `${ctx.base()}#/${archive[1]}/${archive[2]}.${archive[3]}` });
    response.end();
    return true;
  }
  if (path === '/oauth/v2/authorize') {
    agree(ctx, request, response);
    return true;
  }
  if (path !== '' && path !== '/' && !path.startsWith('/page/')) return false;
  if (await page?.(request, response)) return true;
  if (path.startsWith('/page/')) return false;
  sendText(response, 200, 'The local workspace runs. It has no page here; see src/workspace/INTERFACE.md.');
  return true;
}

/** Where Slack asks whether the app may come in. Here the answer is always yes, at once. */
function agree(ctx: Context, request: IncomingMessage, response: ServerResponse): void {
  const query = urlOf(request).searchParams;
  const back = query.get('redirect_uri') ?? '';
  const problem = agreementProblem(ctx, query);
  if (problem) {
    sendText(response, 400, problem);
    return;
  }
  const target = new URL(back);
  target.searchParams.set('code', ctx.tokens.agree(back));
  target.searchParams.set('state', query.get('state') ?? '');
  response.writeHead(302, { location: target.href });
  response.end();
}

function agreementProblem(ctx: Context, query: URLSearchParams): string | undefined {
  const { oauth } = ctx.tokens;
  const back = query.get('redirect_uri') ?? '';
  if (!oauth || query.get('client_id') !== oauth.clientId) return 'invalid_client_id';
  if (!/^https?:/.test(back) || !URL.canParse(back)) return 'bad_redirect_uri';
  const wanted = (query.get('scope') ?? '').split(',').filter(Boolean);
  const unknown = wanted.filter((scope) => !botScopes(ctx.manifest).includes(scope));
  return wanted.length === 0 || unknown.length > 0 ? `invalid_scope: ${unknown.join(',')}` : undefined;
}
