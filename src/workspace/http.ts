import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from './types.ts';

/** @returns the request's address; one that cannot be read counts as the root */
export function urlOf(request: IncomingMessage): URL {
  const text = `http://localhost${request.url ?? '/'}`;
  return new URL(URL.canParse(text) ? text : 'http://localhost/');
}

/** A request body larger than it may be. */
export class TooLarge extends Error {}

/** @returns the whole body. @throws TooLarge */
export async function bodyOf(request: IncomingMessage, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > most) throw new TooLarge(`more than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

/** Answers with plain text. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}

/** Answers with a file, to be saved and never shown as a page. */
export function sendFile(response: ServerResponse, name: string, type: string, bytes: Buffer): void {
  response.writeHead(200, {
    'content-type': type,
    'content-length': bytes.length,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'no-store',
  });
  response.end(bytes);
}

/**
 * Decodes a body by its content type.
 * @returns form fields, or the members of a JSON object; files of a multipart form as Buffers
 * @throws SyntaxError for broken JSON, TypeError for a broken form
 */
export async function fieldsOf(contentType: string, body: Buffer): Promise<Json> {
  if (contentType.startsWith('application/json')) {
    if (body.length === 0) return {};
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (!value || typeof value !== 'object' || Array.isArray(value))
      throw new SyntaxError('not a JSON object');
    return value as Json;
  }
  if (contentType.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    }).formData();
    const fields: Json = {};
    for (const [name, value] of form as Iterable<[string, string | Blob]>) {
      fields[name] = typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer());
    }
    return fields;
  }
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}
