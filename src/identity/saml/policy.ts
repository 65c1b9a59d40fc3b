import { strings } from '../../words/pages.ts';
import { quotable } from '../words.ts';
import { attribute, childrenNamed, NS, type XmlElement } from '../xml/tree.ts';
import type { Assertion, Confirmation } from './assertion.ts';
import { type Check, fail, pass } from './checks.ts';

const words = strings.checks;

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
  if (wrong === undefined) return pass('issuer', words.issuer.right(shown(idpEntityId)));
  const detail = words.issuer.wrong(shown(wrong), shown(idpEntityId));
  return fail('issuer', 'wrong-issuer', detail, words.issuer.fix);
}

/**
 * Checks to whom it was sent, where the response says so (SAML core 3.2.2).
 * @param response the envelope
 * @param expected what it must agree with
 * @returns the check
 */
export function checkDestination(response: XmlElement, { acsUrl }: Expected): Check {
  const destination = attribute(response, 'Destination');
  if (destination === undefined) return pass('destination', words.destination.none);
  if (destination === acsUrl) return pass('destination', words.destination.right(shown(acsUrl)));
  const detail = words.destination.wrong(shown(destination), shown(acsUrl));
  return fail('destination', 'wrong-destination', detail, words.setAcs(acsUrl));
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
    check: fail('request', code, detail, words.request.fix),
    requestId: null,
  });
  if (ids.length > 1) return no('different-requests', words.request.different);
  if (requestIds === null) {
    if (id !== undefined) return no('unexpected-request', words.request.notMade);
    return {
      check: pass('request', words.request.unasked),
      requestId: null,
    };
  }
  if (id === undefined || !confirmations.every((one) => one.inResponseTo === id)) {
    return no('unsolicited', words.request.unsolicited);
  }
  if (!requestIds.includes(id)) return no('wrong-request', words.request.another);
  return { check: pass('request', words.request.right), requestId: id };
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
  if (fitting.length > 0) return { check: pass('recipient', words.recipient.right(shown(acsUrl))), fitting };
  const [other] = confirmations;
  if (!other) {
    return {
      check: fail('recipient', 'no-bearer', words.recipient.noBearer, words.recipient.setBearer),
      fitting,
    };
  }
  const recipient = other.recipient === undefined ? words.recipient.missing : shown(other.recipient);
  const detail = words.recipient.wrong(recipient, shown(acsUrl));
  return { check: fail('recipient', 'wrong-recipient', detail, words.setAcs(acsUrl)), fitting };
}

/**
 * Checks for whom the assertion is meant: our entity ID in every audience restriction, and at least one.
 * @param assertion as signed
 * @param expected what it must agree with
 * @returns the check
 */
export function checkAudience({ conditions }: Assertion, { spEntityId }: Expected): Check {
  const fix = words.audience.fix(spEntityId);
  if (conditions && conditions.unknown.length > 0) {
    const names = quotable(conditions.unknown.join(', '), 100);
    const detail = words.audience.unknownCondition(names);
    return fail('audience', 'unknown-condition', detail, words.audience.leaveOut);
  }
  if (!conditions || conditions.audiences.length === 0) {
    return fail('audience', 'no-audience', words.audience.none, fix);
  }
  const wrong = conditions.audiences.find((audiences) => !audiences.includes(spEntityId));
  if (!wrong) return pass('audience', words.audience.right(shown(spEntityId)));
  const detail = words.audience.wrong(wrong.map(shown).join(', ') || words.audience.empty, shown(spEntityId));
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
    const { noStatement, sendStatement } = words.authentication;
    return no('no-authn-statement', noStatement, sendStatement);
  }
  if (assertion.nameId === '' || assertion.nameId.length > 1024) {
    return no('no-name-id', words.authentication.noNameId, words.authentication.setNameId);
  }
  if (!/^[^\s]{1,256}$/.test(assertion.id)) {
    return no('no-assertion-id', words.authentication.noId, words.askVendor);
  }
  return pass('authentication', words.authentication.right(quotable(assertion.nameId, 120)));
}

function shown(value: string): string {
  return `“${quotable(value, 300)}”`;
}
