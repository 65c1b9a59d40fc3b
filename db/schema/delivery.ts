import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/**
 * What is still to be told or started, written with the change itself.
 * `lane` keeps order: rows of one lane go out one after the other, lanes never wait for each other.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    workspaceId: text('workspace_id').notNull(),
    teamId: text('team_id'),
    kind: text('kind').notNull(),
    lane: text('lane').notNull(),
    payload: jsonb('payload').notNull(),
    createdAt: moment('created_at').notNull(),
    dueAt: moment('due_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    problem: text('problem'),
    sentAt: moment('sent_at'),
    droppedAt: moment('dropped_at'),
  },
  (t) => [
    index('outbox_waiting').on(t.lane, t.id).where(sql`${t.sentAt} is null and ${t.droppedAt} is null`),
  ],
);

/** Where a card stands in Slack, and what it last showed (`shown`: a hash), so that a repeat changes nothing. */
export const messages = pgTable('messages', {
  key: text('key').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  channel: text('channel').notNull(),
  ts: text('ts').notNull(),
  shown: text('shown').notNull(),
  updatedAt: moment('updated_at').notNull(),
});

/** Small facts of this installation: its SAML key pair (sealed), the day the audit heads were last posted … */
export const installation = pgTable('installation', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});
