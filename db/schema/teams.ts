import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';
import { people, workspaces } from './slack.ts';

/**
 * The tenant that owns connections and domains. `version` rises with every change of the team's
 * settings or roles, so that a write can be guarded by what was read.
 * `approvals` holds the people needed, by kind of change; a kind not named follows the operation's default.
 */
export const teams = pgTable(
  'teams',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id),
    name: text('name').notNull(),
    nameKey: text('name_key').notNull(),
    channelId: text('channel_id').notNull(),
    approvals: jsonb('approvals').$type<Record<string, number>>().notNull().default({}),
    approvalsNeeded: integer('approvals_needed').notNull().default(1),
    version: integer('version').notNull().default(1),
    createdAt: moment('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('teams_name').on(t.workspaceId, t.nameKey),
    index('teams_channel').on(t.workspaceId, t.channelId),
    check('teams_approvals_needed', sql`${t.approvalsNeeded} between 0 and 3`),
  ],
);

/** Roles of a person in a team: admins ask, approvers decide. */
export const members = pgTable(
  'members',
  {
    teamId: text('team_id')
      .notNull()
      .references(() => teams.id, { onDelete: 'cascade' }),
    workspaceId: text('workspace_id').notNull(),
    slackId: text('slack_id').notNull(),
    admin: boolean('admin').notNull(),
    approver: boolean('approver').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.teamId, t.slackId] }),
    foreignKey({ columns: [t.workspaceId, t.slackId], foreignColumns: [people.workspaceId, people.slackId] }),
    index('members_person').on(t.workspaceId, t.slackId),
    check('members_some_role', sql`${t.admin} or ${t.approver}`),
  ],
);
