import { z } from 'zod';
import { type CertificateFacts, problemsOf, readCertificates, usable } from '../identity/certificates.ts';
import { configHash } from '../identity/config-hash.ts';
import type { NewCertificate } from '../service/effects/effect.ts';
import type { CertificateFact, ConnectionFact, Facts } from '../service/facts/facts.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { counted } from './common/counted.ts';
import { teamOf } from './common/lookup.ts';
import { step } from './common/steps.ts';
import {
  MOST_CERTIFICATES,
  newCertificate,
  stillUsable,
  withoutIssuers,
} from './connections/certificates.ts';
import { connectionOperation } from './connections/connection-operation.ts';
import { connectionImpact, testWords } from './connections/impact.ts';
import { files, pastedText } from './connections/input.ts';
import { theConnection } from './connections/subject.ts';
import type { Prepared, Refusal, Tools } from './operation.ts';

const renewInput = z.object({
  certificateFile: files,
  certificate: pastedText,
  keep: z
    .boolean()
    .nullish()
    .transform((keep) => keep ?? false),
});
type RenewInput = z.infer<typeof renewInput>;

/** Which certificates come and go: plain JSON. */
export interface Renewal {
  add: NewCertificate[];
  remove: string[];
  configHash: string;
  notes: string[];
}

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
  prepare,
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

async function prepare(
  connection: ConnectionFact,
  input: RenewInput,
  facts: Facts,
  tools: Tools,
): Promise<Prepared<Renewal>> {
  const [file] = input.certificateFile;
  const pasted = input.certificate.trim();
  if (file && pasted) return under('certificate', 'Give either the file or the text, not both.');
  if (!file && !pasted) return under('certificateFile', 'Give the new certificate, as a file or as text.');
  const field = file ? 'certificateFile' : 'certificate';
  const read = readCertificates(file ? file.bytes : input.certificate);
  if (!read.ok) {
    const inSlack =
      file && read.code === 'private-key' ? ' The file is still in Slack: delete it there too.' : '';
    return under(field, `${read.message}${inSlack}`);
  }
  const { signing, leftOut } = withoutIssuers(read.certificates);
  const known = new Set(connection.certificates.map(({ fingerprint }) => fingerprint));
  const added = signing.filter(({ fingerprint }) => !known.has(fingerprint));
  const given = new Set(signing.map(({ fingerprint }) => fingerprint));
  const removed = input.keep ? [] : connection.certificates.filter((one) => !given.has(one.fingerprint));
  if (added.length === 0 && removed.length === 0)
    return under(field, `${connection.name} has this certificate already: nothing was changed.`);
  const staying = connection.certificates.filter((one) => !removed.includes(one));
  const unfit = onlyOnesUnfit(staying, added, facts.now);
  if (unfit) return under(field, unfit);
  if (staying.length + added.length > MOST_CERTIFICATES)
    return under(field, tooManyWords(staying, added.length));
  const { entityId, ssoUrl, ssoBinding } = connection;
  const fingerprints = [...staying, ...added].map(({ fingerprint }) => fingerprint);
  return {
    ok: true,
    ready: {
      add: added.map((one) => newCertificate(one, tools.newId())),
      remove: removed.map(({ id }) => id),
      configHash: configHash({ entityId, ssoUrl, ssoBinding, fingerprints }),
      notes: [
        ...added.flatMap((one) => problemsOf(one, facts.now).map(({ words }) => words)),
        ...(leftOut > 0
          ? [`${counted(leftOut, 'issuing certificate')} in it left out: it signs no sign-ins.`]
          : []),
      ],
    },
  };
}

/** A new certificate that cannot be used may wait beside a usable one, but not be the only one. */
function onlyOnesUnfit(staying: CertificateFact[], added: CertificateFacts[], now: Date): string | null {
  if (staying.some((one) => stillUsable(one, now)) || added.some((one) => usable(one, now))) return null;
  const problem = added.flatMap((one) => problemsOf(one, now)).find(({ blocking }) => blocking);
  return problem?.words ?? 'No usable certificate would be left. Keep the current one, or give a newer one.';
}

function under(field: string, words: string): { ok: false; errors: Record<string, string> } {
  return { ok: false, errors: { [field]: words } };
}

function left(facts: Facts, { remove }: Renewal): CertificateFact[] {
  return theConnection(facts).certificates.filter(({ id }) => !remove.includes(id));
}

function tooManyWords(staying: readonly unknown[], added: number): string {
  return `That would be ${staying.length + added} certificates, and a connection holds ${MOST_CERTIFICATES}. Upload again without keeping the current ones.`;
}

function notTooMany(facts: Facts, renewal: Renewal): Refusal | null {
  const staying = left(facts, renewal);
  if (staying.length + renewal.add.length <= MOST_CERTIFICATES) return null;
  return { code: 'too-many-certificates', text: tooManyWords(staying, renewal.add.length) };
}

/** Time passes until it is approved: what was usable may have expired meanwhile. */
function someUsable(facts: Facts, renewal: Renewal): Refusal | null {
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
