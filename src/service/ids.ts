import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** @returns a fresh id: 16 characters of Crockford's base 32, 80 random bits; safe in addresses and in Slack */
export function newId(): string {
  return Array.from(randomBytes(16), (byte) => ALPHABET[byte & 31]).join('');
}

/** @returns a short reference that a person can read out, the same in the answer and in the log */
export function newReference(): string {
  return Array.from(randomBytes(8), (byte) => ALPHABET[byte & 31])
    .join('')
    .toUpperCase();
}
