import { getVerifiedXml, parseDomFromString } from '@node-saml/node-saml/lib/xml.js';
import { describe, expect, it } from 'vitest';
import { serviceProviderMetadata, signedServiceProviderMetadata } from '../../src/identity/metadata.ts';
import { gateXml } from '../../src/identity/xml/gate.ts';
import { allNamed, attribute, NS } from '../../src/identity/xml/tree.ts';

import { signedOnce } from '../../src/web/saml/signed-metadata.ts';
import { derOf, idp, strangerIdp } from './saml-fixture.ts';

const limits = { depth: 10, elements: 100, attributes: 10, comments: false };

describe('our own metadata', () => {
  it('says all that an identity provider asks for', () => {
    const xml = serviceProviderMetadata({
      entityId: 'https://sso.acme.test/saml/1?a=1&b=2',
      acsUrl: 'https://sso.acme.test/saml/1/acs',
      signingCertificate: 'MIIB',
    });
    const gated = gateXml(xml, limits);
    if (!gated.ok) throw new Error(gated.detail);
    const { root } = gated;
    expect(attribute(root, 'entityID')).toBe('https://sso.acme.test/saml/1?a=1&b=2');
    const [acs] = allNamed(root, NS.metadata, 'AssertionConsumerService');
    expect(acs && attribute(acs, 'Location')).toBe('https://sso.acme.test/saml/1/acs');
    expect(acs && attribute(acs, 'Binding')).toBe('urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST');
    const asked = allNamed(root, NS.metadata, 'RequestedAttribute').map((one) => attribute(one, 'Name'));
    expect(asked).toEqual(['firstName', 'lastName', 'email', 'objectGUID']);
    expect(allNamed(root, NS.signature, 'X509Certificate')[0]?.text).toBe('MIIB');
    expect(allNamed(root, NS.metadata, 'NameIDFormat')).toHaveLength(1);
  });

  it('keeps hostile words inside their attribute', () => {
    const entityId = `https://x"/><evil a='&<>\u0000\n`;
    const gated = gateXml(serviceProviderMetadata({ entityId, acsUrl: entityId }), limits);
    if (!gated.ok) throw new Error(gated.detail);
    expect(attribute(gated.root, 'entityID')).toBe(entityId.replace('\u0000', '\ufffd'));
    expect(gated.root.children).toHaveLength(1);
  });

  it('can be signed, so that a change shows', async () => {
    const provider = {
      entityId: 'https://e/1',
      acsUrl: 'https://e/1/acs',
      signingCertificate: derOf(idp.certificatePem),
    };
    const xml = signedServiceProviderMetadata(provider, idp.privateKeyPem);
    const verified = async (text: string, pem: string) =>
      getVerifiedXml(text, (await parseDomFromString(text)).documentElement, [pem]);
    expect(await verified(xml, idp.certificatePem)).toContain('AssertionConsumerService');
    expect(await verified(xml, strangerIdp.certificatePem)).toBeNull();
    expect(await verified(xml.replace('/acs', '/evil'), idp.certificatePem)).toBeNull();
    const gated = gateXml(xml, { ...limits, elements: 200 });
    expect(gated.ok && gated.root.children[0]?.local).toBe('Signature');
  });
});

it('signs metadata once for each connection', () => {
  const key = { privateKeyPem: idp.privateKeyPem, certificate: derOf(idp.certificatePem) };
  const signed = signedOnce(key);
  const provider = (n: number) => ({
    entityId: `https://sso.example/saml/c${n}/metadata`,
    acsUrl: 'https://sso.example/acs',
  });
  const first = signed(provider(1));
  expect(signed(provider(2))).not.toBe(first);
  // Signing again would need the key.
  key.privateKeyPem = 'no key';
  expect(signed(provider(1))).toBe(first);
  expect(() => signed(provider(3))).toThrow();
});
