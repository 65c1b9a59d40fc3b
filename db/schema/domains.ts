import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment, words } from './columns.ts';
import { connections } from './connections.ts';
import { teams } from './teams.ts';

/** The contract's words for a domain's state. A gone domain has no row. */
export const DOMAIN_STATES = ['Unverified', 'Verified', 'SSO off', 'SSO on', 'Deleting'] as const;
export type DomainState = (typeof DOMAIN_STATES)[number];

/** An e-mail domain of a team. States move only along the contract's arrows (a trigger sees to it). */
export const domains = pgTable(
  'domains',
  {
    id: text('id').primaryKey(),
    teamId: text('team_id')
      .notNull()
      .references(() => teams.id),
    name: text('name').notNull(),
    state: text('state').$type<DomainState>().notNull(),
    connectionId: text('connection_id'),
    jit: boolean('jit').notNull().default(false),
    token: text('token').notNull(),
    version: integer('version').notNull().default(1),
    addedAt: moment('added_at').notNull(),
    addedBy: text('added_by').notNull(),
    verifiedAt: moment('verified_at'),
    checkedAt: moment('checked_at'),
    checkNote: text('check_note'),
    /** When its TXT record is looked for by itself; null: only when somebody asks. */
    lookAt: moment('look_at'),
    /** Looks in a row that got no answer: how far the waiting has grown. */
    looks: integer('looks').notNull().default(0),
  },
  (t) => [
    // The name first, so that it is also found whosever it is.
    uniqueIndex('domains_of_team').on(t.name, t.teamId),
    // One live owner of a name; several teams may hold it Unverified.
    uniqueIndex('domains_live_owner').on(t.name).where(sql`${t.state} <> 'Unverified'`),
    // Byte order, in which a prefix is a range whatever the database's language: for lists and search while typing.
    // With the id, so that a search does not look at the table itself.
    index('domains_search').on(t.teamId, t.name.op('text_pattern_ops'), t.id),
    index('domains_search_verified')
      .on(t.teamId, t.name.op('text_pattern_ops'), t.id)
      .where(sql`${t.state} = 'Verified'`),
    index('domains_look').on(t.lookAt).where(sql`${t.lookAt} is not null`),
    // With what a connection's screen says of its domains, for the same reason; most commands read it.
    index('domains_connection')
      .on(t.connectionId, t.name, t.id, t.state)
      .where(sql`${t.connectionId} is not null`),
    foreignKey({
      name: 'domains_connection_of_team',
      columns: [t.connectionId, t.teamId],
      foreignColumns: [connections.id, connections.teamId],
    }),
    check('domains_state', sql`${t.state} in (${words(DOMAIN_STATES)})`),
    check(
      'domains_linked_has_connection',
      sql`(${t.state} in ('SSO off', 'SSO on')) = (${t.connectionId} is not null)`,
    ),
  ],
);

/** Addresses that may sign in by SSO while it is off; up to 30 a domain. A change raises the domain's version. */
export const testUsers = pgTable(
  'test_users',
  {
    domainId: text('domain_id')
      .notNull()
      .references(() => domains.id, { onDelete: 'cascade' }),
    email: text('email').notNull(),
    addedAt: moment('added_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.domainId, t.email] })],
);

/** A deletion under way or ended: the job's cursor and the figures its card shows. */
export const deletions = pgTable(
  'deletions',
  {
    id: text('id').primaryKey(),
    teamId: text('team_id')
      .notNull()
      .references(() => teams.id),
    domainId: text('domain_id').notNull(),
    domainName: text('domain_name').notNull(),
    requestId: text('request_id'),
    askedBy: text('asked_by').notNull(),
    status: text('status').notNull(),
    total: integer('total').notNull(),
    released: integer('released').notNull().default(0),
    problem: text('problem'),
    attempts: integer('attempts').notNull().default(0),
    startedAt: moment('started_at').notNull(),
    /** Nobody is released before, so that there is time to cancel; null: at once. */
    beginsAt: moment('begins_at'),
    firstBatchAt: moment('first_batch_at'),
    movedAt: moment('moved_at').notNull(),
    endedAt: moment('ended_at'),
  },
  (t) => [
    uniqueIndex('deletions_live').on(t.domainId).where(sql`${t.status} in ('Running', 'Stuck')`),
    index('deletions_name').on(t.domainName, t.startedAt),
    check('deletions_status', sql`${t.status} in ('Running', 'Stuck', 'Cancelled', 'Done')`),
  ],
);
