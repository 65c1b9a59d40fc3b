import { configHash } from '../identity/config-hash.ts';
import { PRESETS } from '../identity/presets.ts';
import type { NewCertificate } from '../service/effects/effect.ts';
import type { Facts } from '../service/facts/facts.ts';
import type { Document } from '../words/document.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { teamOf } from './common/lookup.ts';
import { step } from './common/steps.ts';
import { newCertificate } from './connections/certificates.ts';
import { type ConnectionInput, connectionInput, sourceFields } from './connections/input.ts';
import { holderOf, takenWords } from './connections/name.ts';
import { metadataHint, providerOf, providerSteps } from './connections/provider.ts';
import { readSource } from './connections/source.ts';
import { connectionSteps } from './connections/steps.ts';
import { teamArgs } from './connections/subject.ts';
import { operation, type Refusal } from './operation.ts';
import { ourAddresses } from './our-metadata.ts';

/** How many connections a team has at most (contract). */
const MOST = 25;

/** What a new connection will be: plain JSON. */
export interface NewIdp {
  id: string;
  name: string;
  provider: string;
  entityId: string;
  ssoUrl: string;
  ssoBinding: 'redirect' | 'post';
  metadataUrl: string | null;
  configHash: string;
  certificates: NewCertificate[];
  notes: string[];
}

/** Adds a connection to the team. Nobody has to approve it: nothing signs in through it until a domain is linked. */
export const connect = operation<ConnectionInput, NewIdp>({
  kind: 'connection.add',
  command: { verb: 'connect', args: '[name]', summary: 'Add a connection to your identity provider' },
  subject: 'text',
  right: 'admin',
  title: 'New connection',
  submit: 'Create',
  fields: [
    {
      name: 'name',
      label: 'Connection name',
      type: 'text',
      max: 60,
      initial: (facts) => facts.unknown?.words.slice(0, 60),
    },
    {
      name: 'provider',
      label: 'Identity provider',
      type: 'choice',
      redraws: true,
      options: () => PRESETS.map(({ id, name }) => ({ value: id, label: name })),
      initial: () => PRESETS.at(-1)?.id,
    },
    ...sourceFields,
  ],
  intro: (_facts, chosen = {}) => {
    const document = say(
      'Tell us about your identity provider: by its metadata file, by its metadata URL, or by Entity ID, Sign-on URL and Certificate.',
    );
    document.parts.push({ type: 'note', words: metadataHint(chosen.provider) });
    return document;
  },
  looksAt: ['connections'],
  input: connectionInput,
  before: [roomForOne],
  requires: [roomForOne, nameFree],
  approval: null,
  async prepare(facts, input, tools) {
    if (!input.name) return { ok: false, errors: { name: 'Give the connection a name, like Okta.' } };
    const taken = holderOf(facts.connections, input.name);
    if (taken) return { ok: false, errors: { name: takenWords(taken.name) } };
    const read = await readSource(input, null, facts.now, tools);
    if (!read.ok) return read;
    const { certificates, notes, ...idp } = read.source;
    return {
      ok: true,
      ready: {
        ...idp,
        id: tools.newId(),
        name: input.name,
        provider: providerOf(input.provider),
        configHash: configHash({ ...idp, fingerprints: certificates.map((one) => one.fingerprint) }),
        certificates: certificates.map((one) => newCertificate(one, tools.newId())),
        notes,
      },
    };
  },
  act: (_facts, { name }) => `Create the connection ${name}`,
  about: (_facts, { id, name }) => ({ id, name }),
  effects: (facts, { certificates, notes: _, ...connection }, context) => {
    const teamId = teamOf(facts).id;
    return [
      { type: 'connections.add', connection: { ...connection, teamId } },
      { type: 'certificates.add', connectionId: connection.id, teamId, certificates },
      ...announce(context, teamId, ['created the connection ', connection.name]),
    ];
  },
  done: (facts, ready) => created(facts, ready),
});

function roomForOne(facts: Facts): Refusal | null {
  if (facts.connections.length < MOST) return null;
  return {
    code: 'too-many-connections',
    text: `The team has ${MOST} connections already, which is the most: delete one that is not used.`,
    steps: [step.show('overview', teamArgs(facts))],
  };
}

function nameFree(facts: Facts, { name }: { name: string }): Refusal | null {
  const holder = holderOf(facts.connections, name);
  if (!holder) return null;
  return {
    code: 'name-taken',
    text: takenWords(holder.name),
    steps: [step.open('connection.edit', { connection: holder.id })],
  };
}

function created({ installation }: Facts, { id, name, provider, notes }: NewIdp): Document {
  return {
    text: `The connection ${name} was created.`,
    parts: [
      { type: 'text', words: ['The connection ', { bold: name }, ' was created.'] },
      ...notes.map((words) => ({ type: 'note', words }) as const),
      {
        type: 'ticks',
        items: [
          { done: true, words: 'Read the metadata of your identity provider' },
          { done: false, words: 'Give our metadata to your identity provider' },
          { done: false, words: 'Test the sign-in' },
          { done: false, words: 'Link your verified domains' },
        ],
      },
      { type: 'steps', steps: connectionSteps(id) },
      ...providerSteps(provider, ourAddresses(installation.publicUrl, id)),
    ],
  };
}
