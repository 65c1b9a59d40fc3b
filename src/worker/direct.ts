import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '../../db/database.ts';
import type { Clock } from '../clock.ts';
import type { Document } from '../words/document.ts';
import type { SlackNotice } from './outbox-row.ts';
import { cardIsComing, type Place, placeOf } from './places.ts';
import { personTrouble } from './refusals.ts';
import type { Delivery } from './relay.ts';
import type { Calls } from './slack-calls.ts';
import { type SlackMessage, type SlackPort, SlackRefused } from './slack-port.ts';

export interface DirectOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  calls: Calls;
  slack(workspaceId: string): Promise<SlackPort | null>;
  drawDocument(document: Document): SlackMessage;
}

/** How long a direct message waits for its card, to link it: no longer, since the card's channel may be limited. */
const LINK_PATIENCE_MS = 5000;
const LINK_WAIT_MS = 500;
/** Conversations and links kept; one that was forgotten is simply asked for again. */
const MOST_KEPT = 5000;
/** The conversation that was known is no more; a new one is opened, once. */
const CONVERSATION_GONE = 'the conversation was opened anew';

type PersonNotice = SlackNotice & { kind: 'person' };

/** Tells people by direct message, with a link to what it is about. */
export function createDirect(
  options: DirectOptions,
): (notice: PersonNotice, document: Document) => Promise<Delivery> {
  const { db, clock, log, calls } = options;
  const conversations = new Map<string, string>();
  const links = new Map<string, string>();

  /** A link is a help, not the message: without it the words still go out. */
  const linkTo = async (workspaceId: string, { channel, ts }: Place): Promise<string | null> => {
    const key = `${workspaceId} ${channel} ${ts}`;
    const known = links.get(key);
    if (known) return known;
    const slack = await options.slack(workspaceId);
    try {
      const link = (await slack?.permalink(channel, ts)) ?? null;
      if (link) keep(links, key, link);
      return link;
    } catch (error) {
      log.info({ err: error }, 'A direct message goes out without the link to its card');
      return null;
    }
  };

  const conversationWith = async ({ id, workspaceId, teamId, payload }: PersonNotice): Promise<string> => {
    const key = `${workspaceId} ${payload.slackId}`;
    const known = conversations.get(key);
    if (known) return known;
    const { slackId } = payload;
    const asked = { workspaceId, channel: slackId, kind: 'open', final: false, ticket: id } as const;
    const channel = await calls.call(asked, (slack) => slack.openDirect(slackId));
    keep(conversations, key, channel);
    if (teamId) await db.query(sql`delete from installation where key = ${personKey(teamId, slackId)}::text`);
    return channel;
  };

  /** Somebody who cannot be told becomes a word to the team's admins; anything else is thrown on. */
  const refused = (error: unknown, { teamId, payload: { slackId } }: PersonNotice): Delivery => {
    if (!(error instanceof SlackRefused) || !teamId) throw error;
    const document = personTrouble(error.reason, slackId);
    if (!document) throw error;
    const trouble = {
      teamId,
      key: personKey(teamId, slackId),
      value: error.reason,
      document,
      except: slackId,
    };
    return { type: 'dropped', problem: error.reason, trouble };
  };

  return async (notice, document) => {
    const { id, workspaceId, payload, createdAt, problem } = notice;
    const { slackId, about } = payload;
    let link: string | null = null;
    if (about) {
      const place = await placeOf(db, about);
      const patient = clock.now().getTime() - createdAt.getTime() < LINK_PATIENCE_MS;
      if (place) link = await linkTo(workspaceId, place);
      else if (patient && (await cardIsComing(db, about))) return { type: 'later', waitMs: LINK_WAIT_MS };
    }
    const message = options.drawDocument(link === null ? document : withLink(document, link));
    try {
      const channel = await conversationWith(notice);
      const asked = { workspaceId, channel, kind: 'post', final: false, ticket: id } as const;
      await calls.say(asked, message, (slack, said) => slack.post(channel, said));
      return { type: 'sent' };
    } catch (error) {
      if (!(error instanceof SlackRefused)) throw error;
      const known = conversations.delete(`${workspaceId} ${slackId}`);
      const stale = known && error.reason === 'channel_not_found' && problem !== CONVERSATION_GONE;
      return stale ? { type: 'again', reason: CONVERSATION_GONE } : refused(error, notice);
    }
  };
}

/** Where it is kept that a team's admins know of somebody who cannot be told. */
const personKey = (teamId: string, slackId: string): string => `person-trouble:${teamId}:${slackId}`;

function keep(kept: Map<string, string>, key: string, value: string): void {
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, value);
}

function withLink(document: Document, link: string): Document {
  return {
    ...document,
    parts: [...document.parts, { type: 'text', words: { link, text: 'Go to the card' } }],
  };
}
