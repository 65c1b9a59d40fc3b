import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { connections } from './connections.ts';
import { teams } from './teams.ts';

/**
 * What hangs on a connection, kept by statement triggers, so that no screen ever counts rows: its linked domains,
 * those with SSO on, and the people with an address of these. Rows of their own, so that they raise no version.
 */
export const connectionCounts = pgTable('connection_counts', {
  connectionId: text('connection_id')
    .primaryKey()
    .references(() => connections.id, { onDelete: 'cascade' }),
  domains: integer('domains').notNull(),
  ssoOn: integer('sso_on').notNull(),
  people: integer('people').notNull(),
});

/** Memberships of people with an address of a connection's domains with SSO on, by team; also by triggers. */
export const connectionMembers = pgTable(
  'connection_members',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    teamId: text('team_id').notNull(),
    people: integer('people').notNull(),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.teamId] })],
);

/** Domains of a team; also by triggers. */
export const teamCounts = pgTable('team_counts', {
  teamId: text('team_id')
    .primaryKey()
    .references(() => teams.id, { onDelete: 'cascade' }),
  domains: integer('domains').notNull(),
});
