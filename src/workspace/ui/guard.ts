import type { IncomingMessage } from 'node:http';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Who reaches the page's interface acts as anybody, so that other web pages must not reach it: neither by
 * a request across origins nor by a name of theirs that resolves to this machine.
 * @returns why the request is not served, if it is not
 */
export function refusalOf(request: IncomingMessage): string | undefined {
  const refusal = browserRefusalOf(request);
  if (refusal || request.method === 'GET' || request.method === 'HEAD') return refusal;
  const type = request.headers['content-type'] ?? '';
  const plain = type.startsWith('application/json') || type.startsWith('application/octet-stream');
  return plain ? undefined : 'Send application/json.';
}

/**
 * The same for what the app calls, whose token everybody knows: a program sends no `Origin`, a web page does.
 * @returns why the request is not served, if it is not
 */
export function browserRefusalOf(request: IncomingMessage): string | undefined {
  const refusal = hostRefusalOf(request);
  if (refusal) return refusal;
  const { origin, host } = request.headers;
  if (origin !== undefined && origin !== `http://${host}`) return 'Another web page may not act here.';
  const site = request.headers['sec-fetch-site'];
  const reading = request.method === 'GET' || request.method === 'HEAD';
  const fine = site === undefined || site === 'same-origin' || (reading && site === 'none');
  return fine ? undefined : 'Another web page may not act here.';
}

/** @returns why a request is not served that names another host than this machine, if it does */
export function hostRefusalOf({ headers, socket }: IncomingMessage): string | undefined {
  const address = `http://${headers.host ?? ''}`;
  const { hostname, port } = URL.canParse(address) ? new URL(address) : { hostname: '', port: '' };
  if (LOOPBACK.has(hostname) && Number(port || 80) === socket.localPort) return undefined;
  return 'The local workspace answers only on this machine, by localhost and its port.';
}
