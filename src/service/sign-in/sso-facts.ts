import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import type { DomainState } from '../../../db/schema.ts';
import type { SignedIdentity } from '../../identity/saml.ts';
import { type Bound, samePerson } from './same-person.ts';

/** What an SSO sign-in is decided on, read by one statement. */
export interface SsoFacts {
  /** The proven domain that the address is of, linked to this very connection; null when it is not. */
  domain: SsoDomain | null;
  /**
   * The account that this subject of the identity provider is bound to, as long as the connection's team has a say
   * over the account's own domain; `recognised` says whether more than the subject tells that it is the same person,
   * and `nameId` is what was bound.
   */
  bySubject: (SsoAccount & { nameId: string; recognised: boolean }) | null;
  /**
   * The account that the subject was bound to before the account's domain went elsewhere: to another team, or to
   * another connection. That bond says nothing any more, or whoever had a domain once could take its people along.
   */
  lapsed: number | null;
  /** The account that has the address; `taken` says that it is bound to another subject of this connection. */
  byAddress: (SsoAccount & { taken: boolean }) | null;
  /** Whether this subject is listed for the admins already. */
  listed: boolean;
  /** Whether the connection still has the certificate that vouches for it all: judging takes its time. */
  trusted: boolean;
}

export interface SsoDomain {
  id: string;
  name: string;
  state: DomainState;
  jit: boolean;
  version: number;
  teamId: string;
  teamName: string;
  workspaceId: string;
  /** Whether the address is among its test users. */
  testUser: boolean;
  /** Admins of the team who can be asked, by name. */
  admins: { slackId: string; name: string }[];
}

export interface SsoAccount {
  id: number;
  email: string;
  domain: string;
  inTeam: boolean;
}

/** Admins that a page names or a notice goes to; a larger circle is not needed to find one. */
const MOST_ADMINS = 25;

/**
 * @param db where from
 * @param connectionId where the person signed in
 * @param identity what was signed
 */
export async function readSsoFacts(
  db: Queryable,
  connectionId: string,
  identity: SignedIdentity,
): Promise<SsoFacts> {
  const account = (u: string) => {
    const row = sql.raw(u);
    return sql`'id', ${row}.id, 'email', ${row}.email, 'domain', ${row}.domain,
      'inTeam', exists (select from memberships m where m.user_id = ${row}.id and m.team_id = asked.team_id)`;
  };
  const [row] = await db.query<
    Omit<SsoFacts, 'lapsed' | 'bySubject'> & {
      bySubject: (SsoAccount & Bound & { ours: boolean; othersBound: boolean }) | null;
    }
  >(sql`
    with asked as materialized (
      select c.id, c.team_id from connections c where c.id = ${connectionId}::text)
    select
      (select jsonb_build_object('id', d.id, 'name', d.name, 'state', d.state, 'jit', d.jit, 'version', d.version,
          'teamId', t.id, 'teamName', t.name, 'workspaceId', t.workspace_id,
          'testUser', exists (select from test_users x where x.domain_id = d.id and x.email = ${identity.emailKey}::text),
          'admins', (select coalesce(jsonb_agg(jsonb_build_object('slackId', a.slack_id, 'name', a.name) order by a.name), '[]')
            from (select p.slack_id, p.name from members m
              join people p on p.workspace_id = m.workspace_id and p.slack_id = m.slack_id
              where m.team_id = t.id and m.admin and not p.deactivated order by p.name limit ${MOST_ADMINS}) a))
        from domains d join teams t on t.id = d.team_id
        where d.name = ${identity.emailDomain}::text and d.connection_id = asked.id and d.team_id = asked.team_id
          and d.state in ('SSO off', 'SSO on')) as domain,
      (select jsonb_build_object(${account('u')}, 'nameId', i.name_id, 'firstName', u.first_name, 'lastName', u.last_name,
          'othersBound', exists (select from identities o where o.connection_id = asked.id
            and o.subject <> ${identity.objectGuid}::text),
          'ours', exists (
          select from domains o where o.name = u.domain and o.team_id = asked.team_id
            and o.state in ('Verified', 'SSO off', 'SSO on') and (o.connection_id is null or o.connection_id = asked.id)))
        from identities i join users u on u.id = i.user_id
        where i.connection_id = asked.id and i.subject = ${identity.objectGuid}::text) as "bySubject",
      (select jsonb_build_object(${account('u')}, 'taken', exists (
          select from identities i where i.user_id = u.id and i.connection_id = asked.id
            and i.subject <> ${identity.objectGuid}::text))
        from users u where u.email = ${identity.emailKey}::text) as "byAddress",
      exists (select from doubtful_sign_ins x
        where x.connection_id = asked.id and x.subject = ${identity.objectGuid}::text) as listed,
      exists (select from certificates k
        where k.connection_id = asked.id and k.fingerprint = ${identity.certificateFingerprint}::text) as trusted
    from asked`);
  if (!row)
    return { domain: null, bySubject: null, lapsed: null, byAddress: null, listed: false, trusted: false };
  const { bySubject: bound, byAddress } = row;
  if (!bound?.ours) return { ...row, bySubject: null, lapsed: bound ? bound.id : null };
  const { id, email, domain, inTeam, nameId, othersBound } = bound;
  const addressTaken = byAddress !== null && byAddress.id !== id;
  const recognised = samePerson(bound, identity, { othersBound, addressTaken });
  return { ...row, bySubject: { id, email, domain, inTeam, nameId, recognised }, lapsed: null };
}
