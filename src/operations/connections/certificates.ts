import { type CertificateFacts, usable } from '../../identity/certificates.ts';
import type { NewCertificate } from '../../service/effects/effect.ts';
import type { CertificateFact } from '../../service/facts/facts.ts';

/** How many certificates a connection holds at most (contract). */
export const MOST_CERTIFICATES = 5;

/**
 * A certificate as it waits in a request and is kept: plain JSON.
 * @param certificate what was read
 * @param id its id to be
 */
export function newCertificate(certificate: CertificateFacts, id: string): NewCertificate {
  const { fingerprint, der, subject, issuer, keyType, keyBits, from, until } = certificate;
  return {
    id,
    fingerprint,
    der,
    subject,
    issuer,
    keyType,
    keyBits,
    validFrom: from.toISOString(),
    validUntil: until.toISOString(),
  };
}

/** What is judged of a certificate, kept or waiting. */
type Judged = Pick<CertificateFact, 'keyType' | 'keyBits'> & {
  validFrom: Date | string;
  validUntil: Date | string;
};

/**
 * @param certificate a kept one, or one that waits in a request
 * @param now the moment to judge at
 * @returns whether sign-ins signed with its key are accepted
 */
export function stillUsable(certificate: Judged, now: Date): boolean {
  return usable(judged(certificate), now);
}

/**
 * Gives a kept certificate the shape that `identity/certificates` judges. The hash it was issued with is not kept,
 * and does not decide.
 */
export function judged(certificate: Judged): CertificateFacts {
  const { keyType, keyBits } = certificate;
  return {
    subject: '',
    issuer: '',
    fingerprint: '',
    der: '',
    signatureAlgorithm: '',
    keyType,
    keyBits,
    from: new Date(certificate.validFrom),
    until: new Date(certificate.validUntil),
  };
}

/**
 * @param fingerprint SHA-256, in pairs with colons
 * @returns as much of it as tells certificates apart by eye
 */
export function beginningOf(fingerprint: string): string {
  return fingerprint.slice(0, 'AA:BB:CC:DD:EE:FF:00:11'.length);
}

/**
 * Leaves out of a bundle what only vouches for another in it: an issuing authority never signs assertions.
 * @param certificates a file's certificates, in order
 * @returns those that issued none of the others, and how many were left out
 */
export function withoutIssuers(certificates: CertificateFacts[]): {
  signing: CertificateFacts[];
  leftOut: number;
} {
  const signing = certificates.filter(
    (one) =>
      !certificates.some(
        (other) => other !== one && other.issuer === one.subject && other.subject !== one.subject,
      ),
  );
  return { signing, leftOut: certificates.length - signing.length };
}
