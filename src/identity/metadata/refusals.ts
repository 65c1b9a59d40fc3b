import { quotable } from '../words.ts';
import type { EntityChoice, MetadataProblem, MetadataRefusal } from './types.ts';

const AGAIN =
  'Download the identity provider (IdP) metadata again from your identity provider and give that file.';

const WORDS: Record<MetadataProblem, (about: string) => string> = {
  empty: () => `The metadata file is empty. ${AGAIN}`,
  'too-large': (about) =>
    `The metadata is larger than ${about}. Ask your identity provider for the metadata of one entity.`,
  encoding: () => `The metadata is not in UTF-8 or UTF-16, or is damaged. ${AGAIN}`,
  html: () =>
    'This is a web page, not metadata: the address may ask for a sign-in first. Open it in your browser, save the XML and give that file.',
  'not-xml': (about) => `The metadata is not well-formed XML (${about}). ${AGAIN}`,
  doctype: () =>
    'The metadata has a document type declaration (DOCTYPE), which is not safe. Remove that line and try again.',
  'processing-instruction': () =>
    'The metadata has a processing instruction (<?…?>), which has no place there. Remove that line and try again.',
  'too-complex': (about) => `The metadata has ${about}, more than an identity provider’s ever has. ${AGAIN}`,
  'private-key': () =>
    'The file holds a private key, which must never leave your identity provider. Nothing of it was kept; replace that key there, then download the metadata.',
  'not-metadata': (about) =>
    `The file begins with <${about}>, where SAML metadata begins with <EntityDescriptor>. ${AGAIN}`,
  'no-entity-id': () =>
    `The metadata names no entity ID (the entityID of its EntityDescriptor), or one that is not valid. ${AGAIN}`,
  'no-idp': (about) =>
    `The metadata describes ${about}, not an identity provider: it has no IDPSSODescriptor. Download the metadata of the identity provider itself.`,
  'no-saml2': () =>
    'The identity provider in the metadata does not speak SAML 2.0. Turn SAML 2.0 on there and download the metadata again.',
  'no-binding': (about) =>
    `The metadata offers no sign-on address by HTTP-Redirect or HTTP-POST (SingleSignOnService)${about}. Turn one of them on at your identity provider and download the metadata again.`,
  'sso-url': (about) =>
    `The sign-on address “${about}” is not a web address. Correct it at your identity provider and download the metadata again.`,
  'no-certificate': () =>
    'The metadata has no signing certificate. Add one at your identity provider and download the metadata again.',
  'certificate-broken': () => `The signing certificate in the metadata cannot be read. ${AGAIN}`,
  'no-usable-certificate': (about) =>
    `No signing certificate in the metadata can be used: it ${about}. Make a new one at your identity provider and download the metadata again.`,
  'too-many-certificates': (about) =>
    `The metadata has ${about} signing certificates, and a connection holds 5. Remove the old ones at your identity provider and download the metadata again.`,
  expired: (about) => `The metadata was valid until ${about}. ${AGAIN}`,
  'choose-entity': (about) => `The metadata holds ${about} identity providers. Choose the one to connect.`,
  'unknown-entity': (about) =>
    `The metadata has no identity provider with the entity ID “${about}”. Choose one that is in it.`,
};

/**
 * Words a refusal.
 * @param code what is in the way
 * @param about what the sentence names: a name, a date, a number; made safe to show here
 * @param entities the choice, where one is offered
 * @returns the refusal
 */
export function refuseMetadata(
  code: MetadataProblem,
  about = '',
  entities?: EntityChoice[],
): MetadataRefusal {
  const message = WORDS[code](quotable(about, 200));
  return entities ? { ok: false, code, message, entities } : { ok: false, code, message };
}
