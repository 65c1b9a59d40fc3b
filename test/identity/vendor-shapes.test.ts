import { expect, it } from 'vitest';
import { SignedXml } from 'xml-crypto';
import { base64, given, idp, judge } from './saml-fixture.ts';

/**
 * Responses as vendors really write them, beyond prefixes and what is signed: types on values, namespaces declared far
 * from where they are used and named in the canonicalization (InclusiveNamespaces), signatures without a prefix, white
 * space between elements, attributes of their own on the envelope.
 */
interface Shape {
  prefixes: { protocol: string; assertion: string };
  /** Signed in this order. */
  signs: ('Assertion' | 'Response')[];
  change?: (xml: string) => string;
  signaturePrefix?: string;
  inclusive?: string[];
  head?: string;
}

const XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"';
const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const typed =
  (declared: string, type = 'xs:string') =>
  (xml: string) =>
    xml.replace(/<((?:\w+:)?AttributeValue)>/g, `<$1 ${declared}xsi:type="${type}">`);
const onAssertion = (xml: string) => xml.replace(/<(\w+:)?Assertion /, `<$1Assertion ${XS} ${XSI} `);
const spaced = (xml: string) => xml.replace(/></g, '>\n  <');
const declaration = '<?xml version="1.0" encoding="UTF-8"?>';

const SHAPES: Record<string, Shape> = {
  Okta: {
    prefixes: { protocol: 'saml2p', assertion: 'saml2' },
    signs: ['Assertion', 'Response'],
    change: typed(`${XS} ${XSI} `),
    inclusive: ['xs'],
    head: declaration,
  },
  'Microsoft Entra ID': {
    prefixes: { protocol: 'samlp', assertion: '' },
    signs: ['Assertion'],
    signaturePrefix: '',
    change: (xml) =>
      xml.replace(
        /<AttributeStatement>/,
        '$&<Attribute Name="http://schemas.microsoft.com/identity/claims/tenantid"><AttributeValue>t1</AttributeValue></Attribute>',
      ),
  },
  'Google Workspace': {
    prefixes: { protocol: 'saml2p', assertion: 'saml2' },
    signs: ['Response'],
    change: typed(`${XS} ${XSI} `, 'xs:anyType'),
    head: '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
  },
  'AD FS': {
    prefixes: { protocol: 'samlp', assertion: '' },
    signs: ['Assertion'],
    change: (xml) =>
      xml.replace(/<samlp:Response /, '$&Consent="urn:oasis:names:tc:SAML:2.0:consent:unspecified" '),
  },
  OneLogin: {
    prefixes: { protocol: 'samlp', assertion: 'saml' },
    signs: ['Assertion'],
    change: (xml) => typed('')(onAssertion(xml)),
    inclusive: ['xs'],
  },
  'PingOne, response signed': {
    prefixes: { protocol: 'samlp', assertion: 'saml' },
    signs: ['Response'],
    change: (xml) => typed('')(onAssertion(xml)),
  },
  'white space everywhere': {
    prefixes: { protocol: 'saml2p', assertion: 'saml2' },
    signs: ['Assertion', 'Response'],
    change: spaced,
    head: `${declaration}\n`,
  },
};

function respond({ prefixes, signs, change, signaturePrefix = 'ds', inclusive, head = '' }: Shape): string {
  const xml = idp.respondXml(given({ sign: 'none', prefixes }));
  let signed = change ? change(xml) : xml;
  for (const local of signs) {
    const signer = new SignedXml({
      privateKey: idp.privateKeyPem,
      publicCert: idp.certificatePem,
      signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
    });
    const xpath = `//*[local-name(.)='${local}']`;
    signer.addReference({
      xpath,
      transforms: [
        'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
        'http://www.w3.org/2001/10/xml-exc-c14n#',
      ],
      digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
      ...(inclusive && { inclusiveNamespacesPrefixList: inclusive }),
    });
    signer.computeSignature(signed, {
      prefix: signaturePrefix,
      location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
    });
    signed = signer.getSignedXml();
  }
  return head + signed;
}

it.each(Object.entries(SHAPES))(
  'signs in by a response as %s writes it, and not once it is changed',
  async (_, shape) => {
    const xml = respond(shape);
    const verdict = await judge(base64(xml));
    expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(verdict).toMatchObject({ ok: true, identity: { email: 'anna@acme.test', firstName: 'Anna' } });
    const changed = await judge(base64(xml.replaceAll('anna@acme.test', 'boss@acme.test')));
    expect(changed).toMatchObject({ ok: false, failed: { name: 'signature', code: 'altered' } });
  },
);
