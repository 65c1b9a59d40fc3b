import { type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import { say } from '../../words/document.ts';
import type { AuditEntry } from '../effects/write.ts';
import { type OutboxRow, outboxRow } from '../outbox.ts';
import type { Doubt, DoubtReason } from './sso-decision.ts';
import type { SsoDomain } from './sso-facts.ts';
import type { SsoWrite } from './sso-write.ts';

/** A sign-in that waits for an admin to say whose account is meant. */
export interface DoubtfulSignIn {
  connectionId: string;
  connectionName: string;
  subject: string;
  reason: DoubtReason;
  email: string;
  firstName: string;
  lastName: string;
  /** The account that has the address. */
  userId: number;
  times: number;
  lastAt: Date;
}

/** So many are shown; the newest come first. */
const SHOWN = 10;

/** @returns the part of a sign-in's statement that lists it, or counts it once more */
export function doubtCte({ connection, identity, now }: SsoWrite, domain: SsoDomain, doubt: Doubt): SQL {
  return sql`doubted as (
    insert into doubtful_sign_ins (connection_id, subject, name_id, domain_id, user_id, reason, email, first_name, last_name,
      first_at, last_at)
    select ${connection.id}::text, ${identity.objectGuid}::text, ${identity.nameId}::text, ${domain.id}::text,
      ${doubt.userId}::bigint, ${doubt.reason}::text, ${identity.emailKey}::text, ${identity.firstName}::text,
      ${identity.lastName}::text, ${now}::timestamptz, ${now}::timestamptz
    from first
    on conflict (connection_id, subject) do update set name_id = excluded.name_id, domain_id = excluded.domain_id,
      user_id = excluded.user_id, reason = excluded.reason, email = excluded.email, first_name = excluded.first_name,
      last_name = excluded.last_name, last_at = excluded.last_at, times = doubtful_sign_ins.times + 1)`;
}

/** @returns the direct messages to the team's admins */
export function doubtTellings({ connection, identity, decision }: SsoWrite, domain: SsoDomain): OutboxRow[] {
  const came =
    decision.type === 'signIn' ? 'They are signed in, with their old address.' : 'They were refused.';
  const what =
    decision.type === 'signIn'
      ? ', which is the address of another account'
      : ', whose account belongs to somebody else at that identity provider';
  const document = say(
    [
      `Somebody signed in at ${connection.name} as `,
      { bold: identity.emailKey },
      `${what}. ${came} Look whose account it is.`,
    ],
    [{ label: 'Users', go: 'show', kind: 'users', args: { domain: domain.id } }],
  );
  return domain.admins.map(({ slackId }) =>
    outboxRow({ type: 'tell.person', teamId: domain.teamId, slackId, document }, domain.workspaceId),
  );
}

/** @returns the entry that is made when somebody is listed */
export function doubtAudit({ connection, identity, decision }: SsoWrite, domain: SsoDomain): AuditEntry {
  return {
    teamId: domain.teamId,
    actor: 'Drawbridge',
    kind: 'user.doubt',
    outcome: decision.type === 'signIn' ? 'Signed in' : 'Refused',
    subjectName: identity.emailKey,
    detail: {
      act: `List a doubtful sign-in of ${identity.emailKey} at ${connection.name}`,
      domain: domain.name,
      subject: identity.objectGuid,
    },
  };
}

/**
 * @param db where from
 * @param domainId the domain whose addresses were sent
 * @returns the newest of those that wait for an admin
 */
export async function listDoubts(db: Queryable, domainId: string): Promise<DoubtfulSignIn[]> {
  return db.query<DoubtfulSignIn>(sql`
    select x.connection_id as "connectionId", c.name as "connectionName", x.subject, x.reason, x.email,
      x.first_name as "firstName", x.last_name as "lastName", x.user_id as "userId", x.times, x.last_at as "lastAt"
    from doubtful_sign_ins x join connections c on c.id = x.connection_id
    where x.domain_id = ${domainId}::text order by x.last_at desc, x.subject limit ${SHOWN}`);
}
