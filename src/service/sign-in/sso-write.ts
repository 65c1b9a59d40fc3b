import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import type { SignedIdentity } from '../../identity/saml.ts';
import { auditCtes } from '../audit.ts';
import { OUTBOX_CHANNEL } from '../effects/commit.ts';
import type { AuditEntry } from '../effects/write.ts';
import { outboxCtes } from '../outbox.ts';
import { doubtAudit, doubtCte, doubtTellings } from './doubts.ts';
import { type NewSession, sessionCtes } from './sessions.ts';
import type { SsoDecision } from './sso-decision.ts';
import type { SsoDomain, SsoFacts } from './sso-facts.ts';

/** A decided sign-in, to be written. */
export interface SsoWrite {
  connection: { id: string; name: string };
  /** The AuthnRequest that is answered. */
  requestId: string;
  identity: SignedIdentity;
  facts: SsoFacts;
  decision: SsoDecision;
  session: NewSession;
  now: Date;
}

type SignIn = Extract<SsoDecision, { type: 'signIn' }>;

/** The last sign-in with a certificate is told to the minute, so that many at once do not wait for its one row. */
const SEEN_SECONDS = 60;

/**
 * Writes a sign-in in one statement: the request is used up and the assertion noted, both for the first time or
 * nothing happens; then account, membership, identity and session, all of them or none.
 * @returns `done`; `used` when the response was used before; `stale` when what was read is no longer so and nothing
 *   happened
 * @throws ConstraintError when somebody else made the account or the identity at the same moment; nothing happened
 */
export async function writeSso(db: Database, write: SsoWrite): Promise<'done' | 'used' | 'stale'> {
  const { connection, identity, decision, facts, now } = write;
  const only = sql`exists (select from first)`;
  const doubt = 'doubt' in decision ? decision.doubt : null;
  const toTell = doubt && !facts.listed && 'domain' in decision ? doubtTellings(write, decision.domain) : [];
  const parts: SQL[] = [
    ...guard(write),
    sql`used as (
      update authn_requests set used_at = ${now}::timestamptz
      where id = ${write.requestId}::text and used_at is null and expires_at > ${now}::timestamptz
        and exists (select from guard) returning id)`,
    sql`noted as (
      insert into used_assertions (connection_id, assertion_id, expires_at)
      select ${connection.id}::text, ${identity.assertionId}::text, ${identity.notOnOrAfter}::timestamptz from used
      on conflict do nothing returning assertion_id)`,
    sql`first as materialized (select 1 from used, noted)`,
    sql`seen as (
      update certificates k set last_used_at = ${now}::timestamptz from first
      where k.connection_id = ${connection.id}::text and k.fingerprint = ${identity.certificateFingerprint}::text
        and (k.last_used_at is null or k.last_used_at < ${now}::timestamptz - make_interval(secs => ${SEEN_SECONDS})))`,
    ...(decision.type === 'signIn' ? signInCtes(write, decision) : []),
    ...(doubt && 'domain' in decision ? [doubtCte(write, decision.domain, doubt)] : []),
    ...auditCtes(entries(write, doubt !== null && !facts.listed), now, only),
    ...outboxCtes(toTell, now, only),
  ];
  const [row] = await db.query<{ fresh: boolean; done: boolean }>(sql`
    with recursive ${sql.join(parts, sql`, `)} select exists (select from guard) as fresh, ${only} as done`);
  if (!row?.fresh) return 'stale';
  if (row.done && toTell.length > 0) db.notify(OUTBOX_CHANNEL);
  return row.done ? 'done' : 'used';
}

/**
 * What was decided on still holds: the domain, the account by its address, whom the subject is bound to, and that the
 * connection has the certificate. An admin may hand the account on at this very moment, and then the session must not begin.
 */
function guard({ connection, identity, facts, decision }: SsoWrite): SQL[] {
  if (!('domain' in decision)) return [sql`guard as materialized (select 1)`];
  const { id, version } = decision.domain;
  const account = decision.type === 'signIn' ? decision.account : null;
  const held = account
    ? sql`exists (select from users u where u.id = ${account.id}::bigint and u.email = ${account.email}::text)`
    : sql`true`;
  const boundTo = decision.type === 'signIn' ? (facts.bySubject?.id ?? facts.lapsed) : null;
  const asBound = facts.bySubject ? sql`and i.name_id = ${facts.bySubject.nameId}::text` : sql``;
  const [bond, lock] =
    boundTo === null
      ? [sql``, sql``]
      : [
          sql`join identities i on i.connection_id = ${connection.id}::text and i.subject = ${identity.objectGuid}::text
        and i.user_id = ${boundTo}::bigint ${asBound}`,
          sql`for no key update of i`,
        ];
  return [
    sql`guard as materialized (
      select d.id from domains d ${bond}
      where d.id = ${id}::text and d.version = ${version}::int and ${held}
        and exists (select from certificates k where k.connection_id = ${connection.id}::text
          and k.fingerprint = ${identity.certificateFingerprint}::text)
      for share of d ${lock})`,
  ];
}

function signInCtes(write: SsoWrite, decision: SignIn): SQL[] {
  const { connection, identity, session, now } = write;
  const { domain, join } = decision;
  return [
    accountCte(write, decision),
    ...(join
      ? [
          sql`joined as (
      insert into memberships (team_id, user_id, domain, via_domain_id, created_at)
      select ${domain.teamId}::text, id, ${domain.name}::text, ${domain.id}::text, ${now}::timestamptz from account)`,
        ]
      : []),
    ...(decision.takeAddress && decision.account && decision.account.domain !== domain.name
      ? [movedCte(decision)]
      : []),
    ...(decision.takeAddress
      ? [
          // Whoever reads the old mailbox now must not be able to use what was sent there.
          sql`old_links as (
      update password_resets r set used_at = ${now}::timestamptz from account
      where r.user_id = account.id and r.used_at is null)`,
        ]
      : []),
    boundCte(write, domain),
    ...(decision.doubt
      ? []
      : [
          // Whoever shares an objectGUID with others settles nothing by signing in as themselves.
          sql`no_longer_doubtful as (
      delete from doubtful_sign_ins x using account
      where x.connection_id = ${connection.id}::text and x.subject = ${identity.objectGuid}::text
        and (x.reason <> 'subject-of-another' or x.email = ${identity.emailKey}::text))`,
        ]),
    ...sessionCtes(session, sql`account`, connection.id, now),
  ];
}

/** The account, made or refreshed with what the identity provider says now. */
function accountCte({ identity, now }: SsoWrite, { account, domain, takeAddress }: SignIn): SQL {
  const { firstName, lastName, emailKey } = identity;
  if (!account) {
    return sql`account as (
      insert into users (email, domain, first_name, last_name, created_at, signed_in_at)
      select ${emailKey}::text, ${domain.name}::text, ${firstName}::text, ${lastName}::text, ${now}::timestamptz,
        ${now}::timestamptz
      from first returning id)`;
  }
  const address = takeAddress ? sql`email = ${emailKey}::text, domain = ${domain.name}::text,` : sql``;
  return sql`account as (
    update users u set ${address} first_name = ${firstName}::text, last_name = ${lastName}::text,
      signed_in_at = ${now}::timestamptz
    from first where u.id = ${account.id}::bigint returning u.id)`;
}

/** Bound for the first time, or seen again. Who is bound by somebody else meanwhile breaks the key: all is undone. */
function boundCte({ connection, identity, facts, now }: SsoWrite, domain: SsoDomain): SQL {
  if (facts.lapsed !== null) {
    return sql`bound as (
    update identities i set user_id = account.id, name_id = ${identity.nameId}::text, domain_id = ${domain.id}::text,
      created_at = ${now}::timestamptz, last_seen_at = ${now}::timestamptz
    from account
    where i.connection_id = ${connection.id}::text and i.subject = ${identity.objectGuid}::text
      and i.user_id = ${facts.lapsed}::bigint)`;
  }
  if (!facts.bySubject) {
    return sql`bound as (
      insert into identities (connection_id, subject, name_id, user_id, domain_id, created_at, last_seen_at)
      select ${connection.id}::text, ${identity.objectGuid}::text, ${identity.nameId}::text, id, ${domain.id}::text,
        ${now}::timestamptz, ${now}::timestamptz from account)`;
  }
  return sql`bound as (
    update identities i set name_id = ${identity.nameId}::text, domain_id = ${domain.id}::text,
      last_seen_at = ${now}::timestamptz
    from account
    where i.connection_id = ${connection.id}::text and i.subject = ${identity.objectGuid}::text and i.user_id = account.id)`;
}

/** Whoever has an address of another domain now holds their memberships by that one. */
function movedCte({ domain }: SignIn): SQL {
  return sql`moved as (
    update memberships m set domain = ${domain.name}::text,
      via_domain_id = case when m.team_id = ${domain.teamId}::text and m.via_domain_id is not null
        then ${domain.id}::text else m.via_domain_id end
    from account where m.user_id = account.id)`;
}

function entries(write: SsoWrite, newDoubt: boolean): AuditEntry[] {
  const { decision, identity, connection } = write;
  if (newDoubt && 'domain' in decision) return [doubtAudit(write, decision.domain)];
  if (decision.type !== 'signIn') return [];
  const { domain, account, join, takeAddress } = decision;
  const entry = (kind: string, act: string): AuditEntry => ({
    teamId: domain.teamId,
    actor: 'Drawbridge',
    kind,
    outcome: 'Done',
    subjectName: identity.emailKey,
    detail: { act, connection: connection.name, domain: domain.name },
  });
  const { emailKey } = identity;
  if (!account)
    return [entry('user.provision', `Make an account for ${emailKey} with the first SSO sign-in`)];
  return [
    ...(takeAddress
      ? [
          entry(
            'user.address',
            `Change the address of ${account.email} to ${emailKey}, as ${connection.name} sent it`,
          ),
        ]
      : []),
    ...(join ? [entry('user.provision', `Let ${emailKey} into the team with the first SSO sign-in`)] : []),
  ];
}
