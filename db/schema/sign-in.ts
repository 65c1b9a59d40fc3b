import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import { connections } from './connections.ts';
import { domains } from './domains.ts';
import { users } from './users.ts';

const ofConnection = () =>
  text('connection_id')
    .notNull()
    .references(() => connections.id, { onDelete: 'cascade' });

/**
 * A link from `/sso test`: bound to a person, and to the first browser that opens it; lives ten minutes, or until the
 * test has passed. Only hashes of its token and of the browser's secret are kept.
 */
export const testLinks = pgTable('test_links', {
  tokenHash: text('token_hash').primaryKey(),
  connectionId: ofConnection(),
  workspaceId: text('workspace_id').notNull(),
  slackId: text('slack_id').notNull(),
  browserHash: text('browser_hash'),
  expiresAt: moment('expires_at').notNull(),
});

/** An AuthnRequest sent to an IdP: single use, ten minutes, bound to connection and browser. */
export const authnRequests = pgTable(
  'authn_requests',
  {
    id: text('id').primaryKey(),
    connectionId: ofConnection(),
    purpose: text('purpose').notNull(),
    configHash: text('config_hash').notNull(),
    workspaceId: text('workspace_id'),
    slackId: text('slack_id'),
    browserHash: text('browser_hash').notNull(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (t) => [index('authn_requests_expiry').on(t.expiresAt)],
);

/** Assertion IDs already taken, until they expire (SAML profiles 4.1.4.5: replays are refused). */
export const usedAssertions = pgTable(
  'used_assertions',
  {
    connectionId: ofConnection(),
    assertionId: text('assertion_id').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.connectionId, t.assertionId] })],
);

/** What came of a test sign-in: evidence for exactly the configuration with this hash. */
export const evidence = pgTable(
  'evidence',
  {
    id: text('id').primaryKey(),
    connectionId: ofConnection(),
    configHash: text('config_hash').notNull(),
    slackId: text('slack_id').notNull(),
    passed: boolean('passed').notNull(),
    report: jsonb('report').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [index('evidence_connection').on(t.connectionId, t.at)],
);

/**
 * A sign-in that would have to guess whose account is meant. It is listed for the admins until they say, or until it
 * is no longer in doubt. `user_id` is the account that has the address.
 */
export const doubtfulSignIns = pgTable(
  'doubtful_sign_ins',
  {
    connectionId: ofConnection(),
    subject: text('subject').notNull(),
    nameId: text('name_id').notNull(),
    domainId: text('domain_id')
      .notNull()
      .references(() => domains.id, { onDelete: 'cascade' }),
    userId: bigint('user_id', { mode: 'number' })
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    reason: text('reason').notNull(),
    email: text('email').notNull(),
    firstName: text('first_name').notNull(),
    lastName: text('last_name').notNull(),
    times: integer('times').notNull().default(1),
    firstAt: moment('first_at').notNull(),
    lastAt: moment('last_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.connectionId, t.subject] }),
    index('doubtful_sign_ins_domain').on(t.domainId, t.lastAt),
    index('doubtful_sign_ins_user').on(t.userId),
  ],
);
