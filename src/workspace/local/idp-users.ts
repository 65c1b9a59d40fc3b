import { createHash } from 'node:crypto';
import type { IdpUser } from '../idp/idp.ts';

/** People that the test identity provider knows, whatever the domain. */
const NAMES: [first: string, last: string][] = [
  ['Nora', 'Adeyemi'],
  ['Luca', 'Brandt'],
  ['Mei', 'Castillo'],
];

/** @returns the people of a domain at the test identity provider */
export function usersOf(domain: string): IdpUser[] {
  return NAMES.map(([first, last]) => userOf(`${first}.${last}@${domain}`.toLowerCase(), first, last));
}

/** @returns somebody with this address; the same address gives the same objectGUID */
export function userOf(email: string, firstName = 'Test', lastName = 'Person'): IdpUser {
  const hex = createHash('sha256').update(email).digest('hex');
  const objectGUID = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
  return { email, firstName, lastName, objectGUID };
}
