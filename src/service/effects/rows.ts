import { type SQL, sql } from 'drizzle-orm';
import { doubtId } from '../facts/sql/domain.ts';
import type { Effect } from './effect.ts';

/** An effect that changes rows, rather than telling somebody. */
export type RowEffect = Exclude<Effect, { type: `tell.${string}` | 'start.job' }>;
type Of<T extends RowEffect['type']> = Extract<RowEffect, { type: T }>;

const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`;
/** The value a change gives for a column, or the column's own when the change does not name it. */
const changed = (key: string, column: string, type = 'text') => {
  const k = sql.raw(`'${key}'`);
  return sql`case when jsonb_exists(x.value, ${k}) then (x.value->>${k})::${sql.raw(type)} else ${sql.raw(column)} end`;
};

/**
 * How each effect changes rows: one CTE or a few, that do nothing without `guard`. The values go in as JSON, so that
 * the text is the same for one row and for two hundred.
 */
export const rowCtes: { [T in RowEffect['type']]: (effect: Of<T>, now: Date, workspaceId: string) => SQL[] } =
  {
    'domains.add': (e, now) => [
      sql`domains_added as (
      insert into domains (id, team_id, name, state, token, added_at, added_by, look_at)
      select x.id, x."teamId", x.name, 'Unverified', x.token, ${now}::timestamptz, x."addedBy", x."lookAt"
      from guard, jsonb_to_recordset(${json(e.domains)}) as x(id text, "teamId" text, name text, token text, "addedBy" text,
        "lookAt" timestamptz))`,
    ],
    'domains.change': (e) => [
      sql`domains_changed as (
      update domains d set version = d.version + 1, state = ${changed('state', 'd.state')},
        connection_id = ${changed('connectionId', 'd.connection_id')}, jit = ${changed('jit', 'd.jit', 'boolean')},
        verified_at = ${changed('verifiedAt', 'd.verified_at', 'timestamptz')},
        checked_at = ${changed('checkedAt', 'd.checked_at', 'timestamptz')},
        check_note = ${changed('checkNote', 'd.check_note')},
        look_at = ${changed('lookAt', 'd.look_at', 'timestamptz')}, looks = ${changed('looks', 'd.looks', 'int')}
      from guard, jsonb_array_elements(${json(e.changes)}) as x(value)
      where d.id = x.value->>'id' and d.id = any(${sql.param(e.changes.map(({ id }) => id))}::text[]))`,
    ],
    'domains.remove': (e) => [
      sql`domains_removed as (
      delete from domains d using guard where d.id = any(${sql.param(e.ids)}::text[]))`,
    ],
    'domains.tellLosers': (e, now) => [
      sql`losers_told as (
      insert into outbox (workspace_id, team_id, kind, lane, payload, created_at, due_at)
      select t.workspace_id, t.id, 'channel', 'channel:' || t.id,
        jsonb_build_object('teamId', t.id, 'document', ${json(takenNotice(e.name))}), ${now}::timestamptz, ${now}::timestamptz
      from guard, domains d join teams t on t.id = d.team_id
      where d.name = ${e.name}::text and d.state = 'Unverified' and d.id <> ${e.exceptDomainId}::text)`,
    ],
    'testUsers.set': (e, now) => [
      sql`testers_gone as (
      delete from test_users u using guard where u.domain_id = ${e.domainId}::text
        and not jsonb_exists(${json(e.emails)}, u.email))`,
      sql`testers_added as (
      insert into test_users (domain_id, email, added_at)
      select ${e.domainId}::text, x.email, ${now}::timestamptz from guard, jsonb_array_elements_text(${json(e.emails)}) as x(email)
      on conflict do nothing)`,
      sql`testers_domain as (
      update domains d set version = d.version + 1 from guard where d.id = ${e.domainId}::text)`,
    ],
    'connections.add': (e, now) => [
      sql`connections_added as (
      insert into connections (id, team_id, name, name_key, provider, entity_id, sso_url, sso_binding, metadata_url, config_hash, created_at)
      select x.id, x."teamId", x.name, lower(x.name), x.provider, x."entityId", x."ssoUrl", x."ssoBinding", x."metadataUrl",
        x."configHash", ${now}::timestamptz
      from guard, jsonb_to_record(${json(e.connection)}) as x(id text, "teamId" text, name text, provider text, "entityId" text,
        "ssoUrl" text, "ssoBinding" text, "metadataUrl" text, "configHash" text))`,
      // The 25 that a team may have are counted in the facts: of two that come at once the second must count again.
      sql`connections_counted as (
      update teams t set version = t.version + 1 from guard where t.id = ${e.connection.teamId}::text)`,
    ],
    'connections.change': (e) => [
      sql`connections_changed as (
      update connections c set version = c.version + 1, name = ${changed('name', 'c.name')},
        name_key = lower(${changed('name', 'c.name')}), provider = ${changed('provider', 'c.provider')},
        entity_id = ${changed('entityId', 'c.entity_id')}, sso_url = ${changed('ssoUrl', 'c.sso_url')},
        sso_binding = ${changed('ssoBinding', 'c.sso_binding')}, metadata_url = ${changed('metadataUrl', 'c.metadata_url')},
        config_hash = ${changed('configHash', 'c.config_hash')}
      from guard, (select ${json(e.change)} as value) x where c.id = x.value->>'id')`,
    ],
    'connections.remove': (e) => [
      sql`connections_removed as (delete from connections c using guard where c.id = ${e.id}::text)`,
    ],
    'certificates.add': (e, now) => [
      sql`certificates_added as (
      insert into certificates (id, connection_id, team_id, fingerprint, der, subject, issuer, key_type, key_bits,
        valid_from, valid_until, added_at)
      select x.id, ${e.connectionId}::text, ${e.teamId}::text, x.fingerprint, x.der, x.subject, x.issuer, x."keyType",
        x."keyBits", x."validFrom", x."validUntil", ${now}::timestamptz
      from guard, jsonb_to_recordset(${json(e.certificates)}) as x(id text, fingerprint text, der text, subject text,
        issuer text, "keyType" text, "keyBits" int, "validFrom" timestamptz, "validUntil" timestamptz)
      on conflict (connection_id, fingerprint) do nothing)`,
    ],
    'certificates.remove': (e) => [
      sql`certificates_removed as (
      delete from certificates k using guard, jsonb_array_elements_text(${json(e.ids)}) as x(id)
      where k.id = x.id and k.connection_id = ${e.connectionId}::text)`,
    ],
    'teams.add': (e, now) => [
      sql`teams_added as (
      insert into teams (id, workspace_id, name, name_key, channel_id, approvals, approvals_needed, created_at)
      select x.id, x."workspaceId", x.name, lower(x.name), x."channelId", x.approvals, x."approvalsNeeded", ${now}::timestamptz
      from guard, jsonb_to_record(${json(e.team)}) as x(id text, "workspaceId" text, name text, "channelId" text,
        approvals jsonb, "approvalsNeeded" int))`,
    ],
    'teams.change': (e) => [
      sql`teams_changed as (
      update teams t set version = t.version + 1, name = ${changed('name', 't.name')},
        name_key = lower(${changed('name', 't.name')}), channel_id = ${changed('channelId', 't.channel_id')},
        approvals_needed = ${changed('approvalsNeeded', 't.approvals_needed', 'int')},
        approvals = coalesce(x.value->'approvals', t.approvals)
      from guard, (select ${json(e.change)} as value) x where t.id = x.value->>'id')`,
    ],
    'members.set': (e, _now, workspaceId) => [
      sql`members_gone as (
      delete from members m using guard where m.team_id = ${e.teamId}::text and m.slack_id not in (
        select x."slackId" from jsonb_to_recordset(${json(e.members)}) as x("slackId" text)))`,
      sql`members_set as (
      insert into members (team_id, workspace_id, slack_id, admin, approver)
      select ${e.teamId}::text, ${workspaceId}::text, x."slackId", x.admin, x.approver
      from guard, jsonb_to_recordset(${json(e.members)}) as x("slackId" text, admin boolean, approver boolean)
      on conflict (team_id, slack_id) do update set admin = excluded.admin, approver = excluded.approver)`,
    ],
    'users.invite': (e, now) => [
      sql`user_added as (
      insert into users (email, domain, first_name, last_name, created_at)
      select ${e.user.email}::text, ${e.user.domain}::text, ${e.user.firstName}::text, ${e.user.lastName}::text, ${now}::timestamptz
      from guard on conflict (email) do nothing returning id)`,
      sql`member_added as (
      insert into memberships (team_id, user_id, domain, via_domain_id, created_at)
      select ${e.user.teamId}::text, u.id, ${e.user.domain}::text, ${e.user.viaDomainId}::text, ${now}::timestamptz
      from guard, (select id from user_added union all select id from users where email = ${e.user.email}::text) u
      on conflict do nothing)`,
    ],
    'doubts.settle': (e, now) => [
      sql`doubt_settled as (
      delete from doubtful_sign_ins x using guard
      where x.domain_id = ${e.domainId}::text and ${doubtId('x')} = ${e.doubtId}::text
      returning x.connection_id, x.subject, x.name_id, x.user_id, x.first_name, x.last_name)`,
      ...(e.same
        ? [
            // Whoever came may have been bound to an account whose domain went elsewhere since: that bond has ended. It goes
            // first, for a subject can be bound once only.
            sql`old_bond_gone as (
      delete from identities i using doubt_settled x
      where i.connection_id = x.connection_id and i.subject = x.subject and i.user_id <> x.user_id returning i.subject)`,
            sql`identity_handed_on as (
      update identities i set subject = x.subject, name_id = x.name_id, created_at = ${now}::timestamptz
      from doubt_settled x, (select count(*) from old_bond_gone) gone
      where i.connection_id = x.connection_id and i.user_id = x.user_id)`,
            // The account is somebody else's from now on, also when SSO is off again: what opened it before no longer does.
            // Its names are theirs, so that they are known again even where no name ID stays.
            sql`account_handed_on as (
      update users u set password_hash = null, first_name = x.first_name, last_name = x.last_name
      from doubt_settled x where u.id = x.user_id)`,
            sql`links_gone as (
      update password_resets r set used_at = ${now}::timestamptz from doubt_settled x
      where r.user_id = x.user_id and r.used_at is null)`,
            sql`signed_out as (
      delete from sessions s using doubt_settled x where s.user_id = x.user_id)`,
          ]
        : []),
    ],
    'turnOffs.add': (e, now) => [
      sql`turn_offs_added as (
      insert into turn_offs (id, team_id, domain_id, request_id, mail, shown, at)
      select x.id, x."teamId", x."domainId", x."requestId", x.mail,
        coalesce((select c.with_password from domains d join user_counts c on c.domain = d.name where d.id = x."domainId"), 0),
        ${now}::timestamptz
      from guard, jsonb_to_record(${json(e.turnOff)}) as x(id text, "teamId" text, "domainId" text, "requestId" text, mail boolean))`,
    ],
    'deletions.start': (e, now) => [
      sql`deletions_started as (
      insert into deletions (id, team_id, domain_id, domain_name, request_id, asked_by, status, total, started_at,
        begins_at, moved_at)
      select x.id, x."teamId", x."domainId", x."domainName", x."requestId", x."askedBy", 'Running', x.total,
        ${now}::timestamptz, x."beginsAt", ${now}::timestamptz
      from guard, jsonb_to_record(${json(e.deletion)}) as x(id text, "teamId" text, "domainId" text, "domainName" text,
        "requestId" text, "askedBy" text, total int, "beginsAt" timestamptz))`,
    ],
    // The guard holds the domain, and the first batch raises its version: whoever comes second sees who was first.
    'deletions.cancel': (e, now) => [
      sql`deletions_cancelled as (
      update deletions x set status = 'Cancelled', moved_at = ${now}::timestamptz, ended_at = ${now}::timestamptz
      from guard where x.id = ${e.id}::text and x.status in ('Running', 'Stuck') and x.first_batch_at is null returning x.request_id)`,
      sql`domain_restored as (
      update domains d set state = 'Verified', version = d.version + 1
      from deletions_cancelled where d.id = ${e.domainId}::text)`,
      sql`deletion_request_withdrawn as (
      update requests r set status = 'Withdrawn', version = r.version + 1, ended_at = ${now}::timestamptz, ended_by = ${e.by}::text,
        note = 'The deletion was cancelled before it began.'
      from deletions_cancelled x where r.id = x.request_id and r.status = 'Approved')`,
    ],
    'testLinks.add': (e, _now, workspaceId) => [
      sql`test_links_added as (
      insert into test_links (token_hash, connection_id, workspace_id, slack_id, expires_at)
      select ${e.tokenHash}::text, ${e.connectionId}::text, ${workspaceId}::text, ${e.slackId}::text, ${e.expiresAt}::timestamptz from guard)`,
    ],
  };

/** What other teams read that hold the name without having proved it. */
function takenNotice(name: string) {
  const words = `${name} was verified by another team. It can no longer be verified here; delete it with /sso delete ${name}, or contact the other team.`;
  return { text: words, parts: [{ type: 'text', words }] };
}
