import type { NewCertificate } from '../service/effects/effect.ts';
import type { CertificateFact, Facts } from '../service/facts/facts.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { counted } from './common/counted.ts';
import { teamOf } from './common/lookup.ts';
import { step } from './common/steps.ts';
import { MOST_CERTIFICATES, stillUsable } from './connections/certificates.ts';
import { connectionOperation } from './connections/connection-operation.ts';
import { connectionImpact, testWords } from './connections/impact.ts';
import {
  planRenewal,
  type Renewal,
  type RenewInput,
  renewInput,
  tooManyWords,
} from './connections/renewal.ts';
import { theConnection } from './connections/subject.ts';
import type { Refusal } from './operation.ts';

/** Gives a connection the new certificate of its identity provider, beside the current one or in its place. */
export const renewCertificate = connectionOperation<RenewInput, Renewal>({
  kind: 'connection.renew',
  command: { verb: 'renew', args: '<connection>', summary: 'Renew the certificate of the identity provider' },
  title: 'Renew certificate',
  submit: 'Upload',
  fields: [
    {
      name: 'certificateFile',
      label: 'Certificate file',
      hint: 'The new signing certificate alone, as your identity provider offers it for download. Never a private key.',
      optional: true,
      type: 'files',
      extensions: ['pem', 'cer', 'crt', 'cert', 'der', 'txt'],
      most: 1,
    },
    {
      name: 'certificate',
      label: 'Certificate',
      hint: 'Or the same as text, from -----BEGIN CERTIFICATE----- on.',
      optional: true,
      type: 'text',
      lines: 'many',
      // What Slack takes in one input.
      max: 3000,
    },
    {
      name: 'keep',
      label: 'Keep the current certificate',
      type: 'check',
      text: 'Accept it beside the new one, so that no sign-in breaks meanwhile',
      optional: true,
      initial: () => true,
    },
  ],
  intro: ({ connection, now }) =>
    connection && {
      text: `Certificates of ${connection.name}`,
      parts: [
        {
          type: 'list',
          items: connection.certificates.map((one) => ({
            words: `${one.subject} · until ${one.validUntil.toISOString().slice(0, 10)}${stillUsable(one, now) ? '' : ' · not usable'}`,
          })),
        },
      ],
    },
  input: renewInput,
  prepare: planRenewal,
  requires: [notTooMany, someUsable],
  impact: (connection, { add, remove }) => connectionImpact(connection, renewalLines(add, remove)),
  approval: 1,
  boundTo: (facts) => ({ configHash: theConnection(facts).configHash }),
  checks: (facts, { add, notes }) => [
    ...add.map(certificateWords),
    ...notes,
    testWords(theConnection(facts)),
  ],
  act: (facts) => `Renew the certificate of ${theConnection(facts).name}`,
  effects: (facts, { add, remove, configHash: hash }, context) => {
    const { id: connectionId, name } = theConnection(facts);
    const teamId = teamOf(facts).id;
    return [
      { type: 'connections.change', change: { id: connectionId, configHash: hash } },
      ...(remove.length > 0 ? [{ type: 'certificates.remove', connectionId, ids: remove } as const] : []),
      ...(add.length > 0
        ? [{ type: 'certificates.add', connectionId, teamId, certificates: add } as const]
        : []),
      ...announce(context, teamId, ['renewed the certificate of ', name]),
    ];
  },
  done: (facts, { add, remove, notes }) => {
    const { id, name } = theConnection(facts);
    const words = `The certificate of ${name} was renewed. ${renewalLines(add, remove).join(' ')}`;
    const document = say(words, [step.do('connection.test', { connection: id })]);
    return {
      ...document,
      parts: [...notes.map((note) => ({ type: 'note', words: note }) as const), ...document.parts],
    };
  },
});

function left(facts: Facts, { remove }: Pick<Renewal, 'remove'>): CertificateFact[] {
  return theConnection(facts).certificates.filter(({ id }) => !remove.includes(id));
}

function notTooMany(facts: Facts, renewal: Renewal): Refusal | null {
  const staying = left(facts, renewal);
  if (staying.length + renewal.add.length <= MOST_CERTIFICATES) return null;
  return { code: 'too-many-certificates', text: tooManyWords(staying, renewal.add.length) };
}

/**
 * Time passes until it is approved: what was usable may have expired meanwhile.
 * @param facts the connection as it is, and the present moment
 * @param renewal which certificates come and go
 * @returns the refusal when no usable one would be left
 */
export function someUsable(facts: Facts, renewal: Pick<Renewal, 'add' | 'remove'>): Refusal | null {
  const connection = theConnection(facts);
  if ([...left(facts, renewal), ...renewal.add].some((one) => stillUsable(one, facts.now))) return null;
  const why = connection.ssoOn.domains > 0 ? ' while SSO is on, so that nobody is locked out' : '';
  return {
    code: 'no-usable-certificate',
    text: `${connection.name} must keep a usable certificate${why}: upload one that is valid now.`,
    steps: [step.open('connection.renew', { connection: connection.id })],
  };
}

function renewalLines(add: readonly unknown[], remove: readonly unknown[]): string[] {
  return [
    ...(add.length > 0 ? [`${counted(add.length, 'certificate')} added.`] : []),
    remove.length > 0
      ? `${counted(remove.length, 'certificate')} taken away: what it signed is refused from then on.`
      : 'The current certificate stays accepted.',
    'The last test sign-in does not count any more: turning on needs a new one.',
  ];
}

function certificateWords({ subject, fingerprint, validFrom, validUntil }: NewCertificate): string {
  return `New: ${subject}, valid ${validFrom.slice(0, 10)} to ${validUntil.slice(0, 10)}, SHA-256 ${fingerprint}`;
}
