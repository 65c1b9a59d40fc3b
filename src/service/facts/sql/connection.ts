import { type SQL, sql } from 'drizzle-orm';

/** @param c the alias of a `connections` row. @returns it as a ConnectionFact, in jsonb */
export function connectionJson(c: string): SQL {
  const row = sql.raw(c);
  return sql`jsonb_build_object(
    'id', ${row}.id, 'name', ${row}.name, 'provider', ${row}.provider, 'entityId', ${row}.entity_id,
    'ssoUrl', ${row}.sso_url, 'ssoBinding', ${row}.sso_binding, 'metadataUrl', ${row}.metadata_url,
    'configHash', ${row}.config_hash, 'tested', coalesce(${row}.tested_hash = ${row}.config_hash, false),
    'testedAt', ${row}.tested_at, 'version', ${row}.version,
    'certificates', (select coalesce(jsonb_agg(jsonb_build_object(
        'id', k.id, 'fingerprint', k.fingerprint, 'subject', k.subject, 'issuer', k.issuer, 'keyType', k.key_type,
        'keyBits', k.key_bits, 'validFrom', k.valid_from, 'validUntil', k.valid_until, 'lastUsedAt', k.last_used_at)
        order by k.valid_until desc, k.id), '[]') from certificates k where k.connection_id = ${row}.id),
    'domains', (select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'name', l.name, 'state', l.state) order by l.name), '[]')
      from (select l.id, l.name, l.state from domains l where l.connection_id = ${row}.id order by l.name limit 20) l),
    'domainCount', coalesce((select n.domains from connection_counts n where n.connection_id = ${row}.id), 0),
    'ssoOn', (select jsonb_build_object('domains', coalesce(max(n.sso_on), 0), 'people', coalesce(max(n.people), 0),
        'otherTeams', (select coalesce(jsonb_agg(m.team_id order by m.team_id), '[]') from connection_members m
          where m.connection_id = ${row}.id and m.team_id <> ${row}.team_id and m.people > 0))
      from connection_counts n where n.connection_id = ${row}.id))`;
}
