import { type SQL, sql } from 'drizzle-orm';
import { say } from '../../words/document.ts';
import type { AuditEntry } from '../effects/write.ts';
import { type OutboxRow, outboxRow } from '../outbox.ts';
import type { Doubt, DoubtReason } from './sso-decision.ts';
import type { SsoDomain } from './sso-facts.ts';
import type { SsoWrite } from './sso-write.ts';

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

const WHAT: Record<DoubtReason, string> = {
  'new-address-taken': ', which is the address of another account',
  'address-of-another': ', whose account belongs to somebody else at that identity provider',
  'subject-of-another':
    ', with the objectGUID of somebody whose name, address and name ID are all different: everybody needs an objectGUID of their own',
};

/** @returns the direct messages to the team's admins */
export function doubtTellings({ connection, identity, decision }: SsoWrite, domain: SsoDomain): OutboxRow[] {
  const came =
    decision.type === 'signIn' ? 'They are signed in, with their old address.' : 'They were refused.';
  const doubt = 'doubt' in decision ? decision.doubt : null;
  const document = say(
    [
      `Somebody signed in at ${connection.name} as `,
      { bold: identity.emailKey },
      `${doubt ? WHAT[doubt.reason] : ''}. ${came} Look whose account it is.`,
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
