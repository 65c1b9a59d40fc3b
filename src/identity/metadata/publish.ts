import { createHash } from 'node:crypto';
import { REQUIRED_ATTRIBUTES } from '../attributes.ts';
import { pemOf } from '../certificates.ts';
import { escapeXml } from '../xml/escape.ts';
import { signXml } from '../xml/sign.ts';
import { NS } from '../xml/tree.ts';

/** What our side of a connection is known by. */
export interface ServiceProvider {
  /** Our entity ID for this connection. */
  entityId: string;
  /** The assertion consumer service: where the identity provider posts its response. */
  acsUrl: string;
  /** The certificate of the key that signs our requests, in base64 DER. */
  signingCertificate?: string;
}

/**
 * Writes our metadata for one connection (SAML metadata 2.4.4): what an identity provider must know of us.
 * @param provider entity ID, ACS URL and signing certificate
 * @returns the XML document
 */
export function serviceProviderMetadata({ entityId, acsUrl, signingCertificate }: ServiceProvider): string {
  const key = signingCertificate
    ? `
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="${NS.signature}">
        <ds:X509Data>
          <ds:X509Certificate>${escapeXml(signingCertificate)}</ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>`
    : '';
  const attributes = REQUIRED_ATTRIBUTES.map(
    (name) => `
      <md:RequestedAttribute Name="${escapeXml(name)}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic" isRequired="true"/>`,
  ).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${NS.metadata}" ID="${idOf(entityId)}" entityID="${escapeXml(entityId)}">
  <md:SPSSODescriptor AuthnRequestsSigned="${Boolean(signingCertificate)}" WantAssertionsSigned="true" protocolSupportEnumeration="${NS.protocol}">${key}
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escapeXml(acsUrl)}" index="0" isDefault="true"/>
    <md:AttributeConsumingService index="0">
      <md:ServiceName xml:lang="en">Drawbridge</md:ServiceName>${attributes}
    </md:AttributeConsumingService>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`;
}

/**
 * The same, signed, for identity providers that ask for it (SAML metadata 3).
 * @param provider entity ID, ACS URL and the certificate of the key
 * @param privateKey the key that signs our requests too, in PEM
 * @returns the XML document with its signature first
 */
export function signedServiceProviderMetadata(
  provider: ServiceProvider & { signingCertificate: string },
  privateKey: string,
): string {
  const root = "/*[local-name(.)='EntityDescriptor']";
  return signXml(serviceProviderMetadata(provider), {
    xpath: root,
    place: { reference: root, action: 'prepend' },
    privateKey,
    certificatePem: pemOf(Buffer.from(provider.signingCertificate, 'base64')),
  });
}

/** An ID that stays the same while the entity does, so that unsigned files can be compared. */
function idOf(entityId: string): string {
  return `_${createHash('sha256').update(entityId).digest('hex').slice(0, 40)}`;
}
