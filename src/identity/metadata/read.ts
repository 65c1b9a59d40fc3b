import { holdsPrivateKey } from '../certificates.ts';
import { gateXml, type XmlProblem } from '../xml/gate.ts';
import { NS, type XmlElement } from '../xml/tree.ts';
import { decodeXml } from './decode.ts';
import { dateOf, displayNameOf, entityIdOf, named, readEntity } from './entity.ts';
import { refuseMetadata } from './refusals.ts';
import type { EntityChoice, MetadataProblem, ReadMetadata } from './types.ts';

const ENTITY_BYTES = 1024 * 1024;
const AGGREGATE_BYTES = 5 * 1024 * 1024;
const ENTITY_LIMITS = { depth: 40, elements: 5_000, attributes: 64, comments: true };
const AGGREGATE_LIMITS = { ...ENTITY_LIMITS, elements: 200_000 };

const PROBLEMS: Record<XmlProblem, MetadataProblem> = {
  'not-well-formed': 'not-xml',
  doctype: 'doctype',
  'processing-instruction': 'processing-instruction',
  comment: 'not-xml',
  'too-deep': 'too-complex',
  'too-many-elements': 'too-complex',
  'too-many-attributes': 'too-complex',
};

/** An EntityDescriptor and until when the groups around it are valid. */
interface Found {
  element: XmlElement;
  limits: (Date | undefined)[];
}

/**
 * Reads an identity provider's SAML 2.0 metadata: a file of one entity up to 1 MB, or an aggregate up to 5 MB.
 * @param bytes the file, in UTF-8 or UTF-16
 * @param now the moment to judge validity at
 * @returns the connection; or what is in the way and the cure; or, for an aggregate, the entities to choose from
 */
export function readMetadata(bytes: Uint8Array, now: Date): ReadMetadata {
  return read(bytes, now, undefined);
}

/**
 * Reads one entity of an aggregate.
 * @param bytes the same file as was given to `readMetadata`
 * @param entityId the chosen one
 * @param now the moment to judge validity at
 * @returns as `readMetadata`, for that entity
 */
export function chooseEntity(bytes: Uint8Array, entityId: string, now: Date): ReadMetadata {
  return read(bytes, now, entityId);
}

function read(bytes: Uint8Array, now: Date, chosen: string | undefined): ReadMetadata {
  if (bytes.length > AGGREGATE_BYTES) return refuseMetadata('too-large', '5 MB');
  const decoded = decodeXml(bytes);
  if (!decoded.ok) return refuseMetadata('encoding');
  const { text } = decoded;
  if (text.trim() === '') return refuseMetadata('empty');
  if (/PRIVATE KEY-----/.test(text)) return refuseMetadata('private-key');
  if (/^\s*(?:<!doctype\s+html|<html[\s>])/i.test(text)) return refuseMetadata('html');
  const aggregate = /^[^<]*(?:<[!?][^>]*>[^<]*){0,20}<(?:[\w.-]+:)?EntitiesDescriptor[\s>]/.test(text);
  if (!aggregate && bytes.length > ENTITY_BYTES) return refuseMetadata('too-large', '1 MB');
  const gated = gateXml(text, aggregate ? AGGREGATE_LIMITS : ENTITY_LIMITS);
  if (!gated.ok) {
    // A single certificate or key pasted into the wrong field is no XML at all; say nothing of its content.
    const secret = gated.problem === 'not-well-formed' && bytes.length < 64 * 1024 && holdsPrivateKey(bytes);
    return secret ? refuseMetadata('private-key') : refuseMetadata(PROBLEMS[gated.problem], gated.detail);
  }
  return readRoot(gated.root, now, chosen);
}

function readRoot(root: XmlElement, now: Date, chosen: string | undefined): ReadMetadata {
  const known = ['', NS.metadata].includes(root.uri);
  if (!known || !['EntityDescriptor', 'EntitiesDescriptor'].includes(root.local)) {
    return refuseMetadata('not-metadata', root.local);
  }
  const found = entitiesIn(root, []);
  if (root.local === 'EntityDescriptor') {
    if (chosen !== undefined && entityIdOf(root) !== chosen) return refuseMetadata('unknown-entity', chosen);
    return readEntity(root, [], now);
  }
  const providers = found.filter(({ element }) => named(element, 'IDPSSODescriptor').length > 0);
  if (providers.length === 0) return refuseMetadata('no-idp', 'applications (service providers)');
  if (chosen === undefined && providers.length > 1) {
    const until = dateOf(root);
    if (until && until <= now) return refuseMetadata('expired', until.toISOString().slice(0, 10));
    return refuseMetadata('choose-entity', String(providers.length), providers.flatMap(choiceOf));
  }
  const one =
    chosen === undefined ? providers[0] : providers.find(({ element }) => entityIdOf(element) === chosen);
  return one ? readEntity(one.element, one.limits, now) : refuseMetadata('unknown-entity', chosen);
}

function entitiesIn(element: XmlElement, limits: (Date | undefined)[]): Found[] {
  if (element.local === 'EntityDescriptor') return [{ element, limits }];
  const inner = [...limits, dateOf(element)];
  return [...named(element, 'EntityDescriptor'), ...named(element, 'EntitiesDescriptor')].flatMap((child) =>
    entitiesIn(child, inner),
  );
}

function choiceOf({ element }: Found): EntityChoice[] {
  const entityId = entityIdOf(element);
  const displayName = displayNameOf(element, named(element, 'IDPSSODescriptor')[0]);
  return entityId ? [displayName ? { entityId, displayName } : { entityId }] : [];
}
