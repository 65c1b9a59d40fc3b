import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { readCookie } from '../http.ts';

/**
 * Over https with the `__Host-` prefix (RFC 6265bis 4.1.3.2): else another host of the same site could set this cookie
 * to its own secret, and have somebody signed in to an account of its choice.
 */
function named(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-drawbridge_browser' : 'drawbridge_browser';
}

/** @returns the secret that binds requests to this browser, if it has one of the right form */
export function browserSecret(req: IncomingMessage, publicUrl: string): string | undefined {
  const value = readCookie(req, named(publicUrl));
  return value && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/** @returns a fresh one */
export function newBrowserSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * SameSite=None, since the identity provider's page posts the answer from another site; browsers want Secure with it,
 * and take it on localhost without TLS too.
 * @returns the Set-Cookie header that keeps the secret for as long as a request may be open
 */
export function browserCookie(secret: string, publicUrl: string): string {
  return `${named(publicUrl)}=${secret}; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=None`;
}
