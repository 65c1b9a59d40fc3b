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

/**
 * @param db where from
 * @param token the secret of a test link
 * @param connectionId the connection it must be for
 * @param now a link lives ten minutes
 * @returns whose link it is, or null
 */
export async function testLinkOwner(
  db: Queryable,
  token: string,
  connectionId: string,
  now: Date,
): Promise<string | null> {
  const [row] = await db.query<{ slackId: string }>(sql`
    select slack_id as "slackId" from test_links
    where token_hash = ${hashOf(token)}::text and connection_id = ${connectionId}::text and expires_at > ${now}::timestamptz`);
  return row?.slackId ?? null;
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
