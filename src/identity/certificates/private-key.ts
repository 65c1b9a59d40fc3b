import { derChildren, readDer, readOid, TAG } from './der.ts';
import { peel } from './text-layers.ts';

const MARKER = /PRIVATE KEY(?: BLOCK)?-----|"d"\s*:\s*"[A-Za-z0-9_-]{20,}"|PuTTY-User-Key-File/;

/** How an unencrypted PKCS #8 key begins inside its SEQUENCE: version 0, then the algorithm RSA or EC. */
const PKCS8_RSA = Buffer.from('020100300d06092a864886f70d0101010500', 'hex');
const PKCS8_EC = /020100301[0-9a-f]06072a8648ce3d0201/;

/**
 * Tells whether bytes hold a private key anywhere: PEM of any kind, PKCS #1, PKCS #8 (encrypted too), SEC 1,
 * PKCS #12, JWK; bare, behind a certificate, in base64 or in UTF-16. What was found is never returned.
 * @param bytes what was uploaded or pasted
 * @returns whether there is one
 */
export function holdsPrivateKey(bytes: Uint8Array): boolean {
  const { texts, binaries } = peel(bytes);
  return texts.some((text) => MARKER.test(text)) || binaries.some(holdsKeyDer);
}

function holdsKeyDer(bytes: Buffer): boolean {
  if (bytes.includes(PKCS8_RSA) || PKCS8_EC.test(bytes.subarray(0, 100_000).toString('hex'))) return true;
  for (let at = 0; at < bytes.length; ) {
    const value = readDer(bytes, at);
    if (value?.tag !== TAG.sequence) return false;
    if (isKeyShape(bytes, at)) return true;
    at = value.end;
  }
  return false;
}

/**
 * A SEQUENCE that begins with version 0 or 1 and goes on with a number (PKCS #1), an algorithm (PKCS #8) or an
 * octet string (SEC 1); PKCS #12, which begins with version 3; or an encrypted PKCS #8 key. A certificate begins
 * with another SEQUENCE whose first value is no OID.
 */
function isKeyShape(bytes: Buffer, at: number): boolean {
  const outer = readDer(bytes, at);
  if (!outer) return false;
  const [first, second] = derChildren(bytes, outer);
  if (!first || !second) return false;
  if (first.tag === TAG.integer && first.end - first.start === 1) {
    const version = bytes[first.start];
    if (version === 3) return second.tag === TAG.sequence;
    if (version === 0 || version === 1) {
      return ([TAG.integer, TAG.sequence, TAG.octetString] as number[]).includes(second.tag);
    }
  }
  if (first.tag !== TAG.sequence || second.tag !== TAG.octetString) return false;
  const [algorithm] = derChildren(bytes, first);
  return algorithm?.tag === TAG.oid && readOid(bytes, algorithm).startsWith('1.2.840.113549.1.');
}
