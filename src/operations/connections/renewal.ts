import { z } from 'zod';
import { type CertificateFacts, problemsOf, readCertificates, usable } from '../../identity/certificates.ts';
import { configHash } from '../../identity/config-hash.ts';
import type { NewCertificate } from '../../service/effects/effect.ts';
import type { CertificateFact, ConnectionFact, Facts } from '../../service/facts/facts.ts';
import { counted } from '../common/counted.ts';
import type { Prepared, Tools } from '../operation.ts';
import { MOST_CERTIFICATES, newCertificate, stillUsable, withoutIssuers } from './certificates.ts';
import { files, pastedText } from './input.ts';

/** What the modal gives. */
export const renewInput = z.object({
  certificateFile: files,
  certificate: pastedText,
  keep: z
    .boolean()
    .nullish()
    .transform((keep) => keep ?? false),
});
export type RenewInput = z.infer<typeof renewInput>;

/** Which certificates come and go: plain JSON. */
export interface Renewal {
  add: NewCertificate[];
  remove: string[];
  configHash: string;
  notes: string[];
}

/**
 * Works out which certificates come and go.
 * @param connection the connection as it is
 * @param input what the modal gives
 * @param facts the present moment
 * @param tools makes ids
 * @returns the renewal, or words for under the field
 */
export async function planRenewal(
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

/** @returns that a connection would hold too many */
export function tooManyWords(staying: readonly unknown[], added: number): string {
  return `That would be ${staying.length + added} certificates, and a connection holds ${MOST_CERTIFICATES}. Upload again without keeping the current ones.`;
}
