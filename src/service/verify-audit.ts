import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Queryable } from '../../db/client.ts';
import { CHAIN_START } from './audit.ts';

/** What the check of one team's chain found. */
export type ChainCheck =
  | { teamId: string; teamName: string; entries: number; hash: string; ok: true }
  | { teamId: string; teamName: string; ok: false; seq: number; problem: string };

interface Row {
  seq: number;
  at: Date;
  actor: string;
  kind: string;
  outcome: string;
  subjectName: string;
  subjectId: string | null;
  body: string;
  hash: string;
}

const BATCH = 1000;

/**
 * Proves each team's audit chain: numbers without a gap, each hash made of the one before, columns that say what the
 * body says, and an end where the head says it is. A cut tail shows only against the head posted daily in the channel.
 * @param db where the trail is
 * @returns a finding for each team, the first broken link where there is one
 */
export async function verifyAudit(db: Queryable): Promise<ChainCheck[]> {
  const teams = await db.query<{ id: string; name: string; seq: number | null; hash: string | null }>(
    sql`select t.id, t.name, h.seq, h.hash from teams t left join audit_heads h on h.team_id = t.id order by t.id`,
  );
  const checks: ChainCheck[] = [];
  for (const team of teams) {
    checks.push(
      await verifyChain(db, team.id, team.name, { seq: team.seq ?? 0, hash: team.hash ?? CHAIN_START }),
    );
  }
  return checks;
}

async function verifyChain(
  db: Queryable,
  teamId: string,
  teamName: string,
  head: { seq: number; hash: string },
): Promise<ChainCheck> {
  let seq = 0;
  let hash = CHAIN_START;
  const broken = (at: number, problem: string): ChainCheck => ({
    teamId,
    teamName,
    ok: false,
    seq: at,
    problem,
  });
  for (;;) {
    const rows = await db.query<Row>(sql`
      select seq, at, actor, kind, outcome, subject_name as "subjectName", subject_id as "subjectId", body, hash
      from audit where team_id = ${teamId}::text and seq > ${seq}::bigint order by seq limit ${BATCH}::int`);
    for (const row of rows) {
      if (row.seq !== seq + 1) return broken(seq + 1, 'is missing');
      const expected = createHash('sha256').update(`${hash}\n${row.seq}\n${row.body}`).digest('hex');
      if (row.hash !== expected) return broken(row.seq, 'does not follow from the entry before it');
      if (!columnsAgree(row, teamId)) return broken(row.seq, 'has columns that differ from its body');
      seq = row.seq;
      hash = row.hash;
    }
    if (rows.length < BATCH) break;
  }
  if (seq !== head.seq || hash !== head.hash)
    return broken(seq + 1, `is missing: the head stands at ${head.seq}`);
  return { teamId, teamName, entries: seq, hash, ok: true };
}

function columnsAgree(row: Row, teamId: string): boolean {
  const body = parsed(row.body);
  return (
    body !== null &&
    body.teamId === teamId &&
    body.actor === row.actor &&
    body.kind === row.kind &&
    body.outcome === row.outcome &&
    body.subjectName === row.subjectName &&
    (body.subjectId ?? null) === row.subjectId &&
    body.at === row.at.toISOString()
  );
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    // Not what we write: the finding is that it differs.
    return null;
  }
}
