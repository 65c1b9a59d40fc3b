import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Route, send } from '../../web/http.ts';
import { hostRefusalOf } from '../ui/guard.ts';

const STYLE =
  ':root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;font:1rem/1.6 system-ui,sans-serif}main{max-width:28rem;padding:1.5rem}';
const POLICY = `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
/** It asks again by itself every second: the page that follows has the same address. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Getting ready · Local workspace</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="1">
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body><main role="status"><h1>Getting ready</h1>
<p>The workspace opens here by itself. The first time its database is made, which takes some seconds.</p></main></body>
</html>
`;

/**
 * Every request to the local workspace's process comes by here first. One that names another host is refused: a name
 * of somebody else's that resolves to this machine would let their page read what is here. While the process starts,
 * the rest is answered here too, so that the address works from the first moment on.
 * @param publicUrl our base address, whose host may be named besides this machine
 * @param ready whether the rest of the routes can take a request for this address
 */
export function frontDoor(publicUrl: string, ready: (url: URL) => boolean): Route {
  const { host: own } = new URL(publicUrl);
  return (req, res, url) => {
    const refusal = req.headers.host === own ? undefined : hostRefusalOf(req);
    if (refusal) send(res, 403, 'text/plain; charset=utf-8', refusal);
    else if (ready(url)) return false;
    else comeAgain(req, res, url);
    return true;
  };
}

/** With 503, so that a program knows that this is not the answer yet; a browser shows it and asks again. */
function comeAgain(req: IncomingMessage, res: ServerResponse, { pathname }: URL): void {
  const again = { 'retry-after': '1' };
  const page = req.method === 'GET' && (pathname === '/' || /^\/workspace\/?$/.test(pathname));
  if (page) send(res, 503, 'text/html; charset=utf-8', PAGE, { ...again, 'content-security-policy': POLICY });
  else send(res, 503, 'text/plain; charset=utf-8', 'Getting ready', again);
}
