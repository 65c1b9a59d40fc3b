import { PRESETS } from '../identity/presets.ts';
import type { ConnectionFact, Facts } from '../service/facts/facts.ts';
import { announce } from './common/announce.ts';
import { counted } from './common/counted.ts';
import { teamOf } from './common/lookup.ts';
import { step } from './common/steps.ts';
import { connectionOperation } from './connections/connection-operation.ts';
import { type ConnectionEdit, planEdit } from './connections/edit-plan.ts';
import { connectionImpact, testWords } from './connections/impact.ts';
import { type ConnectionInput, connectionInput, sourceFields } from './connections/input.ts';
import { holderOf, takenWords } from './connections/name.ts';
import { metadataHint } from './connections/provider.ts';
import { connectionSteps } from './connections/steps.ts';
import { theConnection } from './connections/subject.ts';
import type { Refusal } from './operation.ts';
import { someUsable } from './renew-certificate.ts';

/** Renames a connection, or changes what is known of its identity provider, which has to be approved. */
export const editConnection = connectionOperation<ConnectionInput, ConnectionEdit>({
  kind: 'connection.edit',
  command: { verb: 'edit', args: '<connection>', summary: 'Change a connection’s name or IdP metadata' },
  title: 'Edit connection',
  approvalLabel: 'Edit IdP metadata',
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
      redraws: true,
      optional: true,
      options: () => PRESETS.map(({ id, name }) => ({ value: id, label: name })),
      initial: (facts) => facts.connection?.provider,
    },
    ...sourceFields,
  ],
  intro: ({ connection }, chosen = {}) =>
    connection && {
      text: `Edit ${connection.name}`,
      parts: [
        {
          type: 'note',
          words:
            'A new name is saved at once. New IdP metadata has to be approved, and the connection tested again.',
        },
        { type: 'note', words: metadataHint(chosen.provider ?? connection.provider) },
        {
          type: 'steps',
          steps: [
            step.open('connection.renew', { connection: connection.id }),
            ...connectionSteps(connection.id),
          ],
        },
      ],
    },
  looksAt: ['connections'],
  input: connectionInput,
  prepare: planEdit,
  requires: [nameFree, keepsUsable],
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

function nameFree(facts: Facts, { name }: ConnectionEdit): Refusal | null {
  const connection = theConnection(facts);
  const holder = holderOf(facts.connections, name, connection.id);
  if (!holder) return null;
  const steps = [step.open('connection.edit', { connection: connection.id })];
  return { code: 'name-taken', text: takenWords(holder.name), steps };
}

/** An edit that takes no certificate away may pass, whatever has expired. */
function keepsUsable(facts: Facts, edit: ConnectionEdit): Refusal | null {
  return edit.remove.length === 0 ? null : someUsable(facts, edit);
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
