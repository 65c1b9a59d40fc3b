import { describe, expect, it } from 'vitest';
import { readCertificates } from '../../src/identity/certificates.ts';
import { CHECKS, type Check } from '../../src/identity/saml.ts';
import type { RespondOptions } from '../../src/workspace/idp/idp.ts';
import { anna, base64, derOf, given, idp, judge, now, strangerIdp, testIdp } from './saml-fixture.ts';

const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const seconds = (count: number) => new Date(now.getTime() + count * 1000);
const fingerprint = (pem: string) => {
  const read = readCertificates(pem);
  return read.ok ? read.certificates[0]?.fingerprint : undefined;
};

describe('a good response', () => {
  const shapes: [string, Partial<RespondOptions>][] = [
    ['Okta: both signed', { sign: 'both', prefixes: { protocol: 'saml2p', assertion: 'saml2' } }],
    [
      'Entra ID: assertion signed, default namespace',
      { sign: 'assertion', prefixes: { protocol: 'samlp', assertion: '' } },
    ],
    ['Google: response signed', { sign: 'response', prefixes: { protocol: 'saml2p', assertion: 'saml2' } }],
    ['without KeyInfo', { withoutKeyInfo: true }],
    ['SHA-512', { signatureAlgorithm: 'rsa-sha512', digestAlgorithm: 'sha512' }],
    ['SHA-384', { signatureAlgorithm: 'rsa-sha384', digestAlgorithm: 'sha384' }],
    ['without a destination', { response: { destination: null } }],
    ['without InResponseTo in the envelope', { response: { inResponseTo: null } }],
    ['with further attributes', { attributes: { groups: ['a', 'b'], firstname: 'other' } }],
  ];
  it.each(shapes)('signs in: %s', async (_, options) => {
    const verdict = await judge(idp.respond(given(options)));
    expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
    if (!verdict.ok) throw new Error('refused');
    expect(verdict.identity).toMatchObject({
      nameId: 'anna@acme.test',
      email: 'anna@acme.test',
      emailKey: 'anna@acme.test',
      emailDomain: 'acme.test',
      firstName: 'Anna',
      lastName: 'Śmith & Söhne',
      objectGuid: 'guid-1',
      requestId: '_request1',
      notOnOrAfter: minutes(6),
      certificateFingerprint: fingerprint(idp.certificatePem),
      assertionId: expect.stringMatching(/^_[0-9a-f]{40}$/),
    });
  });

  it.each(['ecdsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512'])('signs in by %s', async (signatureAlgorithm) => {
    const ec = testIdp({ key: { type: 'ec', curve: 'prime256v1' } });
    const connection = { entityId: ec.entityId, certificates: [derOf(ec.certificatePem)] };
    for (const sign of ['assertion', 'response', 'both'] as const) {
      const verdict = await judge(ec.respond(given({ signatureAlgorithm, sign })), { connection });
      expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
    }
    // The same algorithm by another key, and by an RSA key in the connection, does not.
    const other = testIdp({ key: { type: 'ec', curve: 'prime256v1' } });
    expect((await judge(other.respond(given({ signatureAlgorithm })), { connection })).ok).toBe(false);
    expect((await judge(ec.respond(given({ signatureAlgorithm })))).ok).toBe(false);
  });

  it('makes every check, once and in order', async () => {
    const verdict = await judge(idp.respond(given()), { domains: (domain) => domain === 'acme.test' });
    expect(verdict.checks.map(({ name }) => name)).toEqual(Object.keys(CHECKS));
    for (const check of verdict.checks) expect(check.detail).toMatch(/\.$/);
  });

  it.each<[string, Partial<RespondOptions>]>([
    ['as usual', {}],
    [
      'that lets itself live long',
      { subject: { notOnOrAfter: minutes(600), confirmationNotOnOrAfter: minutes(600) } },
    ],
    [
      'whose two ends differ',
      { subject: { notOnOrAfter: minutes(2), confirmationNotOnOrAfter: minutes(7) } },
    ],
    ['that ends soon', { subject: { notOnOrAfter: seconds(1), confirmationNotOnOrAfter: seconds(1) } }],
  ])('is remembered for as long as it could be accepted again: %s', async (_, options) => {
    const response = idp.respond(given(options));
    const verdict = await judge(response);
    if (!verdict.ok) throw new Error(verdict.failed.detail);
    // It is forgotten at this moment, and from then on its own age keeps it out.
    const end = verdict.identity.notOnOrAfter;
    for (const late of [1, 1000, 3_600_000]) {
      const again = await judge(response, { now: new Date(end.getTime() + late) });
      expect(again).toMatchObject({ ok: false, failed: { name: 'clock' } });
    }
    expect(+end - +now).toBeLessThanOrEqual(11 * 60_000);
  });

  it('is accepted by any certificate of the connection, and tells which', async () => {
    const connection = {
      entityId: idp.entityId,
      certificates: [derOf(strangerIdp.certificatePem), derOf(idp.certificatePem)],
    };
    const verdict = await judge(idp.respond(given()), { connection });
    expect(verdict).toMatchObject({
      ok: true,
      identity: { certificateFingerprint: fingerprint(idp.certificatePem) },
    });
  });

  it('is accepted with line breaks in the base64, and with CRLF and references in the XML', async () => {
    const wrapped = idp.respond(given()).replace(/(.{76})/g, '$1\r\n');
    expect((await judge(wrapped)).ok).toBe(true);
    const verdict = await judge(idp.respond(given({ user: { ...anna, lastName: 'O&#39;Brien <b>' } })));
    expect(verdict).toMatchObject({ ok: true, identity: { lastName: 'O&#39;Brien <b>' } });
  });

  it('stands a clock that differs by a minute', async () => {
    expect((await judge(idp.respond(given({ now: seconds(59) })))).ok).toBe(true);
    const late = { subject: { notOnOrAfter: seconds(-59), confirmationNotOnOrAfter: seconds(-59) } };
    expect((await judge(idp.respond(given({ now: minutes(-4), ...late })))).ok).toBe(true);
  });

  it('may be unsolicited only where that is wanted', async () => {
    const unsolicited = idp.respond(given({ inResponseTo: null }));
    expect(await judge(unsolicited)).toMatchObject({ ok: false, failed: { code: 'unsolicited' } });
    expect(await judge(unsolicited, { expectedRequestId: null })).toMatchObject({
      ok: true,
      identity: { requestId: null },
    });
    expect(await judge(idp.respond(given()), { expectedRequestId: null })).toMatchObject({
      failed: { code: 'unexpected-request' },
    });
  });

  it('answers any open request of the browser', async () => {
    const verdict = await judge(idp.respond(given()), { expectedRequestId: ['_other', '_request1'] });
    expect(verdict).toMatchObject({ ok: true, identity: { requestId: '_request1' } });
    const failed = await judge(idp.respond(given({ audience: 'other' })));
    expect(failed).toMatchObject({ ok: false, claimedRequestId: '_request1' });
    expect(await judge('!')).not.toHaveProperty('claimedRequestId');
  });
});

describe('a wrong response', () => {
  type Wrong = [
    what: string,
    name: Check['name'],
    code: string,
    given: Partial<RespondOptions>,
    says: RegExp,
  ];
  const wrongs: Wrong[] = [
    [
      'audience',
      'audience',
      'wrong-audience',
      { subject: { audience: 'https://other' } },
      /“https:\/\/other”.*Set the audience.*saml\/c1\/metadata/,
    ],
    [
      'audience by a slash',
      'audience',
      'wrong-audience',
      { audience: 'https://sso.drawbridge.test/saml/c1/metadata/' },
      /metadata\/”/,
    ],
    ['no audience', 'audience', 'no-audience', { subject: { audience: null } }, /for whom/],
    [
      'recipient',
      'recipient',
      'wrong-recipient',
      { subject: { recipient: 'https://other/acs' } },
      /“https:\/\/other\/acs”.*Set the assertion consumer/,
    ],
    ['no recipient', 'recipient', 'wrong-recipient', { subject: { recipient: null } }, /missing/],
    [
      'holder of key',
      'recipient',
      'no-bearer',
      { subject: { confirmationMethod: 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key' } },
      /bearer/,
    ],
    [
      'destination',
      'destination',
      'wrong-destination',
      { response: { destination: 'https://other/acs' } },
      /“https:\/\/other\/acs”/,
    ],
    [
      'issuer',
      'issuer',
      'wrong-issuer',
      { response: { issuer: 'https://evil', assertionIssuer: 'https://evil' } },
      /“https:\/\/evil”.*“https:\/\/idp.acme.test”/,
    ],
    [
      'issuer of the assertion',
      'issuer',
      'wrong-issuer',
      { response: { assertionIssuer: 'https://evil' } },
      /evil/,
    ],
    ['issuer of the envelope', 'issuer', 'wrong-issuer', { response: { issuer: 'https://evil' } }, /evil/],
    ['request', 'request', 'wrong-request', { inResponseTo: '_other' }, /Begin the sign-in again/],
    [
      'request in the envelope',
      'request',
      'different-requests',
      { response: { inResponseTo: '_other' } },
      /two different/,
    ],
    [
      'request in the confirmation',
      'request',
      'different-requests',
      { subject: { confirmationInResponseTo: '_other' } },
      /two different/,
    ],
    [
      'no request in the confirmation',
      'request',
      'unsolicited',
      { subject: { confirmationInResponseTo: null } },
      /no request/,
    ],
    ['unsolicited', 'request', 'unsolicited', { inResponseTo: null }, /started at the identity provider/],
    [
      'clock ahead',
      'clock',
      'made-later',
      { now: seconds(61) },
      /still to come.*Our clock says 2026-11-23T12:00:00Z.*NTP/,
    ],
    [
      'clock behind',
      'clock',
      'too-old',
      { now: minutes(-11), subject: { notOnOrAfter: minutes(5), confirmationNotOnOrAfter: minutes(5) } },
      /more than 10 minutes ago/,
    ],
    [
      'conditions not yet',
      'clock',
      'not-yet-valid',
      { subject: { notBefore: seconds(61) } },
      /valid only from/,
    ],
    [
      'conditions over',
      'clock',
      'expired',
      { now: minutes(-5), subject: { notOnOrAfter: seconds(-60) } },
      /valid until 2026-11-23T11:59:00Z/,
    ],
    [
      'confirmation over',
      'clock',
      'expired',
      { now: minutes(-5), subject: { confirmationNotOnOrAfter: seconds(-60), notOnOrAfter: minutes(5) } },
      /valid until/,
    ],
    ['no end', 'clock', 'no-end', { subject: { confirmationNotOnOrAfter: null } }, /until when/],
    [
      'unreadable time',
      'clock',
      'no-issue-instant',
      { response: { issueInstant: 'soon' as unknown as Date } },
      /when it was made/,
    ],
    [
      'nobody signed in',
      'authentication',
      'no-authn-statement',
      { subject: { authnInstant: null } },
      /AuthnStatement/,
    ],
    [
      'signed in tomorrow',
      'clock',
      'authenticated-later',
      { subject: { authnInstant: minutes(60 * 24) } },
      /still to come/,
    ],
    ['no name', 'authentication', 'no-name-id', { subject: { nameId: '' } }, /NameID/],
    [
      'no first name',
      'attributes',
      'missing-attribute',
      { attributes: { firstName: undefined } },
      /firstName is missing\..*Add an attribute named firstName/,
    ],
    [
      'misspelt case',
      'attributes',
      'misspelt-attribute',
      { attributes: { objectGUID: undefined, objectGuid: 'x' } },
      /“objectGuid” instead.*Rename/,
    ],
    [
      'misspelt letters',
      'attributes',
      'misspelt-attribute',
      { attributes: { lastName: undefined, lastNmae: 'x' } },
      /lastNmae/,
    ],
    [
      'claim URI',
      'attributes',
      'misspelt-attribute',
      {
        attributes: {
          email: undefined,
          'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': 'x@y.z',
        },
      },
      /emailaddress” to email/,
    ],
    ['empty', 'attributes', 'empty-attribute', { attributes: { lastName: '' } }, /lastName is empty/],
    ['blank', 'attributes', 'empty-attribute', { attributes: { lastName: '  ' } }, /lastName is empty/],
    [
      'without a value',
      'attributes',
      'missing-attribute',
      { attributes: { lastName: [] } },
      /lastName is missing/,
    ],
    [
      'several values',
      'attributes',
      'several-values',
      { attributes: { email: ['a@acme.test', 'b@evil.test'] } },
      /2 values/,
    ],
    ['no address', 'attributes', 'bad-email', { attributes: { email: 'anna' } }, /no @/],
    [
      'address with a tail',
      'attributes',
      'unusable-value',
      { attributes: { email: 'anna@acme.test\u200b' } },
      /cannot be seen/,
    ],
    [
      'endless value',
      'attributes',
      'unusable-value',
      { attributes: { firstName: 'x'.repeat(300) } },
      /too long/,
    ],
    [
      'refused there',
      'status',
      'not-success',
      {
        subject: null,
        sign: 'none',
        response: {
          statusCode: 'urn:oasis:names:tc:SAML:2.0:status:Responder',
          statusSubcode: 'urn:oasis:names:tc:SAML:2.0:status:RequestDenied',
          statusMessage: 'You are <b>not</b>\n assigned',
        },
      },
      /RequestDenied\): “You are <b>not<\/b> assigned”.*assigned to the application/,
    ],
    [
      'refused beside an assertion',
      'status',
      'not-success',
      { sign: 'both', response: { statusCode: 'urn:oasis:names:tc:SAML:2.0:status:Requester' } },
      /Requester/,
    ],
    ['unsigned', 'signature', 'unsigned', { sign: 'none' }, /Neither.*Turn on signing/],
    [
      'SHA-1',
      'algorithm',
      'sha1',
      { signatureAlgorithm: 'rsa-sha1' },
      /rsa-sha1 is not accepted.*RSA-SHA256/,
    ],
    ['SHA-1 digest', 'algorithm', 'sha1-digest', { digestAlgorithm: 'sha1' }, /sha1 is not accepted/],
    ['no assertion', 'format', 'no-assertion', { subject: null, sign: 'response' }, /no assertion/],
  ];

  it.each(wrongs)('is refused: %s', async (_, name, code, options, says) => {
    const verdict = await judge(idp.respond(given(options)));
    if (verdict.ok) throw new Error('accepted');
    expect([verdict.failed.name, verdict.failed.code]).toEqual([name, code]);
    expect(`${verdict.failed.detail} ${verdict.failed.fix}`).toMatch(says);
    expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([verdict.failed]);
    expect(verdict.checks.every((check) => check.ok !== Boolean(check.fix))).toBe(true);
  });

  it('has a code of its own for each cause', () => {
    const causes = new Map(wrongs.map(([what, name, code]) => [`${name}/${code}`, what]));
    expect(causes.size).toBeGreaterThan(25);
  });

  it('gives the words of the identity provider', async () => {
    const response = {
      statusCode: 'urn:oasis:names:tc:SAML:2.0:status:Responder',
      statusMessage: 'AADSTS50105',
    };
    const verdict = await judge(idp.respond(given({ response, subject: null, sign: 'response' })));
    expect(verdict).toMatchObject({ ok: false, idpMessage: 'AADSTS50105' });
  });

  it('names all that is wrong, not only the first', async () => {
    const subject = { audience: 'https://other', recipient: 'https://other/acs' };
    const verdict = await judge(idp.respond(given({ subject, attributes: { email: undefined } })));
    expect(verdict.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([
      'recipient',
      'audience',
      'attributes',
    ]);
    if (!verdict.ok) expect(verdict.attributes.map(({ name }) => name)).toContain('objectGUID');
  });

  it('names both fingerprints when the key is unknown', async () => {
    const verdict = await judge(strangerIdp.respond(given()));
    if (verdict.ok) throw new Error('accepted');
    expect(verdict.failed).toMatchObject({
      name: 'signature',
      code: 'unknown-key',
      fix: expect.stringContaining('renew'),
    });
    expect(verdict.failed.detail).toContain(fingerprint(idp.certificatePem));
    expect(verdict.failed.detail).toContain(fingerprint(strangerIdp.certificatePem));
    expect(verdict.attributes).toEqual([]);
  });

  it('is refused when the key is unknown and not named', async () => {
    const verdict = await judge(strangerIdp.respond(given({ withoutKeyInfo: true })));
    expect(verdict).toMatchObject({ failed: { code: 'no-certificate-fits' } });
  });

  it.each<[string, Parameters<typeof testIdp>[0], string]>([
    ['an expired certificate', { until: new Date('2026-11-23T11:59:59Z') }, 'expired'],
    ['a certificate that is not valid yet', { from: new Date('2026-11-23T12:00:01Z') }, 'not-yet-valid'],
    ['a weak key', { key: { type: 'rsa', bits: 1024 } }, 'weak-key'],
  ])('is refused by %s', async (_, options, code) => {
    const other = testIdp(options);
    const connection = { entityId: other.entityId, certificates: [derOf(other.certificatePem)] };
    const verdict = await judge(other.respond(given()), { connection });
    expect(verdict).toMatchObject({ ok: false, failed: { name: 'certificate', code } });
  });

  it('is refused for an address of another domain', async () => {
    const domains = (domain: string) => domain === 'acme.test';
    const verdict = await judge(
      idp.respond(given({ user: { ...anna, email: 'anna@acme.test@evil.test' } })),
      { domains },
    );
    expect(verdict).toMatchObject({ failed: { code: 'bad-email' } });
    const other = await judge(idp.respond(given({ user: { ...anna, email: 'anna@sub.acme.test' } })), {
      domains,
    });
    expect(other).toMatchObject({
      failed: { name: 'domain', code: 'other-domain', detail: expect.stringContaining('sub.acme.test') },
    });
  });

  it.each<[string, string, string]>([
    ['not base64', 'not-base64', '<xml/>'],
    ['nothing', 'not-base64', ''],
    ['not XML', 'xml-not-well-formed', base64('hello')],
    ['not UTF-8', 'encoding', Buffer.from([0x3c, 0xff, 0xfe]).toString('base64')],
    [
      'another message',
      'not-a-response',
      base64('<LogoutResponse xmlns="urn:oasis:names:tc:SAML:2.0:protocol" Version="2.0"/>'),
    ],
    [
      'SAML 1.1',
      'not-a-response',
      base64('<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol" Version="1.1"/>'),
    ],
    ['400 KB', 'too-large', 'A'.repeat(400 * 1024 + 1)],
    ['256 KiB', 'too-large', base64(`<a>${'x'.repeat(256 * 1024)}</a>`)],
  ])('is refused by its bytes: %s', async (_, code, samlResponse) => {
    expect(await judge(samlResponse)).toMatchObject({ ok: false, failed: { name: 'format', code } });
  });
});
