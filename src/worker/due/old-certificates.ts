import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { step } from '../../operations/common/steps.ts';
import { beginningOf } from '../../operations/connections/certificates.ts';
import type { Document } from '../../words/document.ts';
import { say } from '../../words/document.ts';
import { doOnce } from './once.ts';

interface Replaced {
  id: string;
  fingerprint: string;
  subject: string;
  validUntil: Date;
  connectionId: string;
  connection: string;
  teamId: string;
  workspaceId: string;
  successor: string;
  seenAt: Date;
}

/** Where it is kept that a team was offered the removal of a certificate. */
export const REPLACED_KEY = 'certificate-replaced:';

/**
 * Offers a team, once, to remove a certificate that stayed beside a newer one: when a sign-in with the newer one was
 * seen, and none with the old one since.
 */
export async function offerRemoval(db: Database, now: Date, most: number): Promise<number> {
  const replaced = await db.query<Replaced>(sql`
    select distinct on (k.id) k.id, k.fingerprint, k.subject, k.valid_until as "validUntil", c.id as "connectionId",
      c.name as connection, c.team_id as "teamId", t.workspace_id as "workspaceId", n.fingerprint as successor,
      n.last_used_at as "seenAt"
    from certificates n
    join certificates k on k.connection_id = n.connection_id and k.added_at < n.added_at
      and (k.last_used_at is null or k.last_used_at < n.last_used_at)
    join connections c on c.id = k.connection_id join teams t on t.id = c.team_id
    where n.last_used_at is not null and n.valid_until > ${now}::timestamptz
      and not exists (select from installation i where i.key = ${REPLACED_KEY}::text || k.id)
    order by k.id, n.last_used_at desc limit ${most}`);
  for (const certificate of replaced) {
    const { id, teamId, workspaceId } = certificate;
    await doOnce(db, {
      workspaceId,
      now,
      claim: sql`
        insert into installation (key, value) values (${REPLACED_KEY + id}::text, ${now.toISOString()}::text)
        on conflict do nothing returning key`,
      tell: [{ type: 'tell.channel', teamId, document: offer(certificate) }],
    });
  }
  return replaced.length;
}

function offer(certificate: Replaced): Document {
  const { id, connection, connectionId, successor, seenAt, subject, fingerprint, validUntil } = certificate;
  const { text, parts } = say([
    { bold: connection },
    ': its identity provider signs with the new certificate ',
    { code: beginningOf(successor) },
    ', seen ',
    { time: seenAt },
    '. The old one can be removed, so that it opens nothing any more.',
  ]);
  return {
    text,
    parts: [
      ...parts,
      {
        type: 'fields',
        rows: [
          ['Old certificate', subject || '–'],
          ['SHA-256 fingerprint', [{ code: beginningOf(fingerprint) }, ' …']],
          ['Expires', { time: validUntil }],
        ],
      },
      {
        type: 'steps',
        steps: [
          step.open('certificate.remove', { connection: connectionId, certificate: id }),
          step.show('status', { connection: connectionId }),
        ],
      },
    ],
  };
}
