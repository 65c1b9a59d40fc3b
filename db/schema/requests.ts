import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment, words } from './columns.ts';
import { teams } from './teams.ts';

/** The contract's words for a request's status. */
export const REQUEST_STATUSES = [
  'Pending',
  'Approved',
  'Done',
  'Failed',
  'Rejected',
  'Withdrawn',
  'Expired',
  'Void',
] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/**
 * A change that waits for approval. `bound` is what the approval rests on: another value when it is
 * to run makes the request Void. `approvals` is a counter, so that two approvals at once both count.
 */
export const requests = pgTable(
  'requests',
  {
    id: text('id').primaryKey(),
    teamId: text('team_id')
      .notNull()
      .references(() => teams.id),
    workspaceId: text('workspace_id').notNull(),
    kind: text('kind').notNull(),
    subjectId: text('subject_id').notNull(),
    subjectName: text('subject_name').notNull(),
    input: jsonb('input').notNull(),
    /** The rows the input names, so that a decision reads them together with the request. */
    asks: jsonb('asks').notNull(),
    act: text('act').notNull(),
    checks: jsonb('checks').$type<string[]>().notNull(),
    bound: jsonb('bound').notNull(),
    impact: jsonb('impact').notNull(),
    reason: text('reason'),
    requester: text('requester').notNull(),
    needed: integer('needed').notNull(),
    approvals: integer('approvals').notNull().default(0),
    status: text('status').$type<RequestStatus>().notNull(),
    note: text('note'),
    endedBy: text('ended_by'),
    errorRef: text('error_ref'),
    version: integer('version').notNull().default(1),
    createdAt: moment('created_at').notNull(),
    deadline: moment('deadline').notNull(),
    remindedAt: moment('reminded_at'),
    endedAt: moment('ended_at'),
  },
  (t) => [
    // A second request for the same thing is refused, whatever is sent at once.
    uniqueIndex('requests_one_open')
      .on(t.teamId, t.kind, t.subjectId)
      .where(sql`${t.status} in ('Pending', 'Approved')`),
    unique('requests_by_requester').on(t.id, t.requester),
    index('requests_open').on(t.teamId, t.createdAt, t.id).where(sql`${t.status} in ('Pending', 'Approved')`),
    index('requests_due').on(t.deadline).where(sql`${t.status} = 'Pending'`),
    // What has ended is looked for in the audit trail.
    index('requests_subject').on(t.subjectId).where(sql`${t.status} in ('Pending', 'Approved')`),
    check('requests_status', sql`${t.status} in (${words(REQUEST_STATUSES)})`),
    check('requests_needed', sql`${t.needed} between 1 and 3`),
    check('requests_approvals', sql`${t.approvals} between 0 and ${t.needed}`),
  ],
);

/** One person's decision on a request. The requester never decides. */
export const decisions = pgTable(
  'decisions',
  {
    requestId: text('request_id').notNull(),
    requester: text('requester').notNull(),
    slackId: text('slack_id').notNull(),
    verdict: text('verdict').notNull(),
    comment: text('comment'),
    decidedAt: moment('decided_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.requestId, t.slackId] }),
    foreignKey({
      columns: [t.requestId, t.requester],
      foreignColumns: [requests.id, requests.requester],
    }).onDelete('cascade'),
    check('decisions_four_eyes', sql`${t.slackId} <> ${t.requester}`),
    check('decisions_verdict', sql`${t.verdict} in ('approve', 'reject')`),
  ],
);
