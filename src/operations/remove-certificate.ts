import { z } from 'zod';
import { configHash } from '../identity/config-hash.ts';
import type { CertificateFact, ConnectionFact, Facts } from '../service/facts/facts.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { id } from './common/inputs.ts';
import { teamOf } from './common/lookup.ts';
import { step } from './common/steps.ts';
import { beginningOf, stillUsable } from './connections/certificates.ts';
import { connectionOperation } from './connections/connection-operation.ts';
import { connectionImpact, testWords } from './connections/impact.ts';
import { theConnection } from './connections/subject.ts';
import type { Refusal } from './operation.ts';

const removeInput = z.object({ certificate: id });

/** The certificate that goes, and the configuration that is left: plain JSON. */
export interface Removal {
  certificate: string;
  fingerprint: string;
  configHash: string;
}

const STALE = 'The last test sign-in does not count any more: turning on needs a new one.';

/** Takes an old certificate of the identity provider away, once another one does its work. */
export const removeCertificate = connectionOperation<z.infer<typeof removeInput>, Removal>({
  kind: 'certificate.remove',
  // By button alone: after a renewal was seen to work, and beside each certificate in the status.
  command: null,
  title: 'Remove certificate',
  submit: 'Remove certificate',
  fields: [
    {
      name: 'certificate',
      label: 'Certificate',
      hint: 'What is signed with it is refused from then on.',
      type: 'choice',
      options: ({ connection, now }) =>
        removable(connection, now).map((one) => ({ value: one.id, label: optionLabel(one) })),
      initial: ({ connection, now }) => oldest(removable(connection, now))?.id,
    },
  ],
  input: removeInput,
  before: [anotherUsable],
  requires: [leavesAUsable],
  async prepare(connection, { certificate }) {
    const going = connection.certificates.find((one) => one.id === certificate);
    if (!going)
      return {
        ok: false,
        errors: { certificate: 'This certificate is no longer there. Choose another, or close this.' },
      };
    const { entityId, ssoUrl, ssoBinding } = connection;
    const fingerprints = connection.certificates
      .filter((one) => one !== going)
      .map(({ fingerprint }) => fingerprint);
    return {
      ok: true,
      ready: {
        certificate,
        fingerprint: going.fingerprint,
        configHash: configHash({ entityId, ssoUrl, ssoBinding, fingerprints }),
      },
    };
  },
  impact: (connection) =>
    connectionImpact(connection, ['What is signed with this certificate is refused from then on.', STALE]),
  approval: 1,
  boundTo: (facts) => ({ configHash: theConnection(facts).configHash }),
  checks: (facts, ready) => {
    const connection = theConnection(facts);
    const going = connection.certificates.find((one) => one.id === ready.certificate);
    return [
      ...(going ? [`Goes: ${lifeWords(going)}`] : []),
      ...left(connection, ready.certificate).map((one) => `Stays: ${lifeWords(one)}`),
      testWords(connection),
    ];
  },
  act: (facts, { fingerprint }) =>
    `Remove the certificate ${beginningOf(fingerprint)} of ${theConnection(facts).name}`,
  effects: (facts, ready, context) => {
    const { id: connectionId, name } = theConnection(facts);
    return [
      { type: 'connections.change', change: { id: connectionId, configHash: ready.configHash } },
      { type: 'certificates.remove', connectionId, ids: [ready.certificate] },
      ...announce(context, teamOf(facts).id, ['removed an old certificate of ', name]),
    ];
  },
  done: (facts) => {
    const { id: connectionId, name } = theConnection(facts);
    return say(`The certificate of ${name} was removed. ${STALE}`, [
      step.do('connection.test', { connection: connectionId }),
      step.show('status', { connection: connectionId }),
    ]);
  },
});

/**
 * @param connection a connection
 * @param now the moment to judge at
 * @returns its certificates that can go, because a usable one is left
 */
export function removable(connection: ConnectionFact | null, now: Date): CertificateFact[] {
  const all = connection?.certificates ?? [];
  return all.filter((going) => all.some((one) => one !== going && stillUsable(one, now)));
}

function oldest(certificates: CertificateFact[]): CertificateFact | undefined {
  return [...certificates].sort((a, b) => a.validUntil.getTime() - b.validUntil.getTime())[0];
}

function left(connection: ConnectionFact, going: string): CertificateFact[] {
  return connection.certificates.filter((one) => one.id !== going);
}

function anotherUsable(facts: Facts): Refusal | null {
  const { connection } = facts;
  if (!connection || removable(connection, facts.now).length > 0) return null;
  return lastOne(connection);
}

/** Time passes until it is approved: what was to stay may have expired meanwhile. */
function leavesAUsable(facts: Facts, { certificate }: Removal): Refusal | null {
  const connection = theConnection(facts);
  return left(connection, certificate).some((one) => stillUsable(one, facts.now))
    ? null
    : lastOne(connection);
}

function lastOne({ id: connection, name }: ConnectionFact): Refusal {
  return {
    code: 'no-usable-certificate',
    text: `${name} must keep a usable certificate: upload the new one first.`,
    steps: [step.open('connection.renew', { connection })],
  };
}

/** Short enough for an option: what tells it apart goes first. */
function optionLabel({ fingerprint, validUntil, lastUsedAt }: CertificateFact): string {
  const used = lastUsedAt ? `last used ${day(lastUsedAt)}` : 'never used';
  return `${beginningOf(fingerprint)} · until ${day(validUntil)} · ${used}`;
}

function lifeWords({ subject, fingerprint, validUntil, lastUsedAt }: CertificateFact): string {
  const used = lastUsedAt ? `last used ${day(lastUsedAt)}` : 'never used';
  return `${subject}, valid until ${day(validUntil)}, ${used}, SHA-256 ${fingerprint}`;
}

function day(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
