import { createHash } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import type { Clock } from '../clock.ts';
import { troubleKey } from '../service/channel-trouble.ts';
import type { CardKey } from '../service/effects/effect.ts';
import type { CardFacts } from '../service/service.ts';
import type { Document } from '../words/document.ts';
import type { SlackNotice } from './outbox-row.ts';
import { beginEdit, forgetPlace, keepPlace, type Place, placeOf, undoEdit } from './places.ts';
import { channelTrouble, messageIsGone } from './refusals.ts';
import type { Delivery } from './relay.ts';
import { EDITING, lookAgain } from './second-look.ts';
import { type Calls, NotNow } from './slack-calls.ts';
import { type SlackMessage, SlackRefused, SlackUnreachable } from './slack-port.ts';

export interface CardsOptions {
  db: Database;
  clock: Clock;
  calls: Calls;
  /** Everything a card is drawn from; null when there is no such thing (any more). */
  card(key: string): Promise<CardFacts | null>;
  /** The one function from state to card. */
  drawCard(facts: CardFacts): SlackMessage;
  drawDocument(document: Document): SlackMessage;
}

/** Cards and what is told under them. */
export interface Cards {
  show(notice: SlackNotice & { kind: 'card' }): Promise<Delivery>;
  reply(notice: SlackNotice & { kind: 'thread' }, document: Document): Promise<Delivery>;
}

/** Why a reply is tried once more. */
const POSTED_ANEW = 'its card was posted anew';
/** Places kept in memory as long as the database does not take them. */
const MOST_UNNOTED = 1000;

/**
 * A card is drawn from the state as it is when its row's turn has come, so rows may be repeated or left out without
 * harm. Before an edit it is noted that there will be one: when its end is not known (the process died, Slack did not
 * answer), the card is drawn once more after a while, for Slack may carry out the older edit after the newer one.
 */
export function createCards(options: CardsOptions): Cards {
  const { db, clock, calls } = options;
  /** Cards that were posted while the database did not take where: not to be posted again for that. */
  const unnoted = new Map<CardKey, Place>();

  const draw = async (key: CardKey, row: number): Promise<Delivery> => {
    const facts = await options.card(key);
    if (!facts) return { type: 'sent' };
    const message = options.drawCard(facts);
    const shown = createHash('sha256').update(JSON.stringify(message)).digest('hex');
    const place = unnoted.get(key) ?? (await placeOf(db, key));
    const card = { key, workspaceId: facts.workspaceId, teamId: facts.teamId, shown };
    if (place?.shown === shown) {
      if (unnoted.has(key)) await note({ ...card, ...place });
      return { type: 'sent' };
    }
    try {
      if (place) {
        const done = await edit(facts, key, place, message, row);
        if (done === 'overtaken') return { type: 'sent' };
        if (done === 'edited') {
          const { channel, ts } = place;
          await keepPlace(db, clock.now(), { ...card, channel, ts }, place.shown === EDITING);
          unnoted.delete(key);
          return { type: 'sent' };
        }
        unnoted.delete(key);
        await forgetPlace(db, key, place);
      }
      const { workspaceId, channelId: channel } = facts;
      const asked = { workspaceId, channel, kind: 'post', final: true, ticket: row } as const;
      await note({
        ...card,
        ...(await calls.say(asked, message, (slack, said) => slack.post(channel, said))),
      });
      return { type: 'sent' };
    } catch (error) {
      return inChannel(error, facts.teamId, facts.channelId);
    }
  };

  const note = async (card: Parameters<typeof keepPlace>[2]): Promise<void> => {
    if (unnoted.size < MOST_UNNOTED) unnoted.set(card.key, card);
    await keepPlace(db, clock.now(), card);
    unnoted.delete(card.key);
  };

  /** @returns `gone` when the card is no longer where it was, or its channel was given up for another */
  const edit = async (
    facts: CardFacts,
    key: CardKey,
    place: Place,
    message: SlackMessage,
    row: number,
  ): Promise<'edited' | 'gone' | 'overtaken'> => {
    const { workspaceId } = facts;
    const { channel, ts } = place;
    let begun = false;
    try {
      const asked = { workspaceId, channel, kind: 'update', final: isFinal(facts), ticket: row } as const;
      return await calls.say(asked, message, async (slack, said) => {
        begun ||= unnoted.has(key) || (await beginEdit(db, key, row));
        if (!begun) return 'overtaken';
        await slack.update(channel, ts, said);
        return 'edited';
      });
    } catch (error) {
      const unknown = error instanceof SlackUnreachable && error.mayBeDone;
      if (begun && !unknown) await undoEdit(db, key, place);
      if (error instanceof SlackRefused && isLost(error.reason, place, facts)) return 'gone';
      throw error;
    }
  };

  return {
    async show({ id, workspaceId, payload: { key, secondLook } }) {
      if (!secondLook) return draw(key, id);
      await lookAgain(db, clock.now(), { key, workspaceId });
      return { type: 'sent' };
    },
    async reply({ id, payload: { key }, problem }, document) {
      const place = await placeOf(db, key);
      const facts = await options.card(key);
      if (!place || !facts) return { type: 'dropped', problem: 'its card was never posted' };
      const { channel, ts } = place;
      try {
        const asked = {
          workspaceId: facts.workspaceId,
          channel,
          kind: 'post',
          final: false,
          ticket: id,
        } as const;
        await calls.say(asked, options.drawDocument(document), (slack, said) =>
          slack.post(channel, said, ts),
        );
        return { type: 'sent' };
      } catch (error) {
        if (!(error instanceof SlackRefused) || !isLost(error.reason, place, facts)) {
          return inChannel(error, facts.teamId, channel);
        }
        // A place that takes cards and never replies would be filled with cards.
        if (problem === POSTED_ANEW) return { type: 'dropped', problem: error.reason };
        await forgetPlace(db, key, place);
        const again = await draw(key, id);
        return again.type === 'sent' ? { type: 'again', reason: POSTED_ANEW } : again;
      }
    },
  };
}

/** Whether the message is no more, or stands in a channel that was given up. */
function isLost(reason: string, place: Place, facts: CardFacts): boolean {
  if (messageIsGone(reason)) return true;
  return place.channel !== facts.channelId && channelTrouble(reason, place.channel) !== null;
}

/** A refusal that concerns the team's channel becomes a word to its admins; anything else is thrown on. */
export function inChannel(error: unknown, teamId: string, channel: string): Delivery {
  if (error instanceof NotNow || !(error instanceof SlackRefused)) throw error;
  const document = channelTrouble(error.reason, channel);
  if (!document) throw error;
  return {
    type: 'dropped',
    problem: error.reason,
    trouble: { teamId, key: troubleKey(teamId), value: `${channel} ${error.reason}`, document },
  };
}

/** Whether the card shows an end, or something that needs a person: it goes before mere progress. */
function isFinal(facts: CardFacts): boolean {
  if (facts.type === 'deletion') return facts.deletion.status !== 'Running';
  return facts.request.status !== 'Pending' && facts.request.status !== 'Approved';
}
