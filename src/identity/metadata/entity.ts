import { type CertificateFacts, problemsOf, readCertificates, usable } from '../certificates.ts';
import { hasUnseen, quotable } from '../words.ts';
import { attribute, NS, type XmlElement } from '../xml/tree.ts';
import { refuseMetadata } from './refusals.ts';
import type { MetadataRefusal, ReadMetadata, SsoBinding } from './types.ts';

const SAML2 = NS.protocol;
const BINDINGS: [string, SsoBinding][] = [
  ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'redirect'],
  ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', 'post'],
];
const MAX_CERTIFICATES = 5;

/**
 * Reads the connection out of one EntityDescriptor (SAML metadata 2.3.2, 2.4.3).
 * @param entity the element
 * @param limits until when what holds it is valid, which binds it too
 * @param now the moment to judge at
 * @returns the connection, or the first thing in the way
 */
export function readEntity(
  entity: XmlElement,
  limits: readonly (Date | undefined)[],
  now: Date,
): ReadMetadata {
  const entityId = entityIdOf(entity);
  if (entityId === undefined) return refuseMetadata('no-entity-id');
  const roles = named(entity, 'IDPSSODescriptor');
  if (roles.length === 0) return refuseMetadata('no-idp', kindOf(entity));
  const role = roles.find((one) =>
    attribute(one, 'protocolSupportEnumeration')?.split(/\s+/).includes(SAML2),
  );
  if (!role) return refuseMetadata('no-saml2');

  const service = signOnService(role);
  if (!service.ok) return service;
  const validUntil = earliest([...limits, dateOf(entity), dateOf(role)]);
  if (validUntil && validUntil <= now)
    return refuseMetadata('expired', validUntil.toISOString().slice(0, 10));
  const keys = signingCertificates(role, now);
  if (!keys.ok) return keys;

  const notes = [...keys.notes];
  if (entity.uri !== NS.metadata)
    notes.push('The metadata leaves out the SAML namespace; it was read all the same.');
  if (service.ssoUrl.startsWith('http:')) notes.push('The sign-on address is not encrypted (http).');
  if (validUntil) notes.push(`The metadata is valid until ${validUntil.toISOString().slice(0, 10)}.`);
  const displayName = displayNameOf(entity, role);
  return {
    ok: true,
    entityId,
    ...(displayName ? { displayName } : {}),
    ssoUrl: service.ssoUrl,
    ssoBinding: service.ssoBinding,
    certificates: keys.certificates,
    ...(validUntil ? { validUntil } : {}),
    wantsSignedRequests: /^(?:true|1)$/.test(attribute(role, 'WantAuthnRequestsSigned') ?? ''),
    notes,
  };
}

/**
 * @param entity an EntityDescriptor
 * @returns its entity ID, if it is one (SAML core 8.3.6: at most 1024 characters)
 */
export function entityIdOf(entity: XmlElement): string | undefined {
  const id = attribute(entity, 'entityID');
  return id && id.length <= 1024 && !hasUnseen(id) && id.trim() === id ? id : undefined;
}

/**
 * @param element where to look
 * @param local the local name
 * @returns the children with that name in the metadata namespace, or in none, as some hand-made files have it
 */
export function named(element: XmlElement, local: string): XmlElement[] {
  return element.children.filter((child) => child.local === local && ['', NS.metadata].includes(child.uri));
}

/**
 * @param element an element that may bear `validUntil`
 * @returns the moment, if one is there that can be read
 */
export function dateOf(element: XmlElement): Date | undefined {
  const moment = new Date(attribute(element, 'validUntil') ?? Number.NaN);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

/**
 * @param entity an EntityDescriptor
 * @param role its IDPSSODescriptor, if it has one
 * @returns what it calls itself
 */
export function displayNameOf(entity: XmlElement, role?: XmlElement): string | undefined {
  const info = role ? named(role, 'Extensions').flatMap((one) => one.children) : [];
  const shown = info
    .filter(({ uri, local }) => uri === NS.metadataUi && local === 'UIInfo')
    .flatMap((one) => one.children);
  const name =
    shown.find(({ uri, local }) => uri === NS.metadataUi && local === 'DisplayName') ??
    named(entity, 'Organization').flatMap((one) => named(one, 'OrganizationDisplayName'))[0];
  const words = name?.text.replace(/\s+/g, ' ').trim();
  return words ? quotable(words, 100) : undefined;
}

function kindOf(entity: XmlElement): string {
  if (named(entity, 'SPSSODescriptor').length > 0) return 'an application (service provider)';
  return 'something else';
}

function earliest(moments: readonly (Date | undefined)[]): Date | undefined {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length > 0 ? new Date(Math.min(...known.map(Number))) : undefined;
}

function signOnService(
  role: XmlElement,
): { ok: true; ssoUrl: string; ssoBinding: SsoBinding } | MetadataRefusal {
  const services = named(role, 'SingleSignOnService');
  for (const [binding, ssoBinding] of BINDINGS) {
    const location = services.find(
      (one) => attribute(one, 'Binding') === binding && attribute(one, 'Location'),
    );
    if (!location) continue;
    const written = attribute(location, 'Location') as string;
    const ssoUrl = signOnUrl(written);
    return ssoUrl ? { ok: true, ssoUrl, ssoBinding } : refuseMetadata('sso-url', written);
  }
  const others = services.map((one) => attribute(one, 'Binding')?.split(':').at(-1)).filter(Boolean);
  return refuseMetadata('no-binding', others.length > 0 ? `, only by ${others.join(', ')}` : '');
}

/**
 * Checks a sign-on address, which a browser will be sent to.
 * @param written the address as given
 * @returns it, if it is an absolute http(s) URL without user, fragment or unseen characters
 */
export function signOnUrl(written: string): string | undefined {
  const trimmed = written.trim();
  if (trimmed.length > 2048 || hasUnseen(trimmed) || !URL.canParse(trimmed)) return undefined;
  const url = new URL(trimmed);
  const plain = /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash;
  return plain ? trimmed : undefined;
}

/** Certificates of every KeyDescriptor that is for signing or does not say what for (SAML metadata 2.4.1.1). */
function signingCertificates(
  role: XmlElement,
  now: Date,
): { ok: true; certificates: CertificateFacts[]; notes: string[] } | MetadataRefusal {
  const keys = named(role, 'KeyDescriptor').filter(
    (key) => (attribute(key, 'use') ?? 'signing') === 'signing',
  );
  // The first certificate of an X509Data holds the key; any further ones are its issuers (XML Signature 4.4.4).
  const texts = keys.flatMap((key) =>
    within(key, 'X509Data').flatMap((data) => within(data, 'X509Certificate').slice(0, 1)),
  );
  if (texts.length === 0) return refuseMetadata('no-certificate');
  const found = new Map<string, CertificateFacts>();
  let broken = 0;
  for (const { text } of texts) {
    const read = readCertificates(text);
    if (!read.ok && read.code === 'private-key') return refuseMetadata('private-key');
    if (!read.ok) broken += 1;
    else for (const facts of read.certificates) found.set(facts.fingerprint, facts);
  }
  const certificates = [...found.values()];
  if (certificates.length === 0) return refuseMetadata('certificate-broken');
  if (certificates.length > MAX_CERTIFICATES)
    return refuseMetadata('too-many-certificates', String(certificates.length));
  if (!certificates.some((facts) => usable(facts, now))) {
    const causes = certificates.flatMap((facts) => problemsOf(facts, now).filter(({ blocking }) => blocking));
    return refuseMetadata('no-usable-certificate', [...new Set(causes.map(({ cause }) => cause))].join(', '));
  }
  const notes = certificates.flatMap((facts) =>
    problemsOf(facts, now).map(({ words }) => `Certificate ${facts.fingerprint.slice(0, 11)}…: ${words}`),
  );
  if (broken > 0) notes.push('A further signing certificate could not be read and was left out.');
  return { ok: true, certificates, notes };
}

/** Elements of XML Signature at any depth below, in its namespace or in none. */
function within(element: XmlElement, local: string): XmlElement[] {
  return element.children.flatMap((child) =>
    child.local === local && ['', NS.signature].includes(child.uri) ? [child] : within(child, local),
  );
}
