import type { KeyLike } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { EXTRA_DIGESTS, EXTRA_SIGNATURES } from '../../identity/saml/extra-algorithms.ts';

export interface SignOptions {
  privateKey: string;
  /** Goes into KeyInfo; without it there is none. */
  certificatePem?: string;
  signatureAlgorithm: string;
  digestAlgorithm: string;
}

/** Local names of what can be signed: the signature goes right behind the Issuer, as the schema wants it. */
export type Signable = 'Response' | 'Assertion';

/**
 * Signs an element of a SAML message by its ID (SAML core 5.4): enveloped, exclusive canonicalization.
 * @param xml the message
 * @param local which element
 * @param options key, certificate and algorithms
 * @returns the message with the signature in it
 */
export function signElement(xml: string, local: Signable, options: SignOptions): string {
  const xpath = `//*[local-name(.)='${local}']`;
  const signer = new SignedXml({
    privateKey: options.privateKey as KeyLike,
    ...(options.certificatePem ? { publicCert: options.certificatePem } : {}),
    signatureAlgorithm: options.signatureAlgorithm,
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  });
  Object.assign(signer.SignatureAlgorithms, EXTRA_SIGNATURES);
  Object.assign(signer.HashAlgorithms, EXTRA_DIGESTS);
  signer.addReference({
    xpath,
    transforms: [
      'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
      'http://www.w3.org/2001/10/xml-exc-c14n#',
    ],
    digestAlgorithm: options.digestAlgorithm,
  });
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signer.getSignedXml();
}
