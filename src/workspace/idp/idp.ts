import { type SelfSignedOptions, selfSigned } from '../../identity/certificates.ts';
import { escapeXml } from '../../identity/xml/escape.ts';
import { NS } from '../../identity/xml/tree.ts';
import {
  newMessageId,
  type Prefixes,
  type ResponseParts,
  type SubjectParts,
  writeResponse,
} from './response.ts';
import { type Signable, signElement } from './sign.ts';

export interface IdpUser {
  email: string;
  firstName: string;
  lastName: string;
  objectGUID: string;
  /** The e-mail address when left out. */
  nameId?: string;
}

/** What is signed: the whole response, the assertion in it, both, or nothing. */
export type SignMode = 'response' | 'assertion' | 'both' | 'none';

export interface RespondOptions {
  acsUrl: string;
  audience: string;
  inResponseTo: string | null;
  user: IdpUser;
  /** The moment of the response; now when left out. */
  now?: Date;
  sign?: SignMode;
  /** `rsa-sha256` when left out; by short name of RFC 9231 or by URI. */
  signatureAlgorithm?: string;
  digestAlgorithm?: string;
  /** Leaves the certificate out of the signature. */
  withoutKeyInfo?: boolean;
  prefixes?: Prefixes;
  /** Anything that the response shall say differently. */
  response?: Partial<Omit<ResponseParts, 'subject'>>;
  subject?: Partial<SubjectParts> | null;
  /** Attributes to add, replace, or (undefined) leave out. */
  attributes?: Record<string, string | readonly string[] | undefined>;
}

export interface Idp {
  entityId: string;
  ssoUrl: string;
  certificatePem: string;
  privateKeyPem: string;
  metadataXml(): string;
  /** The form field `SAMLResponse`: a signed response in base64. */
  respond(options: RespondOptions): string;
  /** The same before base64. */
  respondXml(options: RespondOptions): string;
}

const SIGNATURES: Record<string, string> = {
  'rsa-sha1': `${NS.signature}rsa-sha1`,
  'rsa-sha256': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'rsa-sha384': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'rsa-sha512': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'ecdsa-sha256': 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  'ecdsa-sha384': 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384',
  'ecdsa-sha512': 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512',
};

const DIGESTS: Record<string, string> = {
  sha1: `${NS.signature}sha1`,
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha384: 'http://www.w3.org/2001/04/xmldsig-more#sha384',
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
};

const SIGNED: Record<SignMode, Signable[]> = {
  none: [],
  assertion: ['Assertion'],
  response: ['Response'],
  both: ['Assertion', 'Response'],
};

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * Makes an identity provider that really signs, for the local workspace and for tests.
 * @param options entity ID and sign-on address; `key` and validity of its certificate (ten years of RSA 2048 when
 *   left out), or a kept `certificatePem` with its `privateKeyPem`
 * @returns the identity provider
 */
export function createIdp(
  options: {
    entityId: string;
    ssoUrl: string;
    certificatePem?: string;
    privateKeyPem?: string;
  } & Partial<SelfSignedOptions>,
): Idp {
  const { entityId, ssoUrl } = options;
  const { certificatePem, privateKeyPem } =
    options.certificatePem && options.privateKeyPem
      ? { certificatePem: options.certificatePem, privateKeyPem: options.privateKeyPem }
      : selfSigned({
          commonName: 'Test identity provider',
          from: new Date(Date.now() - DAY),
          until: new Date(Date.now() + 3650 * DAY),
          ...options,
        });

  function respondXml(given: RespondOptions): string {
    const parts = partsOf(entityId, given);
    const xml = writeResponse(parts, given.prefixes ?? { protocol: 'samlp', assertion: 'saml' });
    const signed = SIGNED[given.sign ?? 'assertion'].filter((local) => local === 'Response' || parts.subject);
    const signatureAlgorithm = given.signatureAlgorithm ?? 'rsa-sha256';
    const digestAlgorithm = given.digestAlgorithm ?? 'sha256';
    return signed.reduce(
      (message, local) =>
        signElement(message, local, {
          privateKey: privateKeyPem,
          ...(given.withoutKeyInfo ? {} : { certificatePem }),
          signatureAlgorithm: SIGNATURES[signatureAlgorithm] ?? signatureAlgorithm,
          digestAlgorithm: DIGESTS[digestAlgorithm] ?? digestAlgorithm,
        }),
      xml,
    );
  }

  return {
    entityId,
    ssoUrl,
    certificatePem,
    privateKeyPem,
    metadataXml: () => metadataXml(entityId, ssoUrl, certificatePem),
    respond: (given) => Buffer.from(respondXml(given)).toString('base64'),
    respondXml,
  };
}

/** A response as it should be, with the given differences. */
function partsOf(entityId: string, given: RespondOptions): ResponseParts {
  const now = given.now ?? new Date();
  const soon = new Date(now.getTime() + 5 * MINUTE);
  const { user } = given;
  const attributes: SubjectParts['attributes'] = {};
  const wanted = {
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email,
    objectGUID: user.objectGUID,
  };
  for (const [name, value] of Object.entries({ ...wanted, ...given.attributes })) {
    if (value !== undefined) attributes[name] = value;
  }
  return {
    id: newMessageId(),
    assertionId: newMessageId(),
    destination: given.acsUrl,
    inResponseTo: given.inResponseTo,
    issueInstant: now,
    issuer: entityId,
    assertionIssuer: entityId,
    statusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
    statusSubcode: null,
    statusMessage: null,
    subject:
      given.subject === null
        ? null
        : {
            nameId: user.nameId ?? user.email,
            nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
            confirmationMethod: 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
            recipient: given.acsUrl,
            confirmationInResponseTo: given.inResponseTo,
            confirmationNotOnOrAfter: soon,
            notBefore: new Date(now.getTime() - MINUTE),
            notOnOrAfter: soon,
            audience: given.audience,
            authnInstant: now,
            attributes,
            ...given.subject,
          },
    ...given.response,
  };
}

function metadataXml(entityId: string, ssoUrl: string, certificatePem: string): string {
  const certificate = certificatePem.replace(/-----[^-]+-----|\s/g, '');
  const service = (binding: string) =>
    `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${escapeXml(ssoUrl)}"/>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${NS.metadata}" entityID="${escapeXml(entityId)}">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="${NS.protocol}">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${NS.signature}"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
    ${service('HTTP-Redirect')}
    ${service('HTTP-POST')}
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
`;
}
