import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { announceExpiry } from '../src/worker/due/certificate-expiry.ts';
import { type TestDatabase, testDatabase } from './support/database.ts';
import { seedTeam } from './support/seed.ts';

/** 400 teams' worth: 2 connections each, with 5 certificates. */
const CONNECTIONS = 800;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase('postgres');
  const team = await seedTeam(db);
  await db.query(sql`
    insert into connections (id, team_id, name, name_key, provider, entity_id, sso_url, sso_binding, config_hash, created_at)
    select 'c' || n, ${team}, 'c' || n, 'c' || n, 'okta', 'e', 's', 'redirect', 'h', '2025-01-01'
    from generate_series(1, ${CONNECTIONS}::int) n`);
  await db.query(sql`
    insert into certificates (id, connection_id, team_id, fingerprint, der, subject, issuer, key_type, key_bits,
      valid_from, valid_until, added_at)
    select 'k' || n || '-' || m, 'c' || n, ${team}, 'f' || m, 'der', 's', 'i', 'rsa', 2048, '2025-01-01',
      '2030-01-01'::timestamptz + n * interval '1 day', '2025-01-01'
    from generate_series(1, ${CONNECTIONS}::int) n, generate_series(1, 5) m`);
  await db.query(sql`analyze certificates`);
});
afterAll(() => db.close());

it('certificates that end are found by when they end, not by looking at all there are', async () => {
  const before = await reads();
  expect(await announceExpiry(db, new Date('2026-03-01T09:00:00Z'), 200)).toBe(0);
  const after = await reads();
  expect(after.scans).toBe(before.scans);
  expect(after.rows - before.rows).toBeLessThan(10);
});

/** What PostgreSQL counted so far: the table read through, and entries read from the index. */
async function reads(): Promise<{ scans: number; rows: number }> {
  // Each session hands in what it counted when it is told to, and the pool has one that is free.
  await db.query(sql`select pg_stat_force_next_flush()`);
  await db.query(sql`select pg_stat_clear_snapshot()`);
  const [row] = await db.query<{ scans: number; rows: number }>(sql`
    select seq_scan as scans, coalesce((select idx_tup_read from pg_stat_user_indexes where indexrelname = 'certificates_end'), 0) as rows
    from pg_stat_user_tables where relname = 'certificates'`);
  if (!row) throw new Error('there is no such table');
  return row;
}
