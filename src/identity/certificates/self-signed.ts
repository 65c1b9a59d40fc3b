import { generateKeyPair, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { TAG, writeDer, writeOid } from './der.ts';

export type KeyChoice = { type: 'rsa'; bits: number } | { type: 'ec'; curve: string };
export type CertificateHash = 'sha1' | 'sha256' | 'sha384' | 'sha512';

export interface SelfSignedOptions {
  /** Goes into subject and issuer. */
  commonName: string;
  from: Date;
  until: Date;
  /** RSA of 2048 bits when left out. */
  key?: KeyChoice;
  /** SHA-256 when left out. */
  hash?: CertificateHash;
  /** Whether the certificate says CA:TRUE, as many identity providers' do. */
  ca?: boolean;
  /** A key pair to use instead of a new one. */
  keyPair?: { privateKey: KeyObject; publicKey: KeyObject };
}

export interface SelfSigned {
  certificatePem: string;
  privateKeyPem: string;
}

/** Signature algorithm identifiers: RFC 4055 for RSA, RFC 5758 for ECDSA. */
const SIGNATURE_OIDS: Record<'rsa' | 'ec', Record<CertificateHash, string>> = {
  rsa: {
    sha1: '1.2.840.113549.1.1.5',
    sha256: '1.2.840.113549.1.1.11',
    sha384: '1.2.840.113549.1.1.12',
    sha512: '1.2.840.113549.1.1.13',
  },
  ec: {
    sha1: '1.2.840.10045.4.1',
    sha256: '1.2.840.10045.4.3.2',
    sha384: '1.2.840.10045.4.3.3',
    sha512: '1.2.840.10045.4.3.4',
  },
};
const COMMON_NAME = '2.5.4.3';
const BASIC_CONSTRAINTS = '2.5.29.19';

/**
 * Makes a key and a certificate signed by that key (X.509 v3, RFC 5280), which SAML uses as a mere envelope of
 * a public key: nothing chains. node:crypto reads certificates but cannot make one.
 * @param options name, validity, key, hash
 * @returns certificate and private key (PKCS #8) in PEM
 */
export function selfSigned(options: SelfSignedOptions): SelfSigned {
  return certify(options, options.keyPair ?? newKeyPairSync(options.key));
}

/**
 * The same without holding up the process while the key is found.
 * @param options as for `selfSigned`
 * @returns as `selfSigned`
 */
export async function makeSelfSigned(options: SelfSignedOptions): Promise<SelfSigned> {
  return certify(options, options.keyPair ?? (await newKeyPair(options.key)));
}

function newKeyPairSync(key: KeyChoice = { type: 'rsa', bits: 2048 }) {
  return key.type === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: key.bits })
    : generateKeyPairSync('ec', { namedCurve: key.curve });
}

const generate = promisify(generateKeyPair);

function newKeyPair(key: KeyChoice = { type: 'rsa', bits: 2048 }) {
  return key.type === 'rsa'
    ? generate('rsa', { modulusLength: key.bits })
    : generate('ec', { namedCurve: key.curve });
}

function certify(
  { commonName, from, until, hash = 'sha256', ca = false }: SelfSignedOptions,
  { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject },
): SelfSigned {
  const type = privateKey.asymmetricKeyType === 'ec' ? 'ec' : 'rsa';
  const oid = writeOid(SIGNATURE_OIDS[type][hash]);
  const algorithm = type === 'rsa' ? sequence(oid, writeDer(TAG.null)) : sequence(oid);
  const name = sequence(
    writeDer(TAG.set, sequence(writeOid(COMMON_NAME), writeDer(TAG.utf8String, Buffer.from(commonName)))),
  );
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
  const body = sequence(
    writeDer(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    name,
    sequence(time(from), time(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    writeDer(0xa3, sequence(basicConstraints(ca))),
  );
  const signature = sign(hash, body, privateKey);
  const der = sequence(body, algorithm, writeDer(TAG.bitString, Buffer.from([0]), signature));
  return {
    certificatePem: pemOf(der),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function sequence(...parts: Uint8Array[]): Buffer {
  return writeDer(TAG.sequence, ...parts);
}

function integer(bytes: Uint8Array): Buffer {
  return writeDer(TAG.integer, bytes);
}

function basicConstraints(ca: boolean): Buffer {
  const value = ca ? sequence(Buffer.from([0x01, 0x01, 0xff])) : sequence();
  return sequence(writeOid(BASIC_CONSTRAINTS), writeDer(TAG.octetString, value));
}

/** UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 4.1.2.5). */
function time(moment: Date): Buffer {
  const digits = moment.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const late = moment.getUTCFullYear() >= 2050;
  return writeDer(
    late ? TAG.generalizedTime : TAG.utcTime,
    Buffer.from(`${late ? digits : digits.slice(2)}Z`),
  );
}

/**
 * @param der a certificate in DER
 * @returns the same in PEM (RFC 7468)
 */
export function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
