import { quotable } from '../words.ts';
import { attribute, childrenNamed, NS, type XmlElement } from '../xml/tree.ts';
import type { Assertion, Confirmation } from './assertion.ts';
import { type Check, fail, pass } from './checks.ts';

/** What a response must agree with. */
export interface Expected {
  idpEntityId: string;
  spEntityId: string;
  acsUrl: string;
  now: Date;
  /** The requests that may be answered; null when an unsolicited response is wanted. */
  requestIds: readonly string[] | null;
}

/**
 * Checks who sent it: the Issuer of the assertion, and of the response where it has one (SAML profiles 4.1.4.2).
 * @param assertion as signed
 * @param response the envelope
 * @param expected what it must agree with
 * @returns the check
 */
export function checkIssuer(assertion: Assertion, response: XmlElement, { idpEntityId }: Expected): Check {
  const ofResponse = childrenNamed(response, NS.assertion, 'Issuer').map(({ text }) => text.trim());
  const wrong = [assertion.issuer, ...ofResponse].find((issuer) => issuer !== idpEntityId);
  if (wrong === undefined) return pass('issuer', `Sent by ${shown(idpEntityId)}.`);
  const detail = `The issuer is ${shown(wrong)}, but this connection has the entity ID ${shown(idpEntityId)}.`;
  const fix =
    'Sign in at the identity provider of this connection, or correct the entity ID in the connection.';
  return fail('issuer', 'wrong-issuer', detail, fix);
}

/**
 * Checks to whom it was sent, where the response says so (SAML core 3.2.2).
 * @param response the envelope
 * @param expected what it must agree with
 * @returns the check
 */
export function checkDestination(response: XmlElement, { acsUrl }: Expected): Check {
  const destination = attribute(response, 'Destination');
  if (destination === undefined)
    return pass('destination', 'The response names no destination, which is allowed.');
  if (destination === acsUrl) return pass('destination', `Sent to ${shown(acsUrl)}.`);
  const detail = `The destination is ${shown(destination)}, but our address is ${shown(acsUrl)}.`;
  return fail('destination', 'wrong-destination', detail, acsFix(acsUrl));
}

/**
 * Checks which request it answers: in the bearer confirmation, which is signed, and in the envelope.
 * @param confirmations those for us
 * @param response the envelope
 * @param expected what it must agree with
 * @returns the check, and the request that is answered
 */
export function checkRequest(
  confirmations: readonly Confirmation[],
  response: XmlElement,
  { requestIds }: Expected,
): { check: Check; requestId: string | null } {
  const named = [attribute(response, 'InResponseTo'), ...confirmations.map((one) => one.inResponseTo)];
  const ids = [...new Set(named.filter((id) => id !== undefined))];
  const [id] = ids;
  const no = (code: string, detail: string) => ({
    check: fail(
      'request',
      code,
      detail,
      'Begin the sign-in again from our page, in one browser, within 10 minutes.',
    ),
    requestId: null,
  });
  if (ids.length > 1) return no('different-requests', 'The response answers two different requests at once.');
  if (requestIds === null) {
    if (id !== undefined)
      return no('unexpected-request', 'The response answers a request that was not made.');
    return {
      check: pass('request', 'Not asked for, which is allowed for this connection.'),
      requestId: null,
    };
  }
  if (id === undefined || !confirmations.every((one) => one.inResponseTo === id)) {
    return no(
      'unsolicited',
      'The response answers no request of ours: it was started at the identity provider.',
    );
  }
  if (!requestIds.includes(id))
    return no('wrong-request', 'The response answers another request than the one open here.');
  return { check: pass('request', 'It answers the request that was made.'), requestId: id };
}

/**
 * Checks for whom the assertion may be used: a bearer confirmation for our ACS (SAML profiles 4.1.4.2).
 * @param assertion as signed
 * @param expected what it must agree with
 * @returns the check, and the confirmations that name us
 */
export function checkRecipient(
  assertion: Assertion,
  { acsUrl }: Expected,
): { check: Check; fitting: Confirmation[] } {
  const { confirmations } = assertion;
  const fitting = confirmations.filter(({ recipient }) => recipient === acsUrl);
  if (fitting.length > 0) return { check: pass('recipient', `Made for ${shown(acsUrl)}.`), fitting };
  const [other] = confirmations;
  if (!other) {
    const fix = 'Set the subject confirmation to bearer for this application at your identity provider.';
    return {
      check: fail('recipient', 'no-bearer', 'The assertion has no bearer confirmation.', fix),
      fitting,
    };
  }
  const recipient = other.recipient === undefined ? 'missing' : shown(other.recipient);
  const detail = `The recipient is ${recipient}, but our address is ${shown(acsUrl)}.`;
  return { check: fail('recipient', 'wrong-recipient', detail, acsFix(acsUrl)), fitting };
}

/**
 * Checks for whom the assertion is meant: our entity ID in every audience restriction, and at least one.
 * @param assertion as signed
 * @param expected what it must agree with
 * @returns the check
 */
export function checkAudience({ conditions }: Assertion, { spEntityId }: Expected): Check {
  const fix = `Set the audience (also called SP entity ID or identifier) to ${spEntityId} at your identity provider.`;
  if (conditions && conditions.unknown.length > 0) {
    const names = quotable(conditions.unknown.join(', '), 100);
    const detail = `The assertion sets a condition that we do not know: ${names}.`;
    return fail('audience', 'unknown-condition', detail, 'Leave that condition out for this application.');
  }
  if (!conditions || conditions.audiences.length === 0) {
    return fail('audience', 'no-audience', 'The assertion does not say for whom it is meant.', fix);
  }
  const wrong = conditions.audiences.find((audiences) => !audiences.includes(spEntityId));
  if (!wrong) return pass('audience', `Meant for ${shown(spEntityId)}.`);
  const detail = `The audience is ${wrong.map(shown).join(', ') || 'empty'}, but our entity ID is ${shown(spEntityId)}.`;
  return fail('audience', 'wrong-audience', detail, fix);
}

/**
 * Checks that somebody really signed in, and who.
 * @param assertion as signed
 * @returns the check
 */
export function checkAuthentication(assertion: Assertion): Check {
  const no = (code: string, detail: string, fix: string) => fail('authentication', code, detail, fix);
  const [statement] = assertion.authnStatements;
  if (!statement) {
    const fix = 'Let the identity provider send an authentication statement (AuthnStatement).';
    return no('no-authn-statement', 'The assertion does not say that anybody signed in.', fix);
  }
  if (assertion.nameId === '' || assertion.nameId.length > 1024) {
    return no(
      'no-name-id',
      'The assertion does not name exactly one person (NameID).',
      'Set the name ID to the e-mail address or to an ID that never changes.',
    );
  }
  if (!/^[^\s]{1,256}$/.test(assertion.id)) {
    return no(
      'no-assertion-id',
      'The assertion has no usable ID.',
      'Ask the vendor of your identity provider.',
    );
  }
  return pass('authentication', `Signed in as ${quotable(assertion.nameId, 120)}.`);
}

function acsFix(acsUrl: string): string {
  return `Set the assertion consumer service (also called ACS, reply, recipient or destination URL) to ${acsUrl} at your identity provider.`;
}

function shown(value: string): string {
  return `“${quotable(value, 300)}”`;
}
