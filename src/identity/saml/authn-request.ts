import { randomBytes, sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { SsoBinding } from '../metadata/types.ts';
import { escapeXml } from '../xml/escape.ts';
import { RSA_SHA256, signXml } from '../xml/sign.ts';
import { NS } from '../xml/tree.ts';

export interface AuthnRequestOptions {
  /** From `newRequestId`; kept by the caller until it is answered. */
  id: string;
  /** Where to send people. */
  ssoUrl: string;
  binding: SsoBinding;
  acsUrl: string;
  spEntityId: string;
  /** Comes back unchanged: an opaque key of ours, at most 80 bytes, never an address. */
  relayState: string;
  /** The private key that signs, in PEM: RSA. */
  signingKey: string;
  now: Date;
  /** Asks the identity provider to authenticate anew. */
  forceAuthn?: boolean;
}

/** How to send the browser on: to an address, or with a form to be posted there. */
export type AuthnRequest =
  | { binding: 'redirect'; url: string }
  | { binding: 'post'; action: string; fields: { SAMLRequest: string; RelayState: string } };

/** @returns a fresh request ID: an NCName of 160 random bits (SAML core 1.3.4). */
export function newRequestId(): string {
  return `_${randomBytes(20).toString('hex')}`;
}

/**
 * Makes a signed sign-in request (SAML core 3.4.1, bindings 3.4.4.1 and 3.5.4).
 * @param options what it says and how it is sent
 * @returns the address or the form
 * @throws RangeError when the relay state is longer than the binding allows
 */
export function buildAuthnRequest(options: AuthnRequestOptions): AuthnRequest {
  if (Buffer.byteLength(options.relayState) > 80) throw new RangeError('RelayState is longer than 80 bytes');
  const xml = requestXml(options);
  return options.binding === 'redirect' ? redirect(xml, options) : post(xml, options);
}

function requestXml(options: AuthnRequestOptions): string {
  const force = options.forceAuthn ? ' ForceAuthn="true"' : '';
  return (
    `<samlp:AuthnRequest xmlns:samlp="${NS.protocol}" xmlns:saml="${NS.assertion}" ID="${escapeXml(options.id)}" Version="2.0"` +
    ` IssueInstant="${options.now.toISOString()}" Destination="${escapeXml(options.ssoUrl)}"${force}` +
    ` AssertionConsumerServiceURL="${escapeXml(options.acsUrl)}" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST">` +
    `<saml:Issuer>${escapeXml(options.spEntityId)}</saml:Issuer>` +
    `<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified" AllowCreate="true"/>` +
    `</samlp:AuthnRequest>`
  );
}

/** The signature covers the very characters of the query, in this order. */
function redirect(xml: string, { ssoUrl, relayState, signingKey }: AuthnRequestOptions): AuthnRequest {
  const query = [
    ['SAMLRequest', deflateRawSync(xml).toString('base64')],
    ['RelayState', relayState],
    ['SigAlg', RSA_SHA256],
  ]
    .map(([name, value]) => `${name}=${encodeURIComponent(value as string)}`)
    .join('&');
  const signature = sign('sha256', Buffer.from(query), signingKey).toString('base64');
  const url = `${ssoUrl}${ssoUrl.includes('?') ? '&' : '?'}${query}&Signature=${encodeURIComponent(signature)}`;
  return { binding: 'redirect', url };
}

function post(xml: string, { ssoUrl, relayState, signingKey }: AuthnRequestOptions): AuthnRequest {
  const root = "/*[local-name(.)='AuthnRequest']";
  const signed = signXml(xml, {
    xpath: root,
    place: { reference: `${root}/*[local-name(.)='Issuer']`, action: 'after' },
    privateKey: signingKey,
  });
  const message = Buffer.from(signed).toString('base64');
  return { binding: 'post', action: ssoUrl, fields: { SAMLRequest: message, RelayState: relayState } };
}
