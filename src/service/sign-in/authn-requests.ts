import { createHash } from 'node:crypto';
import { addMinutes } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';

/** How long an identity provider has to answer. */
const MINUTES = 10;

/** An AuthnRequest that waits for its answer. */
export interface OpenRequest {
  id: string;
  purpose: string;
  configHash: string;
  slackId: string | null;
}

/** @returns what is kept of a secret that only the browser holds; it has 256 random bits, so no salt is needed */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** What came of opening a test link: whose test it is, or why it cannot go on here. */
export type OpenedTestLink = { ok: true; slackId: string } | { ok: false; why: 'gone' | 'another-browser' };

/**
 * Opens a test link. It belongs to the first browser that does, so that whoever reads it later has nothing of it; one
 * statement, so that of two at once one has it.
 * @param db where from
 * @param given the secret of the link, the connection it must be for, and the secret of the browser
 * @param now a link lives ten minutes
 */
export async function openTestLink(
  db: Queryable,
  { token, connectionId, browser }: { token: string; connectionId: string; browser: string },
  now: Date,
): Promise<OpenedTestLink> {
  const [row] = await db.query<{ slackId: string; here: boolean }>(sql`
    update test_links set browser_hash = coalesce(browser_hash, ${hashOf(browser)}::text)
    where token_hash = ${hashOf(token)}::text and connection_id = ${connectionId}::text and expires_at > ${now}::timestamptz
    returning slack_id as "slackId", browser_hash = ${hashOf(browser)}::text as here`);
  if (!row) return { ok: false, why: 'gone' };
  return row.here ? { ok: true, slackId: row.slackId } : { ok: false, why: 'another-browser' };
}

/** Keeps an AuthnRequest, bound to connection and browser, until it is answered or ten minutes have passed. */
export async function keepAuthnRequest(
  db: Queryable,
  request: OpenRequest & { connectionId: string; workspaceId: string; browser: string; now: Date },
): Promise<void> {
  await db.query(sql`
    insert into authn_requests (id, connection_id, purpose, config_hash, workspace_id, slack_id, browser_hash, created_at, expires_at)
    values (${request.id}::text, ${request.connectionId}::text, ${request.purpose}::text, ${request.configHash}::text,
      ${request.workspaceId}::text, ${request.slackId}::text, ${hashOf(request.browser)}::text, ${request.now}::timestamptz,
      ${addMinutes(request.now, MINUTES)}::timestamptz)`);
}

/** @returns what this browser has open at this connection, newest first */
export async function openRequests(
  db: Queryable,
  connectionId: string,
  browser: string,
  now: Date,
): Promise<OpenRequest[]> {
  return db.query<OpenRequest>(sql`
    select id, purpose, config_hash as "configHash", slack_id as "slackId" from authn_requests
    where connection_id = ${connectionId}::text and browser_hash = ${hashOf(browser)}::text
      and used_at is null and expires_at > ${now}::timestamptz
    order by created_at desc limit 20`);
}
