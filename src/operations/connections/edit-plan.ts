import type { CertificateFacts } from '../../identity/certificates.ts';
import { configHash } from '../../identity/config-hash.ts';
import type { ConnectionChange, NewCertificate } from '../../service/effects/effect.ts';
import type { ConnectionFact, Facts } from '../../service/facts/facts.ts';
import { counted } from '../common/counted.ts';
import type { Prepared, Tools } from '../operation.ts';
import { MOST_CERTIFICATES, newCertificate } from './certificates.ts';
import type { ConnectionInput } from './input.ts';
import { holderOf, takenWords } from './name.ts';
import { providerOf } from './provider.ts';
import { type Given, readSource } from './source.ts';

/** What changes of a connection, and the certificates that come and go with it: plain JSON. */
export interface ConnectionEdit {
  change: ConnectionChange;
  name: string;
  add: NewCertificate[];
  remove: string[];
  /** The entity ID before and after, when it changes: then it is another identity provider. */
  newIdp: { from: string; to: string } | null;
  notes: string[];
}

/**
 * Works out what an edit changes.
 * @param connection the connection as it is
 * @param input what the modal gives
 * @param facts its team's connections, the present moment
 * @param tools fetches metadata, makes ids
 * @returns the edit, or words for under the fields
 */
export async function planEdit(
  connection: ConnectionFact,
  input: ConnectionInput,
  facts: Facts,
  tools: Tools,
): Promise<Prepared<ConnectionEdit>> {
  const name = input.name || connection.name;
  const taken = holderOf(facts.connections, name, connection.id);
  if (taken) return { ok: false, errors: { name: takenWords(taken.name) } };
  const provider = input.provider ? providerOf(input.provider) : connection.provider;
  const base: ConnectionChange = {
    id: connection.id,
    ...(name !== connection.name ? { name } : {}),
    ...(provider !== connection.provider ? { provider } : {}),
  };
  const given = newlyGiven(connection, input);
  if (!Object.values(given).some((value) => value.length > 0)) {
    if (!base.name && !base.provider)
      return {
        ok: false,
        errors: { name: 'Nothing is different from now. Change something, or close this.' },
      };
    return { ok: true, ready: { change: base, name, add: [], remove: [], newIdp: null, notes: [] } };
  }
  const read = await readSource(given, connection, facts.now, tools);
  if (!read.ok) return read;
  const { source } = read;
  const newIdp = source.entityId !== connection.entityId;
  const { add, remove, notes } = mergeCertificates(connection, source.certificates, newIdp, facts.now);
  const fingerprints = [...connection.certificates.filter(({ id }) => !remove.includes(id)), ...add].map(
    ({ fingerprint }) => fingerprint,
  );
  const field =
    given.metadataFile.length > 0 ? 'metadataFile' : given.metadataUrl ? 'metadataUrl' : 'certificate';
  if (fingerprints.length > MOST_CERTIFICATES) {
    const words = `Together with the current ones that would be ${fingerprints.length} certificates, and a connection holds ${MOST_CERTIFICATES}. Take old ones away by Renew certificate first.`;
    return { ok: false, errors: { [field]: words } };
  }
  const { entityId, ssoUrl, ssoBinding } = source;
  const idp: ConnectionChange = {
    id: connection.id,
    entityId,
    ssoUrl,
    ssoBinding,
    // A file, or what was entered by hand, says nothing of where the same identity provider publishes its metadata.
    metadataUrl: source.metadataUrl ?? (newIdp ? null : connection.metadataUrl),
    configHash: configHash({ entityId, ssoUrl, ssoBinding, fingerprints }),
  };
  const same = idp.configHash === connection.configHash && idp.metadataUrl === connection.metadataUrl;
  if (same && !base.name && !base.provider) {
    const words = 'This is what the connection has already: nothing was changed.';
    return { ok: false, errors: { [field]: words } };
  }
  return {
    ok: true,
    ready: {
      change: { ...base, ...idp },
      name,
      add: add.map((one) => newCertificate(one, tools.newId())),
      remove,
      newIdp: newIdp ? { from: connection.entityId, to: entityId } : null,
      notes: [...source.notes, ...notes],
    },
  };
}

/** The fields that say something else than the connection has now. */
function newlyGiven(connection: ConnectionFact, input: ConnectionInput): Given {
  const { metadataFile, metadataUrl, entityId, ssoUrl, certificate } = input;
  return {
    metadataFile,
    metadataUrl,
    entityId: entityId === connection.entityId ? '' : entityId,
    ssoUrl: ssoUrl === connection.ssoUrl ? '' : ssoUrl,
    certificate,
  };
}

/**
 * Which certificates come and go. Of the same identity provider the current ones stay beside the new, so that no
 * sign-in breaks, the expired aside; of another one they go.
 */
function mergeCertificates(
  connection: ConnectionFact,
  given: CertificateFacts[],
  newIdp: boolean,
  now: Date,
): { add: CertificateFacts[]; remove: string[]; notes: string[] } {
  const current = connection.certificates;
  const add = given.filter((one) => !current.some(({ fingerprint }) => fingerprint === one.fingerprint));
  if (given.length === 0) return { add, remove: [], notes: [] };
  const unnamed = current.filter((one) => !given.some(({ fingerprint }) => fingerprint === one.fingerprint));
  const gone = unnamed.filter((one) => newIdp || one.validUntil <= now);
  const staying = unnamed.length - gone.length;
  return {
    add,
    remove: gone.map(({ id }) => id),
    notes:
      staying > 0
        ? [
            `${counted(staying, 'current certificate')} not named anew ${staying === 1 ? 'stays' : 'stay'} accepted beside; Renew certificate takes old ones away.`,
          ]
        : [],
  };
}
