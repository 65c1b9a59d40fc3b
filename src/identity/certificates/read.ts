import { X509Certificate } from 'node:crypto';
import { readDer, TAG } from './der.ts';
import { type CertificateFacts, factsOf } from './facts.ts';
import { holdsPrivateKey } from './private-key.ts';

export type CertificateRefusal =
  | 'empty'
  | 'too-large'
  | 'private-key'
  | 'metadata'
  | 'pkcs7'
  | 'request'
  | 'public-key'
  | 'too-many'
  | 'broken'
  | 'not-a-certificate';

export type ReadCertificates =
  | { ok: true; certificates: CertificateFacts[] }
  | { ok: false; code: CertificateRefusal; message: string };

const MAX_BYTES = 64 * 1024;
const MAX_IN_FILE = 10;
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----/g;

/**
 * Reads all certificates in a file or in pasted words: PEM (several, with text around), DER, bare base64, with
 * CRLF, BOM or in UTF-16. Nothing of what was given is ever in the answer but certificates.
 * @param input the bytes or the words
 * @returns each certificate once, in order; or why not, with what to do
 */
export function readCertificates(input: Uint8Array | string): ReadCertificates {
  const bytes = typeof input === 'string' ? Buffer.from(input) : Buffer.from(input);
  if (bytes.length === 0) return refuse('empty');
  if (bytes.length > MAX_BYTES) return refuse('too-large');
  if (holdsPrivateKey(bytes)) return refuse('private-key');
  return dedupe(
    bytes[0] === TAG.sequence && readDer(bytes) ? readDerFile(bytes) : readText(textOf(bytes), true),
  );
}

function readDerFile(bytes: Buffer): ReadCertificates {
  const oid = Buffer.from('06092a864886f70d010702', 'hex');
  if (bytes.subarray(0, 24).includes(oid)) return refuse('pkcs7');
  const facts = parse(bytes);
  return facts ? { ok: true, certificates: [facts] } : refuse('broken');
}

function readText(text: string, mayUnwrap: boolean): ReadCertificates {
  const blocks = [...text.matchAll(PEM_BLOCK)];
  if (blocks.length > 0) return readBlocks(blocks);
  const trimmed = text.trim();
  if (trimmed === '') return refuse('empty');
  if (trimmed.startsWith('<')) return refuse('metadata');
  if (/-----BEGIN /.test(trimmed)) return refuse('broken');
  const compact = trimmed.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact) || compact.length < 100) return refuse('not-a-certificate');
  const inner = Buffer.from(compact, 'base64');
  if (inner[0] === TAG.sequence) return readDerFile(inner);
  // Metadata of some products carries the base64 of a whole PEM file.
  return mayUnwrap ? readText(textOf(inner), false) : refuse('not-a-certificate');
}

function readBlocks(blocks: RegExpMatchArray[]): ReadCertificates {
  const wanted = blocks.filter(([, label = '']) => /^(?:X509 )?CERTIFICATE$/.test(label));
  if (wanted.length === 0) {
    const labels = blocks.map(([, label = '']) => label).join(' ');
    if (labels.includes('REQUEST')) return refuse('request');
    if (labels.includes('PUBLIC KEY')) return refuse('public-key');
    return refuse(/PKCS ?7|CMS/.test(labels) ? 'pkcs7' : 'not-a-certificate');
  }
  if (wanted.length > MAX_IN_FILE) return refuse('too-many');
  const certificates: CertificateFacts[] = [];
  for (const [, , body = ''] of wanted) {
    const facts = parse(Buffer.from(body, 'base64'));
    if (!facts) return refuse('broken');
    certificates.push(facts);
  }
  return { ok: true, certificates };
}

/** The certificate, if the bytes are exactly one: OpenSSL ignores what follows it. */
function parse(bytes: Buffer): CertificateFacts | undefined {
  try {
    const certificate = new X509Certificate(bytes);
    return certificate.raw.equals(bytes) ? factsOf(certificate) : undefined;
  } catch {
    // OpenSSL's reason names bytes and offsets; "broken" is all that a person can act on.
    return undefined;
  }
}

/** UTF-16 by its mark or by its zero bytes, UTF-8 otherwise. */
function textOf(bytes: Buffer): string {
  const bigEndian = (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0 && bytes[1] !== 0);
  const littleEndian = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] !== 0 && bytes[1] === 0);
  const encoding = bigEndian ? 'utf-16be' : littleEndian ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

function dedupe(read: ReadCertificates): ReadCertificates {
  if (!read.ok) return read;
  const byFingerprint = new Map(read.certificates.map((facts) => [facts.fingerprint, facts]));
  return { ok: true, certificates: [...byFingerprint.values()] };
}

function refuse(code: CertificateRefusal): ReadCertificates {
  return { ok: false, code, message: WORDS[code] };
}

const EXPORT =
  'Download the signing certificate from your identity provider as PEM or Base-64 (.pem, .cer, .crt).';

const WORDS: Record<CertificateRefusal, string> = {
  empty: `There is no certificate in it. ${EXPORT}`,
  'too-large': `It is larger than 64 KB, so it is not a certificate. ${EXPORT}`,
  'private-key':
    'It holds a private key, which must never leave your identity provider. Nothing of it was kept; replace that key there, then upload the certificate alone.',
  metadata:
    'This is metadata in XML, not a certificate. Give it as the metadata file of the connection instead.',
  pkcs7: `It is a PKCS #7 bundle, which is not read here. ${EXPORT}`,
  request: `It is a certificate signing request, not a certificate. ${EXPORT}`,
  'public-key': `It is a public key without a certificate around it. ${EXPORT}`,
  'too-many': 'It holds more than 10 certificates. Upload the signing certificate alone.',
  broken: `The certificate in it is damaged or incomplete. ${EXPORT}`,
  'not-a-certificate': `It is not a certificate. ${EXPORT}`,
};
