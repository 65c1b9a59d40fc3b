import { sql } from 'drizzle-orm';
import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import { teams } from './teams.ts';

const position = (name: string) => bigint(name, { mode: 'number' });

/**
 * The audit trail: one chain a team, append-only by trigger.
 * `body` is the entry as JSON text; `hash` = sha256(previous hash, newline, seq, newline, body), in hex.
 * The other columns repeat parts of the body for searching, and `audit:verify` compares them.
 */
export const audit = pgTable(
  'audit',
  {
    teamId: text('team_id')
      .notNull()
      .references(() => teams.id),
    seq: position('seq').notNull(),
    at: moment('at').notNull(),
    actor: text('actor').notNull(),
    kind: text('kind').notNull(),
    outcome: text('outcome').notNull(),
    subjectName: text('subject_name').notNull(),
    /** What it is about, where that may change its name (a connection); entries of before this was kept have none. */
    subjectId: text('subject_id'),
    body: text('body').notNull(),
    hash: text('hash').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.teamId, t.seq] }),
    index('audit_subject').on(t.teamId, t.subjectName, t.seq),
    index('audit_subject_id').on(t.teamId, t.subjectId, t.seq).where(sql`${t.subjectId} is not null`),
  ],
);

/** The end of each team's chain: the row every audited write updates, so that the chain has no forks and no gaps. */
export const auditHeads = pgTable('audit_heads', {
  teamId: text('team_id')
    .primaryKey()
    .references(() => teams.id),
  seq: position('seq').notNull(),
  hash: text('hash').notNull(),
});
