import { SignedXml } from 'xml-crypto';
import { EXTRA_DIGESTS, EXTRA_SIGNATURES } from '../saml/extra-algorithms.ts';

export interface SignXmlOptions {
  /** XPath of the element to sign; its ID becomes the reference. */
  xpath: string;
  /** Where the signature goes, as an XPath and how it lies to what that finds. */
  place: { reference: string; action: 'after' | 'prepend' };
  /** In PEM. */
  privateKey: string;
  /** Goes into KeyInfo; without it there is none. */
  certificatePem?: string;
  signatureAlgorithm?: string;
  digestAlgorithm?: string;
}

export const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/**
 * Signs an element of a SAML message or of metadata (SAML core 5.4): enveloped, exclusive canonicalization.
 * @param xml the document
 * @param options what is signed, by which key, and how: RSA with SHA-256 when left out
 * @returns the document with the signature in it
 * @throws when the paths find nothing or the key does not fit the algorithm
 */
export function signXml(xml: string, options: SignXmlOptions): string {
  const signer = new SignedXml({
    privateKey: options.privateKey,
    ...(options.certificatePem ? { publicCert: options.certificatePem } : {}),
    signatureAlgorithm: options.signatureAlgorithm ?? RSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  Object.assign(signer.SignatureAlgorithms, EXTRA_SIGNATURES);
  Object.assign(signer.HashAlgorithms, EXTRA_DIGESTS);
  signer.addReference({
    xpath: options.xpath,
    transforms: [ENVELOPED, EXCLUSIVE],
    digestAlgorithm: options.digestAlgorithm ?? SHA256,
  });
  signer.computeSignature(xml, { prefix: 'ds', location: options.place });
  return signer.getSignedXml();
}
