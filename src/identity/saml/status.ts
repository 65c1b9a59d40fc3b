import { strings } from '../../words/pages.ts';
import { quotable } from '../words.ts';
import { attribute, childrenNamed, NS, type XmlElement } from '../xml/tree.ts';
import { type Check, fail, pass } from './checks.ts';

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';

const words = strings.checks.status;

/** What the second-level codes (SAML core 3.2.2.2) usually come of. */
const FIXES: Record<string, string> = {
  AuthnFailed: words.authnFailed,
  RequestDenied: words.assign,
  UnknownPrincipal: words.assign,
  InvalidNameIDPolicy: words.nameIdPolicy,
  NoAuthnContext: words.authnContext,
  NoPassive: words.noPassive,
  RequestUnsupported: words.unsupported,
};

/**
 * Checks whether the identity provider says that the sign-in worked.
 * @param response the envelope
 * @returns the check, and the identity provider's own words where it has some
 */
export function checkStatus(response: XmlElement): { check: Check; idpMessage?: string } {
  const [status] = childrenNamed(response, NS.protocol, 'Status');
  const [code] = status ? childrenNamed(status, NS.protocol, 'StatusCode') : [];
  const value = code && attribute(code, 'Value');
  if (value === SUCCESS) return { check: pass('status', words.right) };
  const [sub] = code ? childrenNamed(code, NS.protocol, 'StatusCode') : [];
  const names = [value, sub && attribute(sub, 'Value')]
    .map((uri) => uri?.split(':').at(-1) ?? '')
    .filter(Boolean);
  const message =
    status && childrenNamed(status, NS.protocol, 'StatusMessage')[0]?.text.replace(/\s+/g, ' ').trim();
  const idpMessage = message ? quotable(message, 500) : undefined;
  const detail = words.refused(quotable(names.join(', '), 120), idpMessage);
  const check = fail('status', 'not-success', detail, FIXES[names.at(-1) ?? ''] ?? words.logs);
  return idpMessage ? { check, idpMessage } : { check };
}
