import { boolean, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** A Slack workspace the bot is installed in. `bot_token` is sealed with ENCRYPTION_KEY. */
export const workspaces = pgTable('workspaces', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  botToken: text('bot_token').notNull(),
  botId: text('bot_id').notNull(),
  botUserId: text('bot_user_id').notNull(),
  installedAt: moment('installed_at').notNull(),
  removedAt: moment('removed_at'),
});

/** What is known of a person in Slack; kept current by `user_change`. Known by Slack id only, never by address. */
export const people = pgTable(
  'people',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    slackId: text('slack_id').notNull(),
    name: text('name').notNull(),
    timeZone: text('time_zone').notNull(),
    slackAdmin: boolean('slack_admin').notNull(),
    guest: boolean('guest').notNull(),
    deactivated: boolean('deactivated').notNull(),
    readAt: moment('read_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.slackId] })],
);
