import type { Logger } from 'pino';
import type { Database } from '../../db/database.ts';
import type { Clock } from '../clock.ts';
import type { Document } from '../words/document.ts';
import type { Budget } from './budget.ts';
import { type CardsOptions, createCards, inChannel } from './cards.ts';
import { createDirect } from './direct.ts';
import { watchCards } from './due/watches.ts';
import { reviveDocument, type SlackNotice } from './outbox-row.ts';
import { channelOf, mended } from './places.ts';
import { workspaceClosed } from './refusals.ts';
import type { Delivery } from './relay.ts';
import { createCalls, NotNow } from './slack-calls.ts';
import { type SlackPort, SlackRefused } from './slack-port.ts';

export interface NoticesOptions extends Pick<CardsOptions, 'card' | 'drawCard' | 'drawDocument'> {
  db: Database;
  clock: Clock;
  log: Logger;
  budget: Budget;
  /** The workspace's Slack, or null when the bot is no longer installed there. */
  slack(workspaceId: string): Promise<SlackPort | null>;
}

/** Cards looked for at once after a channel was mended; what is left is found when it is next looked. */
const MOST_CARDS = 200;

/**
 * The only writer of messages. When the process dies between posting and noting where, the message is posted once
 * more: at most a duplicate, never a loss (to look for our own message would need the right to read channels).
 * @returns the function that delivers one row of the outbox. It throws what may pass by itself
 */
export function createNotices(options: NoticesOptions): (notice: SlackNotice) => Promise<Delivery> {
  const { db, clock, log } = options;
  const calls = createCalls(options);
  const cards = createCards({ ...options, calls });
  const tellPerson = createDirect({ ...options, calls });

  const tellChannel = async (
    {
      id,
      workspaceId: home,
      channelId,
      teamId: owner,
      payload: { teamId },
    }: SlackNotice & { kind: 'channel' },
    document: Document,
  ): Promise<Delivery> => {
    // It came with the row, which spares a read.
    const known = owner === teamId && channelId ? { workspaceId: home, channelId } : null;
    const team = known ?? (await channelOf(db, teamId));
    if (!team) return { type: 'dropped', problem: 'its team is gone' };
    const { workspaceId, channelId: channel } = team;
    try {
      const asked = { workspaceId, channel, kind: 'post', final: false, ticket: id } as const;
      await calls.say(asked, options.drawDocument(document), (slack, said) => slack.post(channel, said));
      if (await mended(db, teamId)) await watchCards(db, clock.now(), MOST_CARDS);
      return { type: 'sent' };
    } catch (error) {
      return inChannel(error, teamId, channel);
    }
  };

  return async (notice) => {
    try {
      switch (notice.kind) {
        case 'card':
          return await cards.show(notice);
        case 'thread':
          return await cards.reply(notice, reviveDocument(notice.payload.document));
        case 'channel':
          return await tellChannel(notice, reviveDocument(notice.payload.document));
        case 'person':
          return await tellPerson(notice, reviveDocument(notice.payload.document));
      }
    } catch (error) {
      if (error instanceof NotNow) return { type: 'later', waitMs: error.waitMs };
      if (!(error instanceof SlackRefused)) throw error;
      const about = { outbox: notice.id, kind: notice.kind, reason: error.reason };
      if (workspaceClosed(error.reason)) {
        log.error(
          { ...about, workspace: notice.workspaceId },
          'Slack lets the bot do nothing in this workspace',
        );
      } else log.warn(about, 'Slack refused a notice for good');
      return { type: 'dropped', problem: error.reason };
    }
  };
}
