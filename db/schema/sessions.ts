import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import { connections } from './connections.ts';
import { users } from './users.ts';

const ofUser = () =>
  bigint('user_id', { mode: 'number' })
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });

/**
 * Who is signed in: only the hash of the cookie's token is kept. `connection_id` names the identity provider of an
 * SSO sign-in and is null for one by password; with the connection its sign-ins go.
 */
export const sessions = pgTable(
  'sessions',
  {
    tokenHash: text('token_hash').primaryKey(),
    userId: ofUser(),
    connectionId: text('connection_id').references(() => connections.id, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [
    index('sessions_user').on(t.userId),
    index('sessions_expiry').on(t.expiresAt),
    index('sessions_connection').on(t.connectionId),
  ],
);

/** A link from "FORGOT?": lives an hour, works once, and only the hash of its token is kept. */
export const passwordResets = pgTable(
  'password_resets',
  {
    tokenHash: text('token_hash').primaryKey(),
    userId: ofUser(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (t) => [index('password_resets_user').on(t.userId), index('password_resets_expiry').on(t.expiresAt)],
);

/** How often something was tried since `began_at`, by what and by whom (`key`); shared by all processes. */
export const rateLimits = pgTable(
  'rate_limits',
  {
    key: text('key').primaryKey(),
    beganAt: moment('began_at').notNull(),
    times: integer('times').notNull(),
  },
  (t) => [index('rate_limits_began').on(t.beganAt), check('rate_limits_times', sql`${t.times} > 0`)],
);
