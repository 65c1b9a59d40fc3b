import { constants, publicDecrypt, X509Certificate } from 'node:crypto';
import { getVerifiedXml, parseDomFromString, xpath } from '@node-saml/node-saml/lib/xml.js';
import { SignedXml } from 'xml-crypto';
import { strings } from '../../words/pages.ts';
import { type CertificateFacts, factsOfDer, pemOf, problemsOf, readCertificates } from '../certificates.ts';
import { allNamed, attribute, childrenNamed, NS, type XmlElement } from '../xml/tree.ts';
import { type Check, fail } from './checks.ts';
import { EXTRA_DIGESTS, EXTRA_SIGNATURES } from './extra-algorithms.ts';
import type { Outline, SignedElement } from './structure.ts';

const words = strings.checks.signature;

/** The exact bytes that each signature covers, in canonical form, and who signed. */
export type Verified =
  | { ok: true; signed: Partial<Record<SignedElement, string>>; certificate: CertificateFacts }
  | { ok: false; check: Check };

const PATHS: Record<SignedElement, string> = {
  Response: "/*[local-name(.)='Response']",
  Assertion: "/*[local-name(.)='Response']/*[local-name(.)='Assertion']",
};

/**
 * Verifies every signature of a response against the connection's certificates: @node-saml/node-saml for what it
 * knows, xml-crypto with further algorithms otherwise. The key that the message itself brings is never trusted;
 * it only serves to name the cause.
 * @param xml the message
 * @param outline its parts, as `outlineOf` found them
 * @param certificates the connection's, in base64 DER
 * @param now the moment to judge the certificate at
 * @returns the signed bytes, or the failed check
 */
export async function verifySignatures(
  xml: string,
  outline: Outline,
  certificates: readonly string[],
  now: Date,
): Promise<Verified> {
  const known = certificates.map(factsOfDer);
  for (const { signature } of outline.signatures) {
    if (!known.some((one) => mayHaveSigned(one, signature)))
      return { ok: false, check: diagnose(signature, known) };
  }
  // The parser, not the signature, is to normalize line ends (XML 1.0 2.11).
  const normalized = xml.replace(/\r\n?/g, '\n');
  const document = await domOf(normalized);
  if (!document) return { ok: false, check: unreadable() };
  const signed: Partial<Record<SignedElement, string>> = {};
  let signer: CertificateFacts | undefined;
  for (const { of, signature } of outline.signatures) {
    const [element] = xpath.selectElements(document, PATHS[of]);
    const verify = (der: string) =>
      verifyWith(normalized, element, signature, pemOf(Buffer.from(der, 'base64')));
    const signers = namedFirst(known, signature).filter((one) => mayHaveSigned(one, signature));
    const found = firstVerified(signers, verify);
    if (!found) return { ok: false, check: diagnose(signature, known) };
    signed[of] = found.xml;
    signer = found.certificate;
    const problem = problemsOf(signer, now).find(({ blocking }) => blocking);
    if (problem) return { ok: false, check: unusable(signer, problem) };
  }
  if (!signer) throw new Error('an outline without signatures was given');
  return { ok: true, signed, certificate: signer };
}

/** The tree in which node-saml works. Its parser may stumble over what ours took; then nothing is verified. */
async function domOf(xml: string): Promise<Awaited<ReturnType<typeof parseDomFromString>> | undefined> {
  try {
    return await parseDomFromString(xml);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function unreadable(): Check {
  return fail('signature', 'unreadable', words.unreadable, strings.checks.plainResponses);
}

/**
 * Whether a key has made this signature value at all, of whatever: by an RSA key the padding (RFC 8017 9.2) comes out
 * of what it has signed itself, and of nothing else. That takes a fraction of a millisecond, while the libraries take
 * seconds for a message that was blown up, and do so before they look at the signature: whoever cannot sign does not
 * get that far. Of other keys it cannot be told.
 */
function mayHaveSigned({ der, keyType }: CertificateFacts, signature: XmlElement): boolean {
  if (keyType !== 'rsa') return true;
  const [value] = childrenNamed(signature, NS.signature, 'SignatureValue');
  const key = new X509Certificate(Buffer.from(der, 'base64')).publicKey;
  try {
    publicDecrypt(
      { key, padding: constants.RSA_PKCS1_PADDING },
      Buffer.from(value?.text.replace(/\s/g, '') ?? '', 'base64'),
    );
    return true;
  } catch (error) {
    // OpenSSL has its own error for each way in which the value is none of this key's.
    if (error instanceof Error) return false;
    throw error;
  }
}

/** The certificate that the signature names is tried first. It only saves time: all others are tried too. */
function namedFirst(known: readonly CertificateFacts[], signature: XmlElement): CertificateFacts[] {
  const brought = allNamed(signature, NS.signature, 'X509Certificate').map(({ text }) =>
    text.replace(/\s/g, ''),
  );
  return [...known].sort((a, b) => Number(brought.includes(b.der)) - Number(brought.includes(a.der)));
}

function firstVerified(known: readonly CertificateFacts[], verify: (der: string) => string | undefined) {
  for (const certificate of known) {
    const xml = verify(certificate.der);
    if (xml !== undefined) return { certificate, xml };
  }
  return undefined;
}

type DomElement = Parameters<typeof getVerifiedXml>[1];

function verifyWith(
  xml: string,
  element: DomElement,
  signature: XmlElement,
  pem: string,
): string | undefined {
  const methods = ['SignatureMethod', 'DigestMethod'].flatMap((local) =>
    allNamed(signature, NS.signature, local),
  );
  const extra = methods.some((one) => {
    const algorithm = attribute(one, 'Algorithm') ?? '';
    return algorithm in EXTRA_SIGNATURES || algorithm in EXTRA_DIGESTS;
  });
  try {
    return extra ? verifyExtra(xml, element, pem) : (getVerifiedXml(xml, element, [pem]) ?? undefined);
  } catch (error) {
    // Both libraries throw plain errors for a signature, value or key that makes no sense: it is not verified.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The same for algorithms that node-saml cannot name. The tree was guarded by `outlineOf` already. */
function verifyExtra(xml: string, element: DomElement, pem: string): string | undefined {
  const [signature] = xpath.selectElements(element, "./*[local-name(.)='Signature']");
  if (!signature) return undefined;
  const verifier = new SignedXml({ publicCert: pem });
  Object.assign(verifier.SignatureAlgorithms, EXTRA_SIGNATURES);
  Object.assign(verifier.HashAlgorithms, EXTRA_DIGESTS);
  verifier.loadSignature(signature);
  if (!verifier.checkSignature(xml)) return undefined;
  const references = verifier.getSignedReferences();
  return references.length === 1 ? references[0] : undefined;
}

/** Names why no certificate of the connection fits, by the certificate that the signature brings along. */
function diagnose(signature: XmlElement, known: readonly CertificateFacts[]): Check {
  const ours = known.map(({ fingerprint }) => fingerprint).join(strings.checks.and) || words.noCertificates;
  const [brought] = allNamed(signature, NS.signature, 'X509Certificate');
  const read = brought && readCertificates(brought.text);
  const theirs = read?.ok ? read.certificates[0] : undefined;
  if (!theirs) {
    return fail('signature', 'no-certificate-fits', words.noneFits(ours), words.upload);
  }
  if (known.some(({ fingerprint }) => fingerprint === theirs.fingerprint)) {
    return fail('signature', 'altered', words.altered, words.onTheWay);
  }
  if (!mayHaveSigned(theirs, signature)) {
    return fail('signature', 'invalid', words.invalid(theirs.fingerprint), words.tell);
  }
  return fail('signature', 'unknown-key', words.unknownKey(theirs.fingerprint, ours), words.renew);
}

function unusable({ fingerprint }: CertificateFacts, problem: { code: string; cause: string }): Check {
  const { unusable, makeNew } = strings.checks.certificate;
  return fail('certificate', problem.code, unusable(fingerprint, problem.cause), makeNew);
}
