import { strings } from '../../words/pages.ts';
import { gateXml } from '../xml/gate.ts';
import { attribute, childrenNamed, NS, type XmlElement } from '../xml/tree.ts';
import { type Assertion, instant, type ReceivedAttribute, readAssertion } from './assertion.ts';
import { checkAttributes } from './attribute-checks.ts';
import { CHECKS, type Check, type CheckName, fail, pass } from './checks.ts';
import { checkClock, MAX_AGE_MS, SKEW_MS } from './clock.ts';
import { decodeResponse, RESPONSE_LIMITS } from './decode.ts';
import {
  checkAudience,
  checkAuthentication,
  checkDestination,
  checkIssuer,
  checkRecipient,
  checkRequest,
  type Expected,
} from './policy.ts';
import { verifySignatures } from './signature.ts';
import { checkStatus } from './status.ts';
import { outlineOf, rootProblem } from './structure.ts';
import type { Accepted, JudgeOptions, Refused, Verdict } from './verdict.ts';

/**
 * Judges a SAML response. The order is the policy: bytes, shape, algorithms, signature, and then only what the
 * signed bytes, parsed anew, say. It consumes nothing and remembers nothing: on success the caller uses up the
 * request and records the assertion ID, each in one atomic statement, and signs in only if both were new.
 * @param samlResponse the form field, in base64
 * @param options the connection, our side, the clock and the open requests
 * @returns the identity, or the failed checks with cause and cure. Rejects only on a fault of our own
 */
export async function judgeResponse(samlResponse: string, options: JudgeOptions): Promise<Verdict> {
  const decoded = decodeResponse(samlResponse);
  if (!decoded.ok) return refused([decoded.check]);
  const verdict = await judgeDecoded(decoded.xml, decoded.root, options);
  const claimed = attribute(decoded.root, 'InResponseTo');
  return verdict.ok || claimed === undefined ? verdict : { ...verdict, claimedRequestId: claimed };
}

/**
 * Adds the check of the address's domain, which needs a look at what is linked, to a verdict.
 * @param verdict what the response itself allows
 * @param counts says whether a sign-in for an e-mail domain counts
 * @returns the verdict with that check, refused where the domain does not count
 */
export async function judgeDomain(
  verdict: Verdict,
  counts: (domain: string) => boolean | Promise<boolean>,
): Promise<Verdict> {
  const domain = verdict.ok ? verdict.identity.emailDomain : verdict.emailDomain;
  if (domain === undefined) return verdict;
  const checks = [...verdict.checks, domainCheck(domain, await counts(domain))];
  if (!verdict.ok) return { ...verdict, checks };
  return checks.every(({ ok }) => ok) ? { ...verdict, checks } : refused(checks, verdict.attributes);
}

async function judgeDecoded(xml: string, root: XmlElement, options: JudgeOptions): Promise<Verdict> {
  const notOurs = rootProblem(root);
  if (notOurs) return refused([notOurs]);
  const status = checkStatus(root);
  // Refusing needs no proof, and an identity provider that refuses seldom signs.
  if (!status.check.ok) {
    const { idpMessage } = status;
    return { ...refused([formatPassed(), status.check]), ...(idpMessage ? { idpMessage } : {}) };
  }
  const outlined = outlineOf(root);
  if (!outlined.ok) return refused([...passedBefore(outlined.check.name, status.check), outlined.check]);
  const { outline } = outlined;
  const verified = await verifySignatures(xml, outline, options.connection.certificates, options.now);
  if (!verified.ok) return refused([...passedBefore(verified.check.name, status.check), verified.check]);

  const response = verified.signed.Response === undefined ? root : reparse(verified.signed.Response);
  const assertionElement =
    verified.signed.Assertion === undefined
      ? (childrenNamed(response, NS.assertion, 'Assertion')[0] as XmlElement)
      : reparse(verified.signed.Assertion);
  const fingerprint = verified.certificate.fingerprint;
  const before = [
    ...passedBefore('certificate', status.check),
    pass('certificate', strings.checks.certificate.right(fingerprint)),
  ];
  return judgeSigned(readAssertion(assertionElement), response, before, fingerprint, options);
}

function judgeSigned(
  assertion: Assertion,
  response: XmlElement,
  before: Check[],
  certificateFingerprint: string,
  options: JudgeOptions,
): Accepted | Refused {
  const { expectedRequestId, connection } = options;
  const expected: Expected = {
    idpEntityId: connection.entityId,
    spEntityId: options.spEntityId,
    acsUrl: options.acsUrl,
    now: options.now,
    requestIds: typeof expectedRequestId === 'string' ? [expectedRequestId] : expectedRequestId,
  };
  const recipient = checkRecipient(assertion, expected);
  // Every confirmation for us must hold; where none is, the others still serve to name further causes.
  const confirmations = recipient.fitting.length > 0 ? recipient.fitting : assertion.confirmations;
  const request = checkRequest(confirmations, response, expected);
  const people = checkAttributes(assertion.attributes);
  const checks = [
    ...before,
    checkIssuer(assertion, response, expected),
    checkDestination(response, expected),
    request.check,
    recipient.check,
    checkClock(
      assertion,
      recipient.fitting.length > 0 ? recipient.fitting : assertion.confirmations,
      expected,
    ),
    checkAudience(assertion, expected),
    checkAuthentication(assertion),
    people.check,
  ];
  const { person } = people;
  if (!person) return refused(checks, assertion.attributes);
  if (checks.some(({ ok }) => !ok))
    return { ...refused(checks, assertion.attributes), emailDomain: person.email.domain };
  const sessionIndex = assertion.authnStatements[0]?.sessionIndex;
  const sessionUntil = sessionEnd(assertion);
  return {
    ok: true,
    checks,
    attributes: assertion.attributes,
    identity: {
      nameId: assertion.nameId,
      nameIdFormat: assertion.nameIdFormat,
      email: person.email.address,
      emailKey: person.email.key,
      emailDomain: person.email.domain,
      firstName: person.firstName,
      lastName: person.lastName,
      objectGuid: person.objectGuid,
      assertionId: assertion.id,
      notOnOrAfter: endOf(assertion),
      requestId: request.requestId,
      ...(sessionIndex === undefined ? {} : { sessionIndex }),
      ...(sessionUntil && { sessionUntil }),
      certificateFingerprint,
    },
  };
}

function domainCheck(domain: string, counts: boolean): Check {
  const words = strings.checks.domain;
  if (counts) return pass('domain', words.right(domain));
  return fail('domain', 'other-domain', words.other(domain), words.link);
}

/** The latest moment at which any copy could still pass `checkClock`, however long it is said to be valid. */
function endOf({ confirmations, conditions, issueInstant }: Assertion): Date {
  const ends = [...confirmations, ...(conditions ? [conditions] : [])].map(({ notOnOrAfter }) =>
    instant(notOnOrAfter),
  );
  const latest = Math.max(...ends.map((end) => Number(end ?? 0)));
  return new Date(Math.min(latest, Number(issueInstant ?? 0) + MAX_AGE_MS) + SKEW_MS);
}

/** The first of the ends that the authentication statements name; `checkClock` has read every one. */
function sessionEnd({ authnStatements }: Assertion): Date | undefined {
  const ends = authnStatements.flatMap(({ until }) => instant(until) ?? []);
  return ends.length === 0 ? undefined : new Date(Math.min(...ends.map(Number)));
}

/** Signed bytes are parsed anew: what is read is what was signed, whatever the first parser made of the rest. */
function reparse(signedXml: string): XmlElement {
  const gated = gateXml(signedXml, RESPONSE_LIMITS);
  if (!gated.ok) throw new Error(`canonical bytes could not be parsed: ${gated.problem}`);
  return gated.root;
}

function formatPassed(): Check {
  return pass('format', strings.checks.format.right);
}

/** The early checks that came before the one that failed, in their order. */
function passedBefore(name: CheckName, status: Check): Check[] {
  const order = Object.keys(CHECKS) as CheckName[];
  const early = [
    formatPassed(),
    status,
    pass('algorithm', strings.checks.algorithm.right),
    pass('signature', strings.checks.signature.right),
  ];
  return early.filter((check) => order.indexOf(check.name) < order.indexOf(name));
}

function refused(checks: Check[], attributes: ReceivedAttribute[] = []): Refused {
  const failed = checks.find(({ ok }) => !ok);
  if (!failed) throw new Error('a refusal without a failed check');
  return { ok: false, failed, checks, attributes };
}
