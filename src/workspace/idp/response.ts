import { randomBytes } from 'node:crypto';
import { escapeXml } from '../../identity/xml/escape.ts';
import { NS } from '../../identity/xml/tree.ts';

/** Everything that a response says. Whatever is null is left out. */
export interface ResponseParts {
  id: string;
  assertionId: string;
  destination: string | null;
  inResponseTo: string | null;
  issueInstant: Date;
  issuer: string;
  assertionIssuer: string;
  statusCode: string;
  statusSubcode: string | null;
  statusMessage: string | null;
  /** Without it there is no assertion. */
  subject: SubjectParts | null;
}

export interface SubjectParts {
  nameId: string;
  nameIdFormat: string;
  confirmationMethod: string;
  recipient: string | null;
  confirmationInResponseTo: string | null;
  confirmationNotOnOrAfter: Date | null;
  notBefore: Date;
  notOnOrAfter: Date;
  audience: string | null;
  authnInstant: Date | null;
  sessionNotOnOrAfter?: Date;
  attributes: Record<string, string | readonly string[]>;
}

/** How vendors write the same message: with which prefixes. */
export type Prefixes = { protocol: string; assertion: string };

/** @returns a fresh message ID: an NCName of 160 random bits (SAML core 1.3.4). */
export function newMessageId(): string {
  return `_${randomBytes(20).toString('hex')}`;
}

/**
 * Writes a response, unsigned (SAML core 3.3.3, profiles 4.1.4).
 * @param parts what it says
 * @param prefixes the namespace prefixes; an empty one for assertions declares the default namespace
 * @returns the XML
 */
export function writeResponse(parts: ResponseParts, prefixes: Prefixes): string {
  const p = prefixes.protocol;
  const a = prefixes.assertion === '' ? '' : `${prefixes.assertion}:`;
  const declared =
    prefixes.assertion === '' ? `xmlns="${NS.assertion}"` : `xmlns:${prefixes.assertion}="${NS.assertion}"`;
  const subcode = parts.statusSubcode ? `<${p}:StatusCode Value="${escapeXml(parts.statusSubcode)}"/>` : '';
  const message = parts.statusMessage
    ? `<${p}:StatusMessage>${escapeXml(parts.statusMessage)}</${p}:StatusMessage>`
    : '';
  const head = attributes({
    ID: parts.id,
    Version: '2.0',
    IssueInstant: parts.issueInstant,
    Destination: parts.destination,
    InResponseTo: parts.inResponseTo,
  });
  return (
    `<${p}:Response xmlns:${p}="${NS.protocol}"${head}>` +
    `<${a}Issuer ${declared}>${escapeXml(parts.issuer)}</${a}Issuer>` +
    `<${p}:Status><${p}:StatusCode Value="${escapeXml(parts.statusCode)}">${subcode}</${p}:StatusCode>${message}</${p}:Status>` +
    (parts.subject ? writeAssertion(parts, parts.subject, a, declared) : '') +
    `</${p}:Response>`
  );
}

function writeAssertion(parts: ResponseParts, subject: SubjectParts, a: string, declared: string): string {
  const head = attributes({ ID: parts.assertionId, Version: '2.0', IssueInstant: parts.issueInstant });
  const confirmation = attributes({
    NotOnOrAfter: subject.confirmationNotOnOrAfter,
    Recipient: subject.recipient,
    InResponseTo: subject.confirmationInResponseTo,
  });
  const audience =
    subject.audience === null
      ? ''
      : `<${a}AudienceRestriction><${a}Audience>${escapeXml(subject.audience)}</${a}Audience></${a}AudienceRestriction>`;
  const authn = subject.authnInstant
    ? `<${a}AuthnStatement AuthnInstant="${subject.authnInstant.toISOString()}" SessionIndex="${parts.assertionId}"${attributes({ SessionNotOnOrAfter: subject.sessionNotOnOrAfter ?? null })}><${a}AuthnContext><${a}AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</${a}AuthnContextClassRef></${a}AuthnContext></${a}AuthnStatement>`
    : '';
  return (
    `<${a}Assertion ${declared}${head}>` +
    `<${a}Issuer>${escapeXml(parts.assertionIssuer)}</${a}Issuer>` +
    `<${a}Subject><${a}NameID Format="${escapeXml(subject.nameIdFormat)}">${escapeXml(subject.nameId)}</${a}NameID>` +
    `<${a}SubjectConfirmation Method="${escapeXml(subject.confirmationMethod)}"><${a}SubjectConfirmationData${confirmation}/></${a}SubjectConfirmation></${a}Subject>` +
    `<${a}Conditions${attributes({ NotBefore: subject.notBefore, NotOnOrAfter: subject.notOnOrAfter })}>${audience}</${a}Conditions>` +
    authn +
    writeAttributes(subject.attributes, a) +
    `</${a}Assertion>`
  );
}

function writeAttributes(all: SubjectParts['attributes'], a: string): string {
  const written = Object.entries(all).map(([name, given]) => {
    const values = typeof given === 'string' ? [given] : given;
    const inner = values
      .map((value) => `<${a}AttributeValue>${escapeXml(value)}</${a}AttributeValue>`)
      .join('');
    return `<${a}Attribute Name="${escapeXml(name)}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">${inner}</${a}Attribute>`;
  });
  return written.length > 0 ? `<${a}AttributeStatement>${written.join('')}</${a}AttributeStatement>` : '';
}

function attributes(all: Record<string, string | Date | null>): string {
  return Object.entries(all)
    .map(([name, value]) => {
      if (value === null) return '';
      return ` ${name}="${escapeXml(value instanceof Date ? value.toISOString() : value)}"`;
    })
    .join('');
}
