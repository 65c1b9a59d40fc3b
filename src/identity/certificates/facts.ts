import { X509Certificate } from 'node:crypto';
import { derChildren, readDer, readOid, TAG } from './der.ts';

/** What is shown and kept of one certificate. */
export interface CertificateFacts {
  subject: string;
  issuer: string;
  /** SHA-256 of the DER encoding, in upper-case pairs with colons, as OpenSSL and identity providers show it. */
  fingerprint: string;
  from: Date;
  until: Date;
  keyType: string;
  /** Modulus length of RSA, field size of a known curve; 0 when unknown. */
  keyBits: number;
  signatureAlgorithm: string;
  /** The certificate alone, encoded anew, in base64. */
  der: string;
}

const SIGNATURE_NAMES: Record<string, string> = {
  '1.2.840.113549.1.1.4': 'md5-rsa',
  '1.2.840.113549.1.1.5': 'sha1-rsa',
  '1.2.840.113549.1.1.10': 'rsa-pss',
  '1.2.840.113549.1.1.11': 'sha256-rsa',
  '1.2.840.113549.1.1.12': 'sha384-rsa',
  '1.2.840.113549.1.1.13': 'sha512-rsa',
  '1.2.840.10045.4.1': 'sha1-ecdsa',
  '1.2.840.10045.4.3.2': 'sha256-ecdsa',
  '1.2.840.10045.4.3.3': 'sha384-ecdsa',
  '1.2.840.10045.4.3.4': 'sha512-ecdsa',
};

const CURVE_BITS: Record<string, number> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/**
 * Reads the facts of a certificate.
 * @param certificate what node:crypto parsed
 * @returns the facts; names on one line and at most 300 characters long
 * @throws what OpenSSL throws when the public key is of a kind that it cannot read
 */
export function factsOf(certificate: X509Certificate): CertificateFacts {
  const key = certificate.publicKey;
  const details = key.asymmetricKeyDetails;
  const curve = details?.namedCurve;
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    fingerprint: certificate.fingerprint256,
    from: new Date(certificate.validFrom),
    until: new Date(certificate.validTo),
    keyType: key.asymmetricKeyType === 'ec' ? `ec ${curve}` : (key.asymmetricKeyType ?? 'unknown'),
    keyBits: details?.modulusLength ?? CURVE_BITS[curve ?? ''] ?? 0,
    signatureAlgorithm: signatureAlgorithm(certificate.raw),
    der: certificate.raw.toString('base64'),
  };
}

/**
 * @param der a kept certificate, in base64
 * @returns its facts
 * @throws when it is not a certificate, which a kept one always is
 */
export function factsOfDer(der: string): CertificateFacts {
  return factsOf(new X509Certificate(Buffer.from(der, 'base64')));
}

/** node:crypto of Node 20 does not tell it: second value of the outer SEQUENCE (RFC 5280 4.1). */
function signatureAlgorithm(der: Uint8Array): string {
  const outer = readDer(der);
  const algorithm = outer && derChildren(der, outer)[1];
  const oid = algorithm && derChildren(der, algorithm)[0];
  if (oid?.tag !== TAG.oid) return 'unknown';
  const dotted = readOid(der, oid);
  return SIGNATURE_NAMES[dotted] ?? dotted;
}

/** OpenSSL puts each part on a line of its own and the widest first; people know it the other way round. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').reverse().join(', ').slice(0, 300);
}
