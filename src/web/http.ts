import type { IncomingMessage, ServerResponse } from 'node:http';
import { strings } from '../words/pages.ts';

/** Answers a request if it is its own. @returns false when the path is not its own, having done nothing */
export type Route = (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<boolean> | boolean;

/** A refusal that a handler throws: a status, a sentence for the person, and the address of the page to go on from. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';

  constructor(
    readonly status: number,
    message: string,
    readonly onwards?: string,
  ) {
    super(message);
  }
}

/** On every page: nothing is loaded from elsewhere, nothing is framed, nothing is guessed or kept. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/**
 * Sends a whole answer with the headers that every page of ours carries.
 * @param res where to
 * @param status the HTTP status
 * @param type the content type
 * @param body the body
 * @param headers further headers, or others in their place
 */
export function send(
  res: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Record<string, string | string[]> = {},
): void {
  res.writeHead(status, { ...HEADERS, 'content-type': type, ...headers });
  res.end(body);
}

/** Sends JSON. @see send */
export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  send(res, status, 'application/json; charset=utf-8', JSON.stringify(body));
}

/**
 * Reads a body, at most so much of it.
 * @param req the request
 * @param most bytes
 * @throws HttpRefusal 413 when it is larger; the rest is not read
 */
export async function readBody(req: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new HttpRefusal(413, strings.errors.tooLarge);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Reads a form as it was sent, to be decoded elsewhere.
 * @param req the request
 * @param most bytes
 * @throws HttpRefusal 413 when it is larger, 415 when it is no form
 */
export async function readFormBytes(req: IncomingMessage, most: number): Promise<Buffer> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(req.headers['content-type'] ?? '')) {
    throw new HttpRefusal(415, strings.errors.notAForm);
  }
  return readBody(req, most);
}

/**
 * Reads a form.
 * @param req the request
 * @param most bytes
 * @throws HttpRefusal 413 when it is larger, 415 when it is no form
 */
export async function readForm(req: IncomingMessage, most: number): Promise<URLSearchParams> {
  return new URLSearchParams((await readFormBytes(req, most)).toString('utf8'));
}

/**
 * @param req the request
 * @param name the cookie's name
 * @returns its value, or undefined
 */
export function readCookie(req: IncomingMessage, name: string): string | undefined {
  for (const part of (req.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
