import { type SQL, sql } from 'drizzle-orm';
import type { AuditEntry } from './effects/write.ts';

/** What the first entry of a chain follows. */
export const CHAIN_START = '0'.repeat(64);

/**
 * Connections may be renamed; domains never are.
 * @param kind the operation's
 * @param id what it is about
 * @returns the part of an entry that keeps its subject findable under a later name
 */
export function lastingSubject(kind: string, id: string): Pick<AuditEntry, 'subjectId'> {
  return /^(connection|certificate)\./.test(kind) ? { subjectId: id } : {};
}

/**
 * Parts of a statement that append entries to the teams' chains. The head's row is locked, so that writers queue
 * for it and the chain has no forks; the hash is made in SQL from the head as it is then.
 * `hash` = sha256(previous hash, newline, seq, newline, body) in hex.
 * @param entries in the order they happened; none gives no parts
 * @param now when
 * @param only a condition under which they are appended, e.g. `exists (select from guard)`
 * @returns CTEs for a `with recursive`
 */
export function auditCtes(entries: AuditEntry[], now: Date, only: SQL): SQL[] {
  if (entries.length === 0) return [];
  const rows = entries.map((entry) => ({
    team_id: entry.teamId,
    actor: entry.actor,
    kind: entry.kind,
    outcome: entry.outcome,
    subject_name: entry.subjectName,
    subject_id: entry.subjectId ?? null,
    body: JSON.stringify({ ...entry, at: now.toISOString() }),
  }));
  return [
    sql`audit_new as materialized (
      select e.*, row_number() over (partition by e.team_id order by e.position) as n from (
        select r.*, position from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) with ordinality as x(value, position),
          jsonb_to_record(x.value) as r(team_id text, actor text, kind text, outcome text, subject_name text, subject_id text, body text)
      ) e where ${only})`,
    sql`audit_locked as materialized (
      select h.team_id, h.seq, h.hash from audit_heads h
      where h.team_id in (select team_id from audit_new) order by h.team_id for no key update of h)`,
    sql`audit_chain (team_id, seq, hash, n) as (
      select t.team_id, coalesce(h.seq, 0), coalesce(h.hash, ${CHAIN_START}::text), 0::bigint
        from (select distinct team_id from audit_new) t left join audit_locked h on h.team_id = t.team_id
      union all
      select c.team_id, c.seq + 1,
        encode(sha256(convert_to(c.hash || E'\n' || (c.seq + 1) || E'\n' || e.body, 'UTF8')), 'hex'), e.n
        from audit_chain c join audit_new e on e.team_id = c.team_id and e.n = c.n + 1)`,
    sql`audit_added as (
      insert into audit (team_id, seq, at, actor, kind, outcome, subject_name, subject_id, body, hash)
      select e.team_id, c.seq, ${now}::timestamptz, e.actor, e.kind, e.outcome, e.subject_name, e.subject_id, e.body, c.hash
      from audit_new e join audit_chain c on c.team_id = e.team_id and c.n = e.n)`,
    sql`audit_head_moved as (
      insert into audit_heads (team_id, seq, hash)
      select distinct on (c.team_id) c.team_id, c.seq, c.hash from audit_chain c where c.n > 0 order by c.team_id, c.n desc
      on conflict (team_id) do update set seq = excluded.seq, hash = excluded.hash)`,
  ];
}

/**
 * A whole statement that appends entries: for bulk work that does not go through `commit`.
 * @param entries in the order they happened, at least one
 * @param now when
 */
export function appendAudit(entries: AuditEntry[], now: Date): SQL {
  return sql`with recursive ${sql.join(auditCtes(entries, now, sql`true`), sql`, `)} select 1`;
}
