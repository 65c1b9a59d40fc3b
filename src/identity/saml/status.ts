import { quotable } from '../words.ts';
import { attribute, childrenNamed, NS, type XmlElement } from '../xml/tree.ts';
import { type Check, fail, pass } from './checks.ts';

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';

const ASSIGN = 'Check at your identity provider that this person is assigned to the application.';
const LOGS = 'Look into the sign-in log of your identity provider for the time of this attempt.';

/** What the second-level codes (SAML core 3.2.2.2) usually come of. */
const FIXES: Record<string, string> = {
  AuthnFailed:
    'The person could not be authenticated. Check password, multi-factor and conditional access there.',
  RequestDenied: ASSIGN,
  UnknownPrincipal: ASSIGN,
  InvalidNameIDPolicy: 'Set the name ID format of the application to e-mail address or unspecified.',
  NoAuthnContext: 'Let the application accept any way of authentication.',
  NoPassive: 'Sign in at your identity provider first.',
  RequestUnsupported: 'Set the protocol of the application to SAML 2.0 with our addresses.',
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
  if (value === SUCCESS)
    return { check: pass('status', 'The identity provider says that the sign-in worked.') };
  const [sub] = code ? childrenNamed(code, NS.protocol, 'StatusCode') : [];
  const names = [value, sub && attribute(sub, 'Value')]
    .map((uri) => uri?.split(':').at(-1) ?? '')
    .filter(Boolean);
  const message =
    status && childrenNamed(status, NS.protocol, 'StatusMessage')[0]?.text.replace(/\s+/g, ' ').trim();
  const idpMessage = message ? quotable(message, 500) : undefined;
  const said = idpMessage ? `: “${idpMessage}”` : '.';
  const detail = `The identity provider refused the sign-in (${quotable(names.join(', '), 120) || 'no status'})${said}`;
  const check = fail('status', 'not-success', detail, FIXES[names.at(-1) ?? ''] ?? LOGS);
  return idpMessage ? { check, idpMessage } : { check };
}
