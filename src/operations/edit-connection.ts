import type { CertificateFacts } from '../identity/certificates.ts';
import { configHash } from '../identity/config-hash.ts';
import { PRESETS } from '../identity/presets.ts';
import type { ConnectionChange, NewCertificate } from '../service/effects/effect.ts';
import type { ConnectionFact, Facts } from '../service/facts/facts.ts';
import { announce } from './common/announce.ts';
import { counted } from './common/counted.ts';
import { teamOf } from './common/lookup.ts';
import { step } from './common/steps.ts';
import { connectionSteps, providerOf, takenWords } from './connect.ts';
import { MOST_CERTIFICATES, newCertificate } from './connections/certificates.ts';
import { connectionOperation } from './connections/connection-operation.ts';
import { connectionImpact, testWords } from './connections/impact.ts';
import { type ConnectionInput, connectionInput, sourceFields } from './connections/input.ts';
import { holderOf } from './connections/name.ts';
import { type Given, readSource } from './connections/source.ts';
import { theConnection } from './connections/subject.ts';
import type { Prepared, Refusal, Tools } from './operation.ts';

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

/** Renames a connection, or changes what is known of its identity provider, which has to be approved. */
export const editConnection = connectionOperation<ConnectionInput, ConnectionEdit>({
  kind: 'connection.edit',
  command: { verb: 'edit', args: '<connection>', summary: 'Change a connection’s name or IdP metadata' },
  title: 'Edit connection',
  submit: 'Save changes',
  fields: [
    {
      name: 'name',
      label: 'Connection name',
      type: 'text',
      max: 60,
      optional: true,
      initial: (facts) => facts.connection?.name,
    },
    {
      name: 'provider',
      label: 'Identity provider',
      type: 'choice',
      optional: true,
      options: () => PRESETS.map(({ id, name }) => ({ value: id, label: name })),
      initial: (facts) => facts.connection?.provider,
    },
    ...sourceFields,
  ],
  intro: ({ connection }) =>
    connection && {
      text: `Edit ${connection.name}`,
      parts: [
        {
          type: 'note',
          words:
            'A new name is saved at once. New IdP metadata has to be approved, and the connection tested again.',
        },
        {
          type: 'steps',
          steps: [
            step.open('connection.renew', { connection: connection.id }),
            ...connectionSteps(connection.id),
          ],
        },
      ],
    },
  input: connectionInput,
  prepare,
  requires: [nameFree],
  impact: (connection, ready) =>
    changesIdp(connection, ready)
      ? connectionImpact(connection, effectLines(ready))
      : { people: 0, teams: [], lines: ['Nobody signs in differently.'] },
  approval: (facts, ready) => (changesIdp(theConnection(facts), ready) ? 1 : null),
  boundTo: (facts) => {
    const { entityId, configHash: hash, metadataUrl } = theConnection(facts);
    return { entityId, configHash: hash, metadataUrl };
  },
  checks: (facts, ready) => [
    ready.newIdp
      ? `The entity ID changes from ${ready.newIdp.from} to ${ready.newIdp.to}: this is another identity provider.`
      : 'The entity ID stays: it is the same identity provider.',
    testWords(theConnection(facts)),
    ...ready.notes,
  ],
  act: (facts, ready) =>
    changesIdp(theConnection(facts), ready)
      ? `Change the IdP metadata of ${theConnection(facts).name}`
      : `Change the name of ${theConnection(facts).name} to ${ready.name}`,
  effects: (facts, ready, context) => {
    const connection = theConnection(facts);
    const teamId = teamOf(facts).id;
    const renamed = ready.name !== connection.name;
    return [
      { type: 'connections.change', change: ready.change },
      ...(ready.remove.length > 0
        ? [{ type: 'certificates.remove', connectionId: connection.id, ids: ready.remove } as const]
        : []),
      ...(ready.add.length > 0
        ? [
            {
              type: 'certificates.add',
              connectionId: connection.id,
              teamId,
              certificates: ready.add,
            } as const,
          ]
        : []),
      ...announce(
        context,
        teamId,
        renamed
          ? ['renamed the connection ', connection.name, ' to ', ready.name]
          : ['changed the connection ', connection.name],
      ),
    ];
  },
  done: (facts, ready) => ({
    text: `${ready.name} was changed.`,
    parts: [
      { type: 'text', words: [{ bold: ready.name }, ' was changed.'] },
      ...(changesIdp(theConnection(facts), ready)
        ? [{ type: 'note', words: 'Its last test sign-in does not count any more: test it again.' } as const]
        : []),
      { type: 'steps', steps: connectionSteps(theConnection(facts).id) },
    ],
  }),
});

async function prepare(
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

function nameFree(facts: Facts, { name }: ConnectionEdit): Refusal | null {
  const connection = theConnection(facts);
  const holder = holderOf(facts.connections, name, connection.id);
  if (!holder) return null;
  const steps = [step.open('connection.edit', { connection: connection.id })];
  return { code: 'name-taken', text: takenWords(holder.name), steps };
}

/** Whether anything changes that a sign-in, or the next reading of the metadata, rests on. */
function changesIdp(connection: ConnectionFact, { change }: ConnectionEdit): boolean {
  const hash = change.configHash !== undefined && change.configHash !== connection.configHash;
  return hash || (change.metadataUrl !== undefined && change.metadataUrl !== connection.metadataUrl);
}

function effectLines({ newIdp, add, remove, change }: ConnectionEdit): string[] {
  return [
    ...(newIdp
      ? ['Sign-ins go to another identity provider from then on; who is not known there cannot sign in.']
      : []),
    ...(add.length > 0 ? [`${counted(add.length, 'certificate')} added.`] : []),
    ...(remove.length > 0 ? [`${counted(remove.length, 'certificate')} taken away.`] : []),
    ...(change.name ? [`It is renamed to ${change.name}.`] : []),
    'The last test sign-in does not count any more: turning on needs a new one.',
  ];
}
