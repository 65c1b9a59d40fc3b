import type { SignedIdentity } from '../../identity/saml.ts';

/** What is known of whoever is bound to a subject, since their last sign-in. */
export interface Bound {
  email: string;
  nameId: string;
  firstName: string;
  lastName: string;
}

/**
 * Says whether somebody who comes with a known objectGUID is who was bound to it. An identity provider that sends one
 * objectGUID for everybody, or one for each department, would otherwise make the second person the first. So the
 * objectGUID needs one witness more, and any of these will do:
 * - the NameID is the same (somebody married: names and address are new, a persistent NameID stays), unless it is that
 *   objectGUID once more, which then speaks for itself only;
 * - the address is the same (the NameID is transient, or its format was changed);
 * - first and last name are the same (the NameID is the address, and both have changed);
 * - the first name is the same, nobody else has the new address, and other people have come with objectGUIDs of their
 *   own, so that it is not one for everybody (somebody married, and the NameID is the address).
 * With none of them nothing but the objectGUID speaks for it: an admin has to say.
 * @param bound who was bound
 * @param came who comes now
 * @param around whether others are bound to other subjects of this connection, and whether another account has the
 *   address that was sent
 */
export function samePerson(
  bound: Bound,
  came: Pick<SignedIdentity, 'emailKey' | 'nameId' | 'objectGuid' | 'firstName' | 'lastName'>,
  around: { othersBound: boolean; addressTaken: boolean },
): boolean {
  if (bound.email === came.emailKey) return true;
  if (bound.nameId === came.nameId && came.nameId !== came.objectGuid) return true;
  if (!sameName(bound.firstName, came.firstName)) return false;
  return sameName(bound.lastName, came.lastName) || (around.othersBound && !around.addressTaken);
}

function sameName(one: string, other: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').trim().toLowerCase();
  return plain(one) !== '' && plain(one) === plain(other);
}
