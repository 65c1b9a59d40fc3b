import type { IncomingMessage } from 'node:http';
import { SESSION_HOURS } from '../../service/sign-in/sessions.ts';
import { looksLikeSecret } from '../../service/sign-in/tokens.ts';
import { readCookie } from '../http.ts';

/**
 * The `__Host-` prefix keeps other hosts of the same site from setting our cookies (RFC 6265bis 4.1.3.2). Browsers
 * grant it over https alone.
 */
function named(name: string, publicUrl: string): string {
  return publicUrl.startsWith('https:') ? `__Host-${name}` : name;
}

const SESSION = 'drawbridge_session';
const FORM = 'drawbridge_form';
const FLAGS = 'Path=/; HttpOnly; Secure; SameSite=Lax';

/** @returns the token of the session cookie, when it has the form of one */
export function sessionToken(req: IncomingMessage, publicUrl: string): string | undefined {
  const value = readCookie(req, named(SESSION, publicUrl));
  return value && looksLikeSecret(value) ? value : undefined;
}

/** @returns the Set-Cookie header that keeps somebody signed in */
export function sessionCookie(token: string, publicUrl: string): string {
  return `${named(SESSION, publicUrl)}=${token}; Max-Age=${SESSION_HOURS * 3600}; ${FLAGS}`;
}

/** @returns the Set-Cookie header that takes the cookie away */
export function noSessionCookie(publicUrl: string): string {
  return `${named(SESSION, publicUrl)}=; Max-Age=0; ${FLAGS}`;
}

/** @returns the secret that this browser's forms are bound to, when it has one */
export function formSecret(req: IncomingMessage, publicUrl: string): string | undefined {
  const value = readCookie(req, named(FORM, publicUrl));
  return value && looksLikeSecret(value) ? value : undefined;
}

/** @returns the Set-Cookie header that binds forms to this browser, until it is closed */
export function formCookie(secret: string, publicUrl: string): string {
  return `${named(FORM, publicUrl)}=${secret}; ${FLAGS}`;
}
