import type { ReceivedAttribute } from './assertion.ts';
import type { Check } from './checks.ts';

export interface JudgeOptions {
  /** The connection: its identity provider's entity ID, and its certificates in base64 DER. */
  connection: { entityId: string; certificates: readonly string[] };
  spEntityId: string;
  acsUrl: string;
  now: Date;
  /**
   * The requests of this browser that are still open. Null accepts an unsolicited response (IdP-initiated), and
   * only such a one.
   */
  expectedRequestId: string | readonly string[] | null;
}

/** Who signed in, by signed words alone. */
export interface SignedIdentity {
  nameId: string;
  nameIdFormat: string;
  /** As sent, its domain in ASCII. */
  email: string;
  /** In lower case: by this one people are found. */
  emailKey: string;
  emailDomain: string;
  firstName: string;
  lastName: string;
  objectGuid: string;
  /** To be recorded until `notOnOrAfter`, so that it counts once. */
  assertionId: string;
  /** When the assertion can no longer be accepted, our grace included. */
  notOnOrAfter: Date;
  /** To be consumed, so that it is answered once; null when unsolicited. */
  requestId: string | null;
  sessionIndex?: string;
  /** When the identity provider wants what was begun to end (SessionNotOnOrAfter, SAML core 2.7.2), where it says so. */
  sessionUntil?: Date;
  certificateFingerprint: string;
}

/** What came of a response. */
export type Verdict = Accepted | Refused;

export interface Accepted {
  ok: true;
  identity: SignedIdentity;
  attributes: ReceivedAttribute[];
  checks: Check[];
}

export interface Refused {
  ok: false;
  /** The first check that failed. */
  failed: Check;
  /** All checks that could be made, in order. */
  checks: Check[];
  /** What was sent, where it was signed. */
  attributes: ReceivedAttribute[];
  /** The identity provider's own words. */
  idpMessage?: string;
  /** Which request it says it answers, if it can be read so far. Nothing of this is proven. */
  claimedRequestId?: string;
  /** The domain of the signed address, where there is one. */
  emailDomain?: string;
}
