import { sql } from 'drizzle-orm';
import {
  bigint,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import { connections } from './connections.ts';
import { domains } from './domains.ts';
import { teams } from './teams.ts';

const userId = (name: string) => bigint(name, { mode: 'number' });

/** An account. `email` is lower case and unique; `domain` is the part after its last `@`. */
export const users = pgTable(
  'users',
  {
    id: userId('id').primaryKey().generatedAlwaysAsIdentity(),
    email: text('email').notNull(),
    domain: text('domain').notNull(),
    firstName: text('first_name').notNull(),
    lastName: text('last_name').notNull(),
    passwordHash: text('password_hash'),
    createdAt: moment('created_at').notNull(),
    signedInAt: moment('signed_in_at'),
  },
  (t) => [uniqueIndex('users_email').on(t.email), index('users_domain').on(t.domain, t.id)],
);

/** Sign-in access to a team. `via_domain_id` set: held through that domain, and goes with it. */
export const memberships = pgTable(
  'memberships',
  {
    teamId: text('team_id')
      .notNull()
      .references(() => teams.id),
    userId: userId('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    domain: text('domain').notNull(),
    viaDomainId: text('via_domain_id').references(() => domains.id),
    createdAt: moment('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.teamId] }),
    index('memberships_via').on(t.viaDomainId, t.userId).where(sql`${t.viaDomainId} is not null`),
  ],
);

/** An SSO identity: who a user is at a connection's IdP. */
export const identities = pgTable(
  'identities',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    subject: text('subject').notNull(),
    nameId: text('name_id').notNull(),
    userId: userId('user_id').notNull(),
    domainId: text('domain_id')
      .notNull()
      .references(() => domains.id),
    createdAt: moment('created_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.connectionId, t.subject] }),
    foreignKey({ columns: [t.userId], foreignColumns: [users.id] }).onDelete('cascade'),
    // Somebody is one subject at a provider: two at once that claim the same account cannot both get it.
    uniqueIndex('identities_user').on(t.userId, t.connectionId),
    index('identities_domain').on(t.domainId, t.userId),
  ],
);

/** Accounts by e-mail domain, kept by statement triggers, so that no screen ever counts rows. */
export const userCounts = pgTable('user_counts', {
  domain: text('domain').primaryKey(),
  people: integer('people').notNull(),
  withPassword: integer('with_password').notNull(),
});

/** Memberships by e-mail domain and team, kept by statement triggers. */
export const memberCounts = pgTable(
  'member_counts',
  {
    domain: text('domain').notNull(),
    teamId: text('team_id').notNull(),
    people: integer('people').notNull(),
  },
  (t) => [primaryKey({ columns: [t.domain, t.teamId] })],
);
