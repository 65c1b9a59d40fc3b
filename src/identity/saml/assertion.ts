import { attribute, childrenNamed, NS, type XmlElement } from '../xml/tree.ts';

export interface ReceivedAttribute {
  name: string;
  values: string[];
}

/** What an assertion says, as it says it. */
export interface Assertion {
  id: string;
  issuer: string;
  issueInstant: Date | undefined;
  nameId: string;
  nameIdFormat: string;
  /** Confirmations by bearer. */
  confirmations: Confirmation[];
  conditions: Conditions | undefined;
  authnStatements: {
    authnInstant: Date | undefined;
    sessionIndex: string | undefined;
    until: string | undefined;
  }[];
  attributes: ReceivedAttribute[];
}

export interface Confirmation {
  recipient: string | undefined;
  inResponseTo: string | undefined;
  notBefore: string | undefined;
  notOnOrAfter: string | undefined;
}

export interface Conditions {
  notBefore: string | undefined;
  notOnOrAfter: string | undefined;
  /** One list for each restriction; the audience must be in every one. */
  audiences: string[][];
  /** Local names of conditions that we do not know (SAML core 2.5.1). */
  unknown: string[];
}

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const KNOWN_CONDITIONS = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction']);

/**
 * Reads an assertion (SAML core 2.3.3). To be called on signed bytes alone.
 * @param element the Assertion element
 * @returns what it says; whatever is missing is empty or undefined
 */
export function readAssertion(element: XmlElement): Assertion {
  const [subject] = all(element, 'Subject');
  const nameIds = subject ? all(subject, 'NameID') : [];
  const [conditions] = all(element, 'Conditions');
  return {
    id: attribute(element, 'ID') ?? '',
    issuer: text(all(element, 'Issuer')[0]),
    issueInstant: instant(attribute(element, 'IssueInstant')),
    nameId: nameIds.length === 1 ? text(nameIds[0]) : '',
    nameIdFormat: (nameIds[0] && attribute(nameIds[0], 'Format')) ?? '',
    confirmations: subject ? all(subject, 'SubjectConfirmation').flatMap(bearer) : [],
    conditions: conditions && readConditions(conditions),
    authnStatements: all(element, 'AuthnStatement').map((statement) => ({
      authnInstant: instant(attribute(statement, 'AuthnInstant')),
      sessionIndex: attribute(statement, 'SessionIndex'),
      until: attribute(statement, 'SessionNotOnOrAfter'),
    })),
    attributes: all(element, 'AttributeStatement').flatMap((statement) =>
      all(statement, 'Attribute').map(readAttribute),
    ),
  };
}

/**
 * Reads a moment (xs:dateTime; SAML core 1.3.3 wants UTC, so a missing zone is UTC).
 * @param words the attribute's value
 * @returns the moment, or undefined when it is missing or none
 */
export function instant(words: string | undefined): Date | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/.exec(words ?? '');
  if (!match) return undefined;
  const moment = new Date(`${match[1]}${match[2] ?? 'Z'}`);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

function all(element: XmlElement, local: string): XmlElement[] {
  return childrenNamed(element, NS.assertion, local);
}

function text(element: XmlElement | undefined): string {
  return element && element.children.length === 0 ? element.text.trim() : '';
}

function bearer(confirmation: XmlElement): Confirmation[] {
  if (attribute(confirmation, 'Method') !== BEARER) return [];
  return all(confirmation, 'SubjectConfirmationData').map((data) => ({
    recipient: attribute(data, 'Recipient'),
    inResponseTo: attribute(data, 'InResponseTo'),
    notBefore: attribute(data, 'NotBefore'),
    notOnOrAfter: attribute(data, 'NotOnOrAfter'),
  }));
}

function readConditions(element: XmlElement): Conditions {
  return {
    notBefore: attribute(element, 'NotBefore'),
    notOnOrAfter: attribute(element, 'NotOnOrAfter'),
    audiences: all(element, 'AudienceRestriction').map((restriction) =>
      all(restriction, 'Audience').map(text),
    ),
    unknown: element.children
      .filter(({ local, uri }) => uri !== NS.assertion || !KNOWN_CONDITIONS.has(local))
      .map(({ local }) => local),
  };
}

function readAttribute(element: XmlElement): ReceivedAttribute {
  const values = all(element, 'AttributeValue').map(text);
  return { name: attribute(element, 'Name') ?? '', values };
}
