import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { readCookie } from '../http.ts';

const NAME = 'drawbridge_browser';

/** @returns the secret that binds requests to this browser, if it has one of the right form */
export function browserSecret(req: IncomingMessage): string | undefined {
  const value = readCookie(req, NAME);
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
export function browserCookie(secret: string): string {
  return `${NAME}=${secret}; Path=/saml; Max-Age=600; HttpOnly; Secure; SameSite=None`;
}
