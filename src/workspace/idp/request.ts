import { inflateRawSync } from 'node:zlib';
import { gateXml } from '../../identity/xml/gate.ts';
import { attribute, childrenNamed, NS } from '../../identity/xml/tree.ts';

/** What the identity provider reads of a sign-in request. */
export interface ReceivedRequest {
  id: string;
  issuer: string;
  acsUrl: string | undefined;
  destination: string | undefined;
}

const LIMITS = { depth: 20, elements: 200, attributes: 32, comments: false };

/**
 * Reads an AuthnRequest as it came over a binding (SAML bindings 3.4, 3.5).
 * @param samlRequest the parameter or form field
 * @param binding by which it came: deflated for `redirect`, plain for `post`
 * @returns what it says, or undefined when it is none
 */
export function readAuthnRequest(
  samlRequest: string,
  binding: 'redirect' | 'post',
): ReceivedRequest | undefined {
  const bytes = Buffer.from(samlRequest, 'base64');
  const xml = binding === 'post' ? bytes.toString() : inflate(bytes);
  const gated = xml === undefined ? undefined : gateXml(xml, LIMITS);
  if (!gated?.ok || gated.root.local !== 'AuthnRequest' || gated.root.uri !== NS.protocol) return undefined;
  const id = attribute(gated.root, 'ID');
  const issuer = childrenNamed(gated.root, NS.assertion, 'Issuer')[0]?.text;
  if (!id || !issuer) return undefined;
  return {
    id,
    issuer,
    acsUrl: attribute(gated.root, 'AssertionConsumerServiceURL'),
    destination: attribute(gated.root, 'Destination'),
  };
}

function inflate(bytes: Buffer): string | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: 64 * 1024 }).toString();
  } catch (error) {
    // Not deflated, or too much: either way no request.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
