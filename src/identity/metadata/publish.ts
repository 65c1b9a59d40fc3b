import { REQUIRED_ATTRIBUTES } from '../attributes.ts';
import { escapeXml } from '../xml/escape.ts';
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
<md:EntityDescriptor xmlns:md="${NS.metadata}" entityID="${escapeXml(entityId)}">
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
