import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RespondOptions } from '../../../src/workspace/idp/idp.ts';
import { signElement } from '../../../src/workspace/idp/sign.ts';
import { anna, base64, given, idp, judge, strangerIdp, testIdp } from '../saml-fixture.ts';
import { leastCpu } from './least-cpu.ts';

const signed = (options: Partial<RespondOptions> = {}) => idp.respondXml(given(options));
const swap = (from: string | RegExp, to: string, options?: Partial<RespondOptions>) => {
  const xml = signed(options);
  const swapped = xml.replace(from, to);
  if (swapped === xml) throw new Error(`nothing to replace: ${from}`);
  return swapped;
};
const body = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
const stripped = (xml: string) => xml.replace(/<ds:Signature .*?<\/ds:Signature>/gs, '');
const alternative = (uri: string) => `Algorithm="${uri}"`;
const sha256 = /Algorithm="[^"]*rsa-sha256"/;

/** An HMAC made with the certificate, which everybody knows, as its secret. */
function hmac(): string {
  const xml = swap(sha256, alternative('http://www.w3.org/2001/04/xmldsig-more#hmac-sha256'));
  const info = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(xml)?.[0] ?? '';
  const canonical = info.replace(
    '<ds:SignedInfo>',
    '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
  );
  const value = createHmac('sha256', idp.certificatePem).update(canonical).digest('base64');
  return xml.replace(
    /<ds:SignatureValue>.*?<\/ds:SignatureValue>/s,
    `<ds:SignatureValue>${value}</ds:SignatureValue>`,
  );
}

const inEmail = (tail: string) => swap('>anna@acme.test</saml:NameID>', `>${tail}</saml:NameID>`);

const prefixes = Array.from({ length: 30_000 }, (_, n) => n.toString(36)).join(' ');
const prefixList = `<InclusiveNamespaces PrefixList="${prefixes}"/>`;
const prefixed = (method: string) =>
  swap(
    new RegExp(`<${method} (Algorithm="[^"]*xml-exc-c14n#")\\s*/>`),
    `<${method} $1>${prefixList}</${method}>`,
  );

const attacks: [what: string, code: string | string[], xml: () => string][] = [
  // Signature stripping.
  ['no signature any more', 'unsigned', () => stripped(signed())],
  ['no signature, another person', 'unsigned', () => stripped(signed()).replaceAll('anna@', 'admin@')],
  [
    'an empty signature',
    'malformed-signature',
    () => swap(/(<ds:Signature [^>]*>).*<\/ds:Signature>/s, '$1</ds:Signature>'),
  ],
  [
    'no signature value',
    'malformed-signature',
    () => swap(/<ds:SignatureValue>.*<\/ds:SignatureValue>/s, ''),
  ],
  [
    'an empty signature value',
    'altered',
    () => swap(/<ds:SignatureValue>.*<\/ds:SignatureValue>/s, '<ds:SignatureValue></ds:SignatureValue>'),
  ],
  ['no reference', 'references', () => swap(/<ds:Reference .*<\/ds:Reference>/s, '')],
  ['two references', 'references', () => swap(/(<ds:Reference .*<\/ds:Reference>)/s, '$1$1')],
  ['two SignedInfo', 'malformed-signature', () => swap(/(<ds:SignedInfo>.*<\/ds:SignedInfo>)/s, '$1$1')],
  [
    'two digests',
    'malformed-reference',
    () => swap(/(<ds:DigestValue>.*<\/ds:DigestValue>)/s, '<ds:DigestValue>AAAA</ds:DigestValue>$1'),
  ],
  ['an empty reference', 'reference-target', () => swap(/URI="#[^"]*"/, 'URI=""')],
  ['an XPointer reference', 'reference-target', () => swap(/URI="#([^"]*)"/, `URI="#xpointer(id('$1'))"`)],
  ['a reference that injects XPath', 'reference-target', () => swap(/URI="#[^"]*"/, `URI="#x' or '1'='1"`)],
  // Comments and entities.
  ['a comment in the name', 'xml-comment', () => inEmail('anna@acme.test<!---->.evil.test')],
  ['a comment in the digest', 'xml-comment', () => swap('<ds:DigestValue>', '<ds:DigestValue><!--x-->')],
  ['a comment before the root', 'xml-comment', () => `<!-- x -->${signed()}`],
  ['a processing instruction', 'xml-processing-instruction', () => inEmail('anna@acme.test<?x y?>')],
  [
    'an entity of its own',
    'xml-doctype',
    () => `<!DOCTYPE x [<!ENTITY e "admin@acme.test">]>${inEmail('&e;')}`,
  ],
  [
    'an external entity',
    'xml-doctype',
    () => `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${inEmail('&e;')}`,
  ],
  [
    'a billion laughs',
    'xml-doctype',
    () => `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(100)}">]>${inEmail('&b;')}`,
  ],
  ['an entity from nowhere', 'xml-not-well-formed', () => inEmail('&admin;')],
  ['a character that XML forbids', 'xml-not-well-formed', () => inEmail('anna&#0;')],
  [
    'two attributes of one name',
    'xml-not-well-formed',
    () => swap(' Version="2.0"', ' Version="2.0" Version="2.0"'),
  ],
  ['a prefix from nowhere', 'xml-not-well-formed', () => swap('<saml:Subject>', '<evil:x/><saml:Subject>')],
  ['a second root', 'xml-not-well-formed', () => `${signed()}<x/>`],
  // Confused and exchanged keys.
  ['an HMAC by the certificate', 'hmac', hmac],
  [
    'another key, our certificate in KeyInfo',
    'altered',
    () => strangerIdp.respondXml(given()).replace(body(strangerIdp.certificatePem), body(idp.certificatePem)),
  ],
  ['another key, its own certificate in KeyInfo', 'unknown-key', () => strangerIdp.respondXml(given())],
  [
    'our signature, another certificate in KeyInfo',
    'invalid',
    () =>
      swap('@acme.test</saml:NameID>', '@evil.test</saml:NameID>').replace(
        body(idp.certificatePem),
        body(strangerIdp.certificatePem),
      ),
  ],
  [
    'a private key in KeyInfo',
    'no-certificate-fits',
    () =>
      strangerIdp
        .respondXml(given())
        .replace(body(strangerIdp.certificatePem), body(strangerIdp.privateKeyPem)),
  ],
  [
    'both signed, the response by another key',
    'unknown-key',
    () =>
      signElement(signed(), 'Response', {
        privateKey: strangerIdp.privateKeyPem,
        certificatePem: strangerIdp.certificatePem,
        signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
        digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
      }),
  ],
  // Algorithms.
  ['SHA-1', 'sha1', () => signed({ signatureAlgorithm: 'rsa-sha1' })],
  ['a SHA-1 digest', 'sha1-digest', () => signed({ digestAlgorithm: 'sha1' })],
  [
    'MD5',
    'signature-algorithm',
    () => swap(sha256, alternative('http://www.w3.org/2001/04/xmldsig-more#rsa-md5')),
  ],
  [
    'an MD5 digest',
    'digest-algorithm',
    () => swap(/Algorithm="[^"]*xmlenc#sha256"/, alternative('http://www.w3.org/2001/04/xmldsig-more#md5')),
  ],
  ['DSA', 'sha1', () => swap(sha256, alternative('http://www.w3.org/2000/09/xmldsig#dsa-sha1'))],
  ['no algorithm', 'signature-algorithm', () => swap(sha256, 'Algorithm=""')],
  ['another algorithm than signed', 'altered', () => swap('rsa-sha256', 'rsa-sha512')],
  ['ECDSA claimed for an RSA key', 'altered', () => swap('rsa-sha256', 'ecdsa-sha256')],
  [
    'canonicalization that keeps comments of the whole',
    'canonicalization',
    () =>
      swap(
        /Method Algorithm="[^"]*xml-exc-c14n#"/,
        `Method ${alternative('http://www.w3.org/TR/2001/REC-xml-c14n-20010315')}`,
      ),
  ],
  [
    'an XSLT transform',
    'transforms',
    () =>
      swap(
        /Transform Algorithm="[^"]*xml-exc-c14n#"/,
        `Transform ${alternative('http://www.w3.org/TR/1999/REC-xslt-19991116')}`,
      ),
  ],
  [
    'an XPath transform',
    'transforms',
    () =>
      swap(
        /Transform Algorithm="[^"]*enveloped-signature"/,
        `Transform ${alternative('http://www.w3.org/TR/1999/REC-xpath-19991116')}`,
      ),
  ],
  [
    'a base64 transform more',
    'transforms',
    () =>
      swap(
        '</ds:Transforms>',
        `<ds:Transform ${alternative('http://www.w3.org/2000/09/xmldsig#base64')}/></ds:Transforms>`,
      ),
  ],
  ['no transforms', 'transforms', () => swap(/<ds:Transforms>.*<\/ds:Transforms>/s, '')],
  // Contents.
  [
    'another person',
    'altered',
    () => swap('>anna@acme.test</saml:NameID>', '>admin@acme.test</saml:NameID>'),
  ],
  ['another attribute', 'altered', () => swap('<saml:AttributeValue>anna@', '<saml:AttributeValue>admin@')],
  ['a longer life', 'altered', () => swap(/NotOnOrAfter="2026/g, 'NotOnOrAfter="2036')],
  [
    'an encrypted assertion beside',
    'encrypted',
    () =>
      swap(
        '</samlp:Response>',
        '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/></samlp:Response>',
      ),
  ],
  ['a logout response', 'not-a-response', () => swap(/samlp:Response/g, 'samlp:LogoutResponse')],
  [
    'a namespace that looks alike',
    ['no-assertion', 'altered'],
    () => swap(/SAML:2\.0:assertion/g, 'SAML:2.0:assertion/'),
  ],
  // Size.
  ['thousands of prefixes to include in the reference', 'too-many-prefixes', () => prefixed('ds:Transform')],
  [
    'thousands of prefixes to include in the signature',
    'too-many-prefixes',
    () => prefixed('ds:CanonicalizationMethod'),
  ],
  [
    'thousands of prefixes to include, where the library looks for them too',
    'too-many-prefixes',
    () =>
      swap(
        '</samlp:Response>',
        `<CanonicalizationMethod>${prefixList}</CanonicalizationMethod></samlp:Response>`,
      ),
  ],
  [
    'too deep',
    'xml-too-deep',
    () => swap('<saml:Subject>', `${'<a>'.repeat(50)}${'</a>'.repeat(50)}<saml:Subject>`),
  ],
  [
    'too many elements',
    'xml-too-many-elements',
    () => swap('<saml:Subject>', `${'<a/>'.repeat(5001)}<saml:Subject>`),
  ],
  [
    'too many attributes',
    'xml-too-many-attributes',
    () =>
      swap(
        '<saml:Subject>',
        `<a ${Array.from({ length: 65 }, (_, i) => `a${i}="" `).join('')}/><saml:Subject>`,
      ),
  ],
  ['too large', 'too-large', () => swap('<saml:Subject>', `${' '.repeat(260 * 1024)}<saml:Subject>`)],
];

describe('tampering', () => {
  it.each(attacks)('%s', async (_, expected, xml) => {
    const verdict = await judge(base64(xml()));
    if (verdict.ok) throw new Error(`accepted as ${verdict.identity.email}`);
    expect([expected].flat()).toContain(verdict.failed.code);
    expect(verdict.failed.fix).toMatch(/\.$/);
    expect(JSON.stringify(verdict)).not.toContain(body(strangerIdp.privateKeyPem).slice(50, 90));
  });

  it('takes no time where the structure alone is wrong', async () => {
    const structural = attacks.filter(
      ([, code]) => !/altered|unknown-key|invalid|no-certificate-fits/.test(String(code)),
    );
    expect(structural.length).toBeGreaterThan(35);
    for (const [what, , xml] of structural) {
      const attack = base64(xml());
      expect(await leastCpu(() => judge(attack)), what).toBeLessThan(10);
    }
  });

  it('takes little time for a blown-up message of somebody who cannot sign, however many certificates there are', async () => {
    const blown = (by: string) =>
      base64(by.replace('</samlp:Response>', `${'<a b="c">x</a>'.repeat(4800)}</samlp:Response>`));
    const others = ['a', 'b', 'c', 'd'].map((commonName) => body(testIdp({ commonName }).certificatePem));
    const connection = { entityId: idp.entityId, certificates: [body(idp.certificatePem), ...others] };
    const corrupt = (xml: string) => xml.replace(/(<ds:SignatureValue>).{8}/, '$1AAAAAAAA');
    const curve = testIdp({ key: { type: 'ec', curve: 'prime256v1' } });
    const brought = corrupt(signed()).replace(body(idp.certificatePem), body(curve.certificatePem));
    for (const xml of [strangerIdp.respondXml(given()), corrupt(signed()), brought]) {
      const attack = blown(xml);
      expect(await leastCpu(() => judge(attack, { connection }), 3)).toBeLessThan(200);
    }
  });

  it('reads the same person from character data in any writing', async () => {
    const written = inEmail('<![CDATA[anna@acme.test]]>').replace('Śmith', '&#x15a;mith');
    expect(await judge(base64(written))).toMatchObject({ ok: true, identity: { nameId: anna.email } });
  });

  it('lets hostile words through as words only', async () => {
    const words = `"><script>alert(1)</script> <!channel> =cmd|'/c calc'!A0`;
    const verdict = await judge(idp.respond(given({ user: { ...anna, firstName: words } })));
    expect(verdict).toMatchObject({ ok: true, identity: { firstName: words } });
  });

  it('refuses a weak key even where it is the connection’s own', async () => {
    const weak = testIdp({ key: { type: 'rsa', bits: 1024 } });
    const connection = { entityId: weak.entityId, certificates: [body(weak.certificatePem)] };
    expect(await judge(weak.respond(given()), { connection })).toMatchObject({
      failed: { code: 'weak-key' },
    });
  });

  it('refuses everything for a connection without certificates', async () => {
    const connection = { entityId: idp.entityId, certificates: [] };
    expect(await judge(idp.respond(given()), { connection })).toMatchObject({
      failed: { name: 'signature' },
    });
  });
});
