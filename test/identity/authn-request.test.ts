import { verify, X509Certificate } from 'node:crypto';
import { getVerifiedXml, parseDomFromString } from '@node-saml/node-saml/lib/xml.js';
import { describe, expect, it } from 'vitest';
import { PRESETS, presetOf } from '../../src/identity/presets.ts';
import { type AuthnRequestOptions, buildAuthnRequest, newRequestId } from '../../src/identity/saml.ts';
import { readAuthnRequest } from '../../src/workspace/idp/request.ts';
import { idp, now } from './saml-fixture.ts';

// Any RSA key will do; the identity provider's is at hand.
const { certificatePem, privateKeyPem } = idp;
const options: AuthnRequestOptions = {
  id: newRequestId(),
  ssoUrl: 'https://idp.acme.test/sso?tenant=1&x="<',
  binding: 'redirect',
  acsUrl: 'https://sso.drawbridge.test/saml/c1/acs',
  spEntityId: 'https://sso.drawbridge.test/saml/c1/metadata?a=1&b=2',
  relayState: 'state 1/+&=',
  signingKey: privateKeyPem,
  now,
};
const received = {
  id: options.id,
  issuer: options.spEntityId,
  acsUrl: options.acsUrl,
  destination: options.ssoUrl,
};

describe('buildAuthnRequest', () => {
  it('signs the query of a redirect', () => {
    const request = buildAuthnRequest(options);
    if (request.binding !== 'redirect') throw new Error('not a redirect');
    expect(request.url.startsWith(`${options.ssoUrl}&SAMLRequest=`)).toBe(true);
    const raw = request.url.slice(options.ssoUrl.length + 1);
    const query = new URLSearchParams(raw);
    expect(query.get('RelayState')).toBe(options.relayState);
    expect(query.get('SigAlg')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
    const signed = raw.slice(0, raw.indexOf('&Signature='));
    const signature = Buffer.from(query.get('Signature') ?? '', 'base64');
    const { publicKey } = new X509Certificate(certificatePem);
    expect(verify('sha256', Buffer.from(signed), publicKey, signature)).toBe(true);
    expect(verify('sha256', Buffer.from(signed.replace('state', 'stale')), publicKey, signature)).toBe(false);
    expect(readAuthnRequest(query.get('SAMLRequest') ?? '', 'redirect')).toEqual(received);
  });

  it('begins the query where there is none', () => {
    const request = buildAuthnRequest({ ...options, ssoUrl: 'https://idp.acme.test/sso' });
    expect(request.binding === 'redirect' && request.url).toMatch(
      /^https:\/\/idp\.acme\.test\/sso\?SAMLRequest=/,
    );
  });

  it('signs the XML of a form', async () => {
    const request = buildAuthnRequest({ ...options, binding: 'post', forceAuthn: true });
    if (request.binding !== 'post') throw new Error('not a form');
    expect(request.action).toBe(options.ssoUrl);
    expect(request.fields.RelayState).toBe(options.relayState);
    const xml = Buffer.from(request.fields.SAMLRequest, 'base64').toString();
    const dom = await parseDomFromString(xml);
    const verified = getVerifiedXml(xml, dom.documentElement, [certificatePem]);
    expect(verified).toContain('ForceAuthn="true"');
    expect(xml).toContain('xmldsig-more#rsa-sha256');
    expect(xml).toContain('xmlenc#sha256');
    expect(readAuthnRequest(request.fields.SAMLRequest, 'post')).toEqual(received);
  });

  it('keeps the relay state within the binding’s 80 bytes', () => {
    expect(() => buildAuthnRequest({ ...options, relayState: 'ä'.repeat(41) })).toThrow(RangeError);
    expect(() => buildAuthnRequest({ ...options, relayState: 'ä'.repeat(40) })).not.toThrow();
  });

  it('makes IDs that XML allows and nobody guesses', () => {
    const ids = Array.from({ length: 100 }, newRequestId);
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^_[0-9a-f]{40}$/);
  });
});

describe('readAuthnRequest', () => {
  it('takes nothing but requests', () => {
    expect(readAuthnRequest('', 'redirect')).toBeUndefined();
    expect(readAuthnRequest('!!!', 'redirect')).toBeUndefined();
    expect(readAuthnRequest(Buffer.from('<x/>').toString('base64'), 'post')).toBeUndefined();
  });
});

describe('the presets', () => {
  const ours = { entityId: 'https://e/1', acsUrl: 'https://e/1/acs', metadataUrl: 'https://e/1/metadata' };

  it('are those of the product, in order', () => {
    expect(PRESETS.map(({ name }) => name)).toEqual([
      'Okta',
      'Microsoft Entra ID',
      'Google Workspace',
      'AD FS',
      'OneLogin',
      'PingOne',
      'JumpCloud',
      'None of the above',
    ]);
    expect(new Set(PRESETS.map(({ id }) => id)).size).toBe(8);
    expect(presetOf('gone').id).toBe('other');
  });

  it.each(PRESETS)('lead through $name', ({ steps, metadataHint }) => {
    const words = steps(ours).join('\n');
    for (const needed of [
      ours.entityId,
      ours.acsUrl,
      'firstName',
      'lastName',
      'email',
      'objectGUID',
      'SHA-?256|',
    ]) {
      expect(words).toMatch(new RegExp(needed));
    }
    expect(metadataHint).toMatch(/\.$/);
    for (const step of steps(ours)) expect(step).toMatch(/^[A-Z].*[.]$/s);
  });
});
