import { readCertificates, selfSigned } from '../../src/identity/certificates.ts';

/** A certificate as an identity provider hands it out, and what is read of it. */
export function certificate(
  commonName: string,
  { from = '2025-01-01', until = '2030-01-01', bits = 2048 } = {},
): { pem: string; keyPem: string; fingerprint: string; body: string } {
  const made = selfSigned({
    commonName,
    from: new Date(`${from}T00:00:00Z`),
    until: new Date(`${until}T00:00:00Z`),
    key: { type: 'rsa', bits },
  });
  const read = readCertificates(made.certificatePem);
  if (!read.ok) throw new Error(read.message);
  const [facts] = read.certificates;
  if (!facts) throw new Error('no certificate was read');
  return {
    pem: made.certificatePem,
    keyPem: made.privateKeyPem,
    fingerprint: facts.fingerprint,
    body: facts.der,
  };
}

/** An identity provider's metadata, with the signing certificates given. */
export function metadataXml(entityId: string, ...bodies: string[]): string {
  const keys = bodies.map(
    (body) =>
      `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  );
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys.join('')}<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entityId}/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>`;
}

/** Several identity providers in one file. */
export function aggregateXml(...entities: string[]): string {
  return `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${entities.join('')}</md:EntitiesDescriptor>`;
}

/** A file as a modal hands it in. */
export function file(name: string, content: string): { name: string; bytes: Uint8Array }[] {
  return [{ name, bytes: Buffer.from(content) }];
}
