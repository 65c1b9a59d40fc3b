import { createHash, createPrivateKey, createPublicKey, type KeyLike, sign, verify } from 'node:crypto';
import type { HashAlgorithm, SignatureAlgorithm } from 'xml-crypto';

/** What xml-crypto lacks of the algorithms that we accept (RFC 9231): RSA with SHA-384, ECDSA, SHA-384 digests. */
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';

function signature(name: string, hash: string, kind: 'rsa' | 'ec'): new () => SignatureAlgorithm {
  // XML Signature writes an ECDSA signature as r and s side by side, not as ASN.1 (RFC 9231 2.3.6).
  const encoding = kind === 'ec' ? ({ dsaEncoding: 'ieee-p1363' } as const) : {};
  return class {
    getSignature(info: string, key: KeyLike): string {
      const privateKey = createPrivateKey(key as string);
      return sign(hash, Buffer.from(info), { key: privateKey, ...encoding }).toString('base64');
    }
    verifySignature(info: string, key: KeyLike, value: string): boolean {
      const publicKey = createPublicKey(key as string);
      if (publicKey.asymmetricKeyType !== kind) return false;
      return verify(hash, Buffer.from(info), { key: publicKey, ...encoding }, Buffer.from(value, 'base64'));
    }
    getAlgorithmName(): string {
      return name;
    }
  } as unknown as new () => SignatureAlgorithm;
}

/** By URI, for `SignedXml.SignatureAlgorithms`. */
export const EXTRA_SIGNATURES: Record<string, new () => SignatureAlgorithm> = Object.fromEntries(
  [
    ['rsa-sha384', 'sha384', 'rsa'] as const,
    ['ecdsa-sha256', 'sha256', 'ec'] as const,
    ['ecdsa-sha384', 'sha384', 'ec'] as const,
    ['ecdsa-sha512', 'sha512', 'ec'] as const,
  ].map(([name, hash, kind]) => [`${MORE}${name}`, signature(`${MORE}${name}`, hash, kind)]),
);

/** By URI, for `SignedXml.HashAlgorithms`. */
export const EXTRA_DIGESTS: Record<string, new () => HashAlgorithm> = {
  [`${MORE}sha384`]: class {
    getHash(xml: string): string {
      return createHash('sha384').update(xml, 'utf8').digest('base64');
    }
    getAlgorithmName(): string {
      return `${MORE}sha384`;
    }
  },
};
