import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../../src/identity/certificates.ts';
import { chooseEntity, readMetadata } from '../../src/identity/metadata.ts';

const folder = new URL('../fixtures/saml-metadata/', import.meta.url);
const file = (name: string) => readFileSync(new URL(name, folder));
const today = '2026-11-23';

type Connection = [entityId: string, binding: 'redirect' | 'post', ssoUrl: string, certificates: string[]];
type Expected = { at: string; connection: Connection } | { at: string; refused: string; says: RegExp };

const foo = 'https://foo.example.com/access/saml/idp.xml';
const bar = 'https://bar.example.com/access/saml/idp.xml';
const hello = 'https://hello.example.com/access/saml/idp.xml';
const helloSso = 'https://hello.example.com/access/saml/login';
const onelogin = 'https://app.onelogin.com/saml/metadata/383123';
const oneloginSso = 'https://app.onelogin.com/trust/saml2/http-post/sso/383123';
const examle = 'https://idp.examle.com/saml/metadata';
const examleSso = 'https://idp.examle.com/saml/sso';

const connection = (at: string, ...of: Connection): Expected => ({ at, connection: of });
const refused = (at: string, code: string, says: RegExp): Expected => ({ at, refused: code, says });
const application = (at = today) => refused(at, 'no-idp', /describes (?:an application|applications)/);
const expired = (on: string) => refused(today, 'expired', new RegExp(`valid until ${on}`));
const weak = (at: string) => refused(at, 'no-usable-certificate', /RSA key of only 1024 bits/);
const aged = (on: string) => refused(today, 'no-usable-certificate', new RegExp(`expired on ${on}`));

/** What each file of the field says, read by eye: as it is today and, where time has passed it by, as it was. */
const EXPECTED: Record<string, Expected[]> = {
  'azure-activedi--adfs-v2-metadata.xml': [
    connection(
      '2017-05-01',
      'http://fs.msidlab7.com/adfs/services/trust',
      'redirect',
      'https://fs.msidlab7.com/adfs/ls/',
      ['78:6C:EC:26'],
    ),
    aged('2017-12-03'),
  ],
  'azure-activedi--idp-metadata.xml': [
    connection(
      '2017-05-01',
      'https://idp.msidlab13.com/idp/shibboleth',
      'redirect',
      'https://idp.msidlab13.com/idp/profile/SAML2/Redirect/SSO',
      ['DD:DA:5C:60'],
    ),
    aged('2018-02-14'),
  ],
  'azure-activedi--windows-ad-metadata.xml': [application()],
  'keycloak--saml-idp-metadata-two-signing-certs.xml': [
    connection(
      '2017-05-01',
      'http://localhost:8080/auth/realms/master',
      'post',
      'http://localhost:8080/auth/realms/master/protocol/saml',
      ['C3:B8:02:1E', 'E4:76:9D:25'],
    ),
    aged('2026-04-29'),
  ],
  'polis--boxyhq-nobinding.xml': [refused(today, 'no-binding', /HTTP-Redirect or HTTP-POST/)],
  'polis--boxyhq-noentityID.xml': [refused(today, 'no-entity-id', /entity ID/)],
  'polis--boxyhq.xml': [
    connection(
      '2025-01-01',
      'https://accounts.google.com/o/saml2',
      'redirect',
      'https://accounts.google.com/o/saml2',
      ['24:FC:B1:BE'],
    ),
    expired('2026-06-22'),
  ],
  'polis--example.xml': [
    connection(
      today,
      'urn:dev-tyj7qyzz.auth0.com',
      'redirect',
      'https://dev-tyj7qyzz.auth0.com/samlp/AX3jRN4ECnojiEepVjvM7yVCEcpVX6w6',
      ['9C:C8:D2:B1'],
    ),
  ],
  'polis--invalidssodescriptor.xml': [application()],
  'polis--metadata.xml': [
    connection(today, 'https://saml.example.com/entityid', 'redirect', 'https://mocksaml.com/api/saml/sso', [
      '4F:CC:84:D6',
    ]),
  ],
  'python3-saml--entities_metadata.xml': [application()],
  'python3-saml--expired_metadata_settings1.xml': [application()],
  'python3-saml--idp_metadata.xml': [
    connection('2017-05-01', onelogin, 'redirect', oneloginSso, ['46:E3:68:F4']),
    aged('2018-06-05'),
  ],
  'python3-saml--idp_metadata2.xml': [
    connection(today, 'urn:example:idp', 'redirect', 'http://idp.example.com', ['A2:AB:6B:C0']),
  ],
  'python3-saml--idp_metadata_different_sign_and_encrypt_cert.xml': [
    connection('2017-05-01', onelogin, 'redirect', oneloginSso, ['46:E3:68:F4']),
    aged('2018-06-05'),
  ],
  'python3-saml--idp_metadata_multi_certs.xml': [
    connection('2017-05-01', examle, 'redirect', examleSso, ['E5:52:D9:2C', '47:05:10:32']),
    aged('2021-08-05'),
  ],
  'python3-saml--idp_metadata_multi_signing_certs.xml': [
    connection('2017-05-01', examle, 'redirect', examleSso, ['E5:52:D9:2C', '47:05:10:32']),
    aged('2021-08-05'),
  ],
  'python3-saml--idp_metadata_same_sign_and_encrypt_cert.xml': [
    connection('2017-05-01', onelogin, 'redirect', oneloginSso, ['46:E3:68:F4']),
    aged('2018-06-05'),
  ],
  'python3-saml--idp_multiple_descriptors.xml': [
    refused('2014-01-01', 'choose-entity', /2 identity providers/),
    expired('2014-04-17'),
  ],
  'python3-saml--metadata_bad_order_settings1.xml': [application()],
  'python3-saml--metadata_settings1.xml': [application()],
  'python3-saml--no_expiration_mark_metadata.xml': [application()],
  'python3-saml--noentity_metadata_settings1.xml': [refused(today, 'not-metadata', /<EntityDescriptor2>/)],
  'python3-saml--signed_metadata_settings1.xml': [application()],
  'python3-saml--signed_metadata_settings2.xml': [application()],
  'python3-saml--unparsed_metadata.xml': [refused(today, 'not-xml', /not well-formed/)],
  'ruby-saml--idp_descriptor.xml': [weak('2014-01-01'), expired('2014-04-17')],
  'ruby-saml--idp_descriptor_2.xml': [expired('2014-04-17')],
  'ruby-saml--idp_descriptor_3.xml': [weak(today)],
  'ruby-saml--idp_descriptor_4.xml': [expired('2014-04-17')],
  'ruby-saml--idp_descriptor_5.xml': [
    connection('2017-05-01', hello, 'redirect', helloSso, ['E5:52:D9:2C']),
    aged('2021-08-05'),
  ],
  'ruby-saml--idp_descriptor_6.xml': [
    connection('2017-05-01', hello, 'redirect', helloSso, ['E5:52:D9:2C']),
    expired('2020-01-04'),
  ],
  'ruby-saml--idp_different_slo_response_location.xml': [weak('2014-01-01'), expired('2014-04-17')],
  'ruby-saml--idp_metadata_multi_certs.xml': [
    connection('2017-05-01', examle, 'redirect', examleSso, ['E5:52:D9:2C', '47:05:10:32']),
    aged('2021-08-05'),
  ],
  'ruby-saml--idp_metadata_multi_signing_certs.xml': [
    connection('2017-05-01', examle, 'redirect', examleSso, ['E5:52:D9:2C', '47:05:10:32', 'C4:C6:BD:41']),
    aged('2021-08-05'),
  ],
  'ruby-saml--idp_multiple_descriptors.xml': [
    refused('2014-01-01', 'choose-entity', /2 identity providers/),
    expired('2014-04-17'),
  ],
  'ruby-saml--idp_multiple_descriptors_2.xml': [
    refused('2014-01-01', 'choose-entity', /2 identity providers/),
    expired('2014-04-17'),
  ],
  'ruby-saml--idp_without_slo_response_location.xml': [weak('2014-01-01'), expired('2014-04-17')],
  'ruby-saml--no_idp_descriptor.xml': [application()],
};

describe('metadata from the field', () => {
  it('has an expectation for every file', () => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.xml'));
    expect(Object.keys(EXPECTED).sort()).toEqual(names.sort());
    expect(names).toHaveLength(39);
  });

  const cases = Object.entries(EXPECTED).flatMap(([name, all]) =>
    all.map((expected) => ({ name, ...expected })),
  );
  it.each(cases)('$name at $at', ({ name, at, ...expected }) => {
    const read = readMetadata(file(name), new Date(at));
    if ('connection' in expected) {
      if (!read.ok) throw new Error(read.message);
      const fingerprints = read.certificates.map((facts) => facts.fingerprint.slice(0, 11));
      expect([read.entityId, read.ssoBinding, read.ssoUrl, fingerprints]).toEqual(expected.connection);
    } else {
      expect(read).toMatchObject({
        ok: false,
        code: expected.refused,
        message: expect.stringMatching(expected.says),
      });
      // Cause, then cure.
      if (!read.ok) expect(read.message.match(/[.:] [A-Z]|, not /g)?.length).toBeGreaterThan(0);
    }
  });
});

describe('an aggregate', () => {
  const bytes = file('ruby-saml--idp_multiple_descriptors.xml');
  const at = new Date('2014-01-01');

  it('asks which identity provider, and leaves applications out', () => {
    const read = readMetadata(bytes, at);
    expect(read).toMatchObject({ code: 'choose-entity', entities: [{ entityId: foo }, { entityId: bar }] });
  });

  it('reads the chosen one, bound by the validity of the whole', () => {
    expect(chooseEntity(bytes, bar, at)).toMatchObject({ code: 'no-usable-certificate' });
    expect(chooseEntity(bytes, bar, new Date('2015-01-01'))).toMatchObject({ code: 'expired' });
    expect(chooseEntity(bytes, 'https://other', at)).toMatchObject({ code: 'unknown-entity' });
  });

  it('is read at once when only one identity provider is in it', () => {
    const inner = entity().replace('<?xml version="1.0"?>', '');
    const nested = `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"><EntitiesDescriptor validUntil="2026-12-01T00:00:00Z">${inner}</EntitiesDescriptor></EntitiesDescriptor>`;
    const read = readMetadata(Buffer.from(nested), now);
    expect(read).toMatchObject({
      ok: true,
      entityId: 'https://idp.acme.test',
      validUntil: new Date('2026-12-01'),
    });
  });

  it('may have 5 MB, and no more', () => {
    const many = Array.from({ length: 1200 }, (_, i) =>
      entity({ id: `https://idp${i}.acme.test` }).slice(21),
    ).join('');
    const big = `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${many}</EntitiesDescriptor>`;
    expect(big.length).toBeGreaterThan(1024 * 1024);
    const read = readMetadata(Buffer.from(big), now);
    expect(read.ok || read.entities?.length).toBe(1200);
    expect(chooseEntity(Buffer.from(big), 'https://idp777.acme.test', now)).toMatchObject({ ok: true });
    expect(readMetadata(Buffer.from(big + ' '.repeat(5 * 1024 * 1024)), now)).toMatchObject({
      code: 'too-large',
    });
  });
});

const now = new Date('2026-11-23T12:00:00Z');
const year = { from: new Date('2026-01-01'), until: new Date('2027-01-01') };
const good = selfSigned({ commonName: 'idp', ...year });
const body = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');

function entity(
  of: {
    id?: string;
    extra?: string;
    role?: string;
    services?: string;
    keys?: string;
    protocol?: string;
  } = {},
) {
  const key = `<KeyDescriptor><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${body(good.certificatePem)}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`;
  const service =
    '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.acme.test/sso"/>';
  return `<?xml version="1.0"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${of.id ?? 'https://idp.acme.test'}" ${of.extra ?? ''}><IDPSSODescriptor ${of.role ?? ''} protocolSupportEnumeration="${of.protocol ?? 'urn:oasis:names:tc:SAML:2.0:protocol'}">${of.keys ?? key}${of.services ?? service}</IDPSSODescriptor></EntityDescriptor>`;
}

describe('one entity', () => {
  const read = (text: string | Uint8Array) =>
    readMetadata(typeof text === 'string' ? Buffer.from(text) : text, now);
  const ok = {
    ok: true,
    entityId: 'https://idp.acme.test',
    ssoBinding: 'post',
    ssoUrl: 'https://idp.acme.test/sso',
  };

  it.each<[string, string | Uint8Array]>([
    ['as it is', entity()],
    ['with a byte order mark', `\ufeff${entity()}`],
    ['in UTF-16', Buffer.from(`\ufeff${entity()}`, 'utf16le')],
    ['in UTF-16, big end first', Buffer.from(`\ufeff${entity()}`, 'utf16le').swap16()],
    ['in UTF-16 without a mark', Buffer.from(entity(), 'utf16le')],
    ['with comments', entity().replace('<IDP', '<!-- made by hand --><IDP')],
    ['with blanks before the declaration', `\n  ${entity()}`],
    ['with CRLF', entity().replaceAll('><', '>\r\n<')],
    ['with a foreign role beside', entity().replace('<IDP', '<AttributeAuthorityDescriptor/><IDP')],
  ])('is read %s', (_, text) => {
    expect(read(text)).toMatchObject(ok);
  });

  it('says what an admin should know', () => {
    const text = entity({
      role: 'WantAuthnRequestsSigned="true"',
      extra: 'validUntil="2026-12-24T00:00:00Z"',
    });
    expect(read(text.replace('https://idp.acme.test/sso', 'http://idp.acme.test/sso'))).toMatchObject({
      ok: true,
      wantsSignedRequests: true,
      notes: ['The sign-on address is not encrypted (http).', 'The metadata is valid until 2026-12-24.'],
    });
  });

  it.each<[string, string, string | Uint8Array]>([
    ['nothing', 'empty', ''],
    ['a web page', 'html', '<!DOCTYPE html><html><body>Sign in</body></html>'],
    ['prose', 'not-xml', 'https://idp.acme.test/metadata'],
    ['two roots', 'not-xml', `${entity()}<x/>`],
    ['an unknown entity', 'not-xml', entity({ id: '&company;' })],
    ['a DOCTYPE', 'doctype', entity().replace('?>', '?><!DOCTYPE x [<!ENTITY a "b">]>')],
    ['a processing instruction', 'processing-instruction', entity().replace('?>', '?><?php echo 1 ?>')],
    [
      'bytes that are not UTF-8',
      'encoding',
      Buffer.concat([Buffer.from(entity()), Buffer.from([0xc3, 0x28])]),
    ],
    ['too deep', 'too-complex', '<a>'.repeat(41) + '</a>'.repeat(41)],
    ['too many elements', 'too-complex', `<a>${'<b/>'.repeat(5000)}</a>`],
    [
      'too many attributes',
      'too-complex',
      `<a ${Array.from({ length: 65 }, (_, i) => `a${i}=""`).join(' ')}/>`,
    ],
    ['too large', 'too-large', entity() + ' '.repeat(1024 * 1024)],
    ['a private key', 'private-key', `${entity()}<!-- ${good.privateKeyPem} -->`],
    [
      'a private key as the certificate',
      'private-key',
      entity().replace(body(good.certificatePem), body(good.privateKeyPem)),
    ],
    ['a bare private key', 'private-key', body(good.privateKeyPem)],
    ['another root', 'not-metadata', '<md:SPSSODescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>'],
    ['a foreign namespace', 'not-metadata', entity().replace('SAML:2.0:metadata', 'SAML:1.0:metadata')],
    ['no entity ID', 'no-entity-id', entity({ id: '' })],
    ['an entity ID with unseen characters', 'no-entity-id', entity({ id: 'https://idp\u200b' })],
    ['only SAML 1.1', 'no-saml2', entity({ protocol: 'urn:oasis:names:tc:SAML:1.1:protocol' })],
    [
      'only SOAP',
      'no-binding',
      entity({
        services:
          '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://x"/>',
      }),
    ],
    ['a script as address', 'sso-url', entity().replace('https://idp.acme.test/sso', 'javascript:alert(1)')],
    [
      'an address with a password',
      'sso-url',
      entity().replace('https://idp.acme.test/sso', 'https://a:b@idp.acme.test'),
    ],
    ['no certificate', 'no-certificate', entity({ keys: '<KeyDescriptor use="encryption"/>' })],
    [
      'a broken certificate',
      'certificate-broken',
      entity().replace(body(good.certificatePem), 'MIIBnonsense'),
    ],
    ['validity that has passed', 'expired', entity({ extra: 'validUntil="2026-11-23T12:00:00Z"' })],
    [
      'validity of the role that has passed',
      'expired',
      entity({ role: 'validUntil="2026-11-01T00:00:00Z"' }),
    ],
  ])('is refused: %s', (_, code, text) => {
    const answer = read(text);
    expect(answer).toMatchObject({ ok: false, code });
    expect(JSON.stringify(answer)).not.toContain(body(good.privateKeyPem).slice(40, 80));
  });

  it('is refused with more certificates than a connection holds', () => {
    const all = Array.from({ length: 6 }, (_, i) =>
      selfSigned({ commonName: `k${i}`, ...year, key: { type: 'ec', curve: 'prime256v1' } }),
    );
    const keys = all
      .map(
        ({ certificatePem }) =>
          `<KeyDescriptor use="signing"><X509Data xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Certificate>${body(certificatePem)}</X509Certificate></X509Data></KeyDescriptor>`,
      )
      .join('');
    expect(read(entity({ keys }))).toMatchObject({ code: 'too-many-certificates' });
  });
});
