import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import { domains } from './domains.ts';
import { teams } from './teams.ts';

/**
 * What follows from SSO having been turned off for a domain: mail to its people, by a job whose cursor stands in
 * `mailed_to`, and the count of those who have a password again, as the card last showed it (`shown`).
 */
export const turnOffs = pgTable(
  'turn_offs',
  {
    id: text('id').primaryKey(),
    teamId: text('team_id')
      .notNull()
      .references(() => teams.id),
    domainId: text('domain_id')
      .notNull()
      .references(() => domains.id, { onDelete: 'cascade' }),
    requestId: text('request_id'),
    mail: boolean('mail').notNull(),
    mailedTo: bigint('mailed_to', { mode: 'number' }).notNull().default(0),
    mailed: integer('mailed').notNull().default(0),
    shown: integer('shown').notNull().default(0),
    at: moment('at').notNull(),
    mailEndedAt: moment('mail_ended_at'),
  },
  (t) => [
    index('turn_offs_domain').on(t.domainId, t.at),
    index('turn_offs_at').on(t.at),
    check('turn_offs_mail', sql`${t.mail} or ${t.mailed} = 0`),
  ],
);
