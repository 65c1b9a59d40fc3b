import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { buildPage } from './build-page.ts';

const BASE = '/workspace';
const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/**
 * Nothing but our own script, and no string that becomes markup: people's words stay words even where the page
 * has a fault. Pictures may come from elsewhere, since messages show them.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

interface Served {
  html: string;
  assets: Map<string, string>;
}

let served: Promise<Served> | undefined;

/**
 * Builds the page, once in a process.
 * @throws esbuild's error when the page's source has a fault
 */
export async function preparePage(): Promise<void> {
  served ??= servePage();
  await served;
}

/**
 * Serves the workspace's page: `GET /workspace`, `/workspace/` and `/workspace/page/*`.
 * @returns false when the request is for something else
 */
export async function pageHandler(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const isPage = pathname === BASE || pathname === `${BASE}/`;
  if (!isPage && !pathname.startsWith(`${BASE}/page/`)) return false;
  served ??= servePage();
  const { html, assets } = await served;
  if (isPage) {
    // The page names its files by their content, so only the page itself is asked for anew.
    send(response, request, 'text/html; charset=utf-8', 'no-cache', html);
    return true;
  }
  const name = basename(pathname);
  const text = assets.get(name);
  if (text === undefined) return false;
  const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  send(response, request, type, 'public, max-age=31536000, immutable', text);
  return true;
}

function send(
  response: ServerResponse,
  request: IncomingMessage,
  type: string,
  cache: string,
  body: string,
): void {
  response.writeHead(200, {
    ...HEADERS,
    'content-type': type,
    'cache-control': cache,
    'content-length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function servePage(): Promise<Served> {
  const assets = new Map(Object.entries((await buildPage()).assets));
  return { html: htmlOf([...assets.keys()]), assets };
}

function htmlOf(names: string[]): string {
  const name = (ending: string) => names.find((one) => one.endsWith(ending));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Local workspace</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${BASE}/page/${name('.css')}">
<script type="module" src="${BASE}/page/${name('.js')}"></script>
</head>
<body>
<div id="root"><p class="loading" role="status">Opening the workspace…</p></div>
<noscript><p>This page needs JavaScript.</p></noscript>
</body>
</html>
`;
}
