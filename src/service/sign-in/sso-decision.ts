import type { SsoAccount, SsoDomain, SsoFacts } from './sso-facts.ts';

/** Why whose account is meant would have to be guessed. */
export type DoubtReason =
  /** The account with the address is bound to another subject of the same identity provider. */
  | 'address-of-another'
  /** A known subject came with a new address, which another account has. */
  | 'new-address-taken'
  /** A known subject came, and nothing else says that it is the person who was bound to it. */
  | 'subject-of-another';

/** Somebody to be listed for the admins; `userId` is the account in doubt: it has the address, or the subject. */
export interface Doubt {
  reason: DoubtReason;
  userId: number;
}

/** What becomes of a sign-in whose signature and conditions are right. */
export type SsoDecision =
  | {
      type: 'signIn';
      domain: SsoDomain;
      /** Null makes an account. */
      account: SsoAccount | null;
      /** Whether the person comes into the team with it. */
      join: boolean;
      /** Whether the account gets the address that was sent. */
      takeAddress: boolean;
      doubt: Doubt | null;
    }
  | { type: 'refused'; reason: 'not-linked' | 'certificate-removed' }
  | { type: 'refused'; reason: 'sso-off' | 'no-account' | 'not-in-team'; domain: SsoDomain }
  | { type: 'refused'; reason: 'doubtful'; domain: SsoDomain; doubt: Doubt };

/**
 * Decides whose account a sign-in is for. The subject at the identity provider comes first, so that a new address
 * makes no second account, as long as something else vouches for it (`samePerson`); then the address, within the
 * verified domain, so that a new identity provider makes none either. What would have to be guessed is refused and listed.
 * @param facts what was read
 */
export function decideSso({ domain, bySubject, byAddress, trusted }: SsoFacts): SsoDecision {
  if (!trusted) return { type: 'refused', reason: 'certificate-removed' };
  if (!domain) return { type: 'refused', reason: 'not-linked' };
  if (domain.state !== 'SSO on' && !domain.testUser) return { type: 'refused', reason: 'sso-off', domain };
  if (bySubject && !bySubject.recognised) {
    const doubt: Doubt = { reason: 'subject-of-another', userId: bySubject.id };
    return { type: 'refused', reason: 'doubtful', domain, doubt };
  }
  if (!bySubject && byAddress?.taken) {
    const doubt: Doubt = { reason: 'address-of-another', userId: byAddress.id };
    return { type: 'refused', reason: 'doubtful', domain, doubt };
  }
  const account = bySubject ?? byAddress;
  if (!account && !domain.jit) return { type: 'refused', reason: 'no-account', domain };
  if (account && !account.inTeam && !domain.jit) return { type: 'refused', reason: 'not-in-team', domain };
  const elsewhere = bySubject && byAddress && byAddress.id !== bySubject.id ? byAddress : null;
  return {
    type: 'signIn',
    domain,
    account,
    join: !account?.inTeam,
    takeAddress: bySubject !== null && byAddress === null,
    doubt: elsewhere && { reason: 'new-address-taken', userId: elsewhere.id },
  };
}
