import { type CertificateFacts, problemsOf, readCertificates, usable } from '../../identity/certificates.ts';
import { chooseEntity, readMetadata, signOnUrl } from '../../identity/metadata.ts';
import { hasUnseen, quotable } from '../../identity/words.ts';
import { listed } from '../common/counted.ts';
import type { Tools, UploadedFile } from '../operation.ts';
import { withoutIssuers } from './certificates.ts';

/** What the modal says of the identity provider, the fields that were left as they were taken out. */
export interface Given {
  metadataFile: UploadedFile[];
  metadataUrl: string;
  entityId: string;
  ssoUrl: string;
  certificate: string;
}

/** An identity provider as its metadata, or the fields, describe it. */
export interface IdpSource {
  entityId: string;
  ssoUrl: string;
  ssoBinding: 'redirect' | 'post';
  metadataUrl: string | null;
  certificates: CertificateFacts[];
  /** What an admin should read of it. */
  notes: string[];
}

export type ReadSource = { ok: true; source: IdpSource } | { ok: false; errors: Record<string, string> };

/** What a connection has now, which fields left as they were stand for. */
export type PresentIdp = Pick<IdpSource, 'entityId' | 'ssoUrl' | 'ssoBinding'>;

/** Entity IDs named under the field, before the rest is only counted. */
const NAMED_ENTITIES = 5;

const OR_FILE = 'or the metadata file instead of the three fields.';

/**
 * Reads the one source that was given: a metadata file, a metadata URL, or the three fields. The entity ID beside a
 * file or URL says which of its identity providers is meant.
 * @param given what the modal says
 * @param present what the connection has now; null for a new one, which needs all of it. Its entity ID is taken out
 *   of a file of several when none is given
 * @param now the moment to judge at
 * @param tools fetches metadata
 * @returns the identity provider, without certificates where the present ones stay; or words for under the fields
 */
export async function readSource(
  given: Given,
  present: PresentIdp | null,
  now: Date,
  tools: Pick<Tools, 'fetchMetadata'>,
): Promise<ReadSource> {
  const [file] = given.metadataFile;
  if (file && given.metadataUrl)
    return wrong('metadataUrl', 'Give either the metadata file or its URL, not both.');
  if (!file && !given.metadataUrl) return readFields(given, present, now);
  const other = (['ssoUrl', 'certificate'] as const).find((name) => given[name].trim() !== '');
  if (other) {
    const source = file ? 'metadata file' : 'metadata URL';
    return wrong(
      other,
      `The ${source} says this already. Leave this field as it was, or leave out the ${source}.`,
    );
  }
  if (file) return readXml(file.bytes, 'metadataFile', null);
  const fetched = await tools.fetchMetadata(given.metadataUrl);
  if (!fetched.ok) return wrong('metadataUrl', fetched.message);
  return readXml(fetched.bytes, 'metadataUrl', given.metadataUrl);

  function readXml(bytes: Uint8Array, field: string, metadataUrl: string | null): ReadSource {
    const read = given.entityId ? chooseEntity(bytes, given.entityId, now) : readMetadata(bytes, now);
    const isIn = !read.ok && read.entities?.some(({ entityId }) => entityId === present?.entityId);
    const one = present && isIn ? chooseEntity(bytes, present.entityId, now) : read;
    if (!one.ok) {
      if (one.entities) return wrong('entityId', chooseWords(one.entities.map(({ entityId }) => entityId)));
      return wrong(one.code === 'unknown-entity' ? 'entityId' : field, one.message);
    }
    const { entityId, ssoUrl, ssoBinding, certificates, notes } = one;
    return { ok: true, source: { entityId, ssoUrl, ssoBinding, metadataUrl, certificates, notes } };
  }
}

function chooseWords(entityIds: string[]): string {
  const names = entityIds.map((entityId) => quotable(entityId, 200));
  return `The metadata holds ${names.length} identity providers. Give the Entity ID of one of: ${listed(names, NAMED_ENTITIES)}.`;
}

/** The three fields. An address that is new is taken for HTTP-Redirect, which identity providers offer first. */
function readFields(given: Given, present: PresentIdp | null, now: Date): ReadSource {
  const pasted = given.certificate.trim() !== '';
  if (!given.entityId && !given.ssoUrl && !pasted && !present) {
    const words = 'Give the metadata file, its URL, or the Entity ID, Sign-on URL and Certificate.';
    return wrong('metadataFile', words);
  }
  const errors: Record<string, string> = {};
  const entityId = given.entityId || present?.entityId;
  if (!entityId) errors.entityId = `Give the Entity ID too, ${OR_FILE}`;
  else if (entityId.length > 1024 || hasUnseen(entityId))
    errors.entityId = 'This is not an entity ID. Copy it from your identity provider.';
  const written = given.ssoUrl || present?.ssoUrl;
  const ssoUrl = signOnUrl(written ?? '');
  if (!written) errors.ssoUrl = `Give the Sign-on URL too, ${OR_FILE}`;
  else if (!ssoUrl) errors.ssoUrl = 'This is not a web address. It begins with https://.';
  const kept = { ok: true, certificates: [], notes: [] } as const;
  const read = present && !pasted ? kept : readOnlyCertificates(given.certificate, now);
  if (!read.ok) errors.certificate = read.message;
  if (Object.keys(errors).length > 0 || !read.ok || !ssoUrl || !entityId) return { ok: false, errors };
  const ssoBinding = present && ssoUrl === present.ssoUrl ? present.ssoBinding : 'redirect';
  const { certificates, notes } = read;
  const source = { entityId, ssoUrl, ssoBinding, metadataUrl: null } as const;
  return { ok: true, source: { ...source, certificates: [...certificates], notes: [...notes] } };
}

/**
 * Reads pasted certificates that are to be the only ones: at least one must be fit to sign in with.
 * @param pasted what was pasted
 * @param now the moment to judge at
 */
function readOnlyCertificates(
  pasted: string,
  now: Date,
): { ok: true; certificates: CertificateFacts[]; notes: string[] } | { ok: false; message: string } {
  if (pasted.trim() === '') return { ok: false, message: `Give the Certificate too, ${OR_FILE}` };
  const read = readCertificates(pasted);
  if (!read.ok) return read;
  const { signing } = withoutIssuers(read.certificates);
  const problems = signing.flatMap((one) => problemsOf(one, now));
  if (!signing.some((one) => usable(one, now)))
    return { ok: false, message: problems.find(({ blocking }) => blocking)?.words ?? 'It cannot be used.' };
  return { ok: true, certificates: signing, notes: problems.map(({ words }) => words) };
}

function wrong(field: string, words: string): ReadSource {
  return { ok: false, errors: { [field]: words } };
}
