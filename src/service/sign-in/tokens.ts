import { randomBytes } from 'node:crypto';

/** @returns a secret of 256 random bits that a cookie or a link can hold; only its hash is kept */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** @returns whether this has the form of one of our secrets; nothing else is looked up */
export function looksLikeSecret(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}
