import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../../db/database.ts';
import type { Clock } from '../clock.ts';
import type { CardKey } from '../service/effects/effect.ts';
import type { CardFacts } from '../service/service.ts';
import type { Document } from '../words/document.ts';
import type { Budget, CallKind } from './budget.ts';
import { watchCards } from './due/watches.ts';
import { reviveDocument, type SlackNotice } from './outbox-row.ts';
import { cardIsComing, channelOf, forgetPlace, keepPlace, mended, type Place, placeOf } from './places.ts';
import { channelTrouble, messageIsGone } from './refusals.ts';
import type { Delivery } from './relay.ts';
import { SlackLimited, type SlackMessage, type SlackPort, SlackRefused } from './slack-port.ts';

export interface NoticesOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  budget: Budget;
  /** The workspace's Slack, or null when the bot is no longer installed there. */
  slack(workspaceId: string): Promise<SlackPort | null>;
  /** Everything a card is drawn from; null when there is no such thing (any more). */
  card(key: string): Promise<CardFacts | null>;
  /** The one function from state to card. */
  drawCard(facts: CardFacts): SlackMessage;
  drawDocument(document: Document): SlackMessage;
}

/** A limit: nothing was sent, come again later. */
class NotNow extends Error {
  constructor(readonly waitMs: number) {
    super('not now');
  }
}

/** How long a direct message about a card waits for the card to be there, so that it can link it. */
const LINK_PATIENCE_MS = 60_000;
const LINK_WAIT_MS = 500;
/** Cards looked for at once after a channel was mended; what is left is found when it is next looked. */
const MOST_CARDS = 200;
/** Conversations kept; a conversation that was forgotten is simply opened again. */
const MOST_CONVERSATIONS = 5000;

/**
 * The only writer of messages. It draws a card from the state as it is when the row's turn has come, so rows may be
 * repeated or left out without harm. When the process dies between posting and noting where, the message is posted
 * once more: at most a duplicate, never a loss (to look for our own message would need the right to read channels).
 * @returns the function that delivers one row of the outbox. It throws what may pass by itself
 */
export function createNotices(options: NoticesOptions): (notice: SlackNotice) => Promise<Delivery> {
  const { db, clock, log, budget } = options;
  const conversations = new Map<string, string>();

  /** One call to Slack, within the budget of its channel. */
  const call = async <T>(
    workspaceId: string,
    channel: string,
    kind: CallKind,
    final: boolean,
    work: (slack: SlackPort) => Promise<T>,
  ): Promise<T> => {
    const slack = await options.slack(workspaceId);
    if (!slack) throw new SlackRefused('app_not_installed');
    const asked = { workspaceId, channel, kind, final };
    const turn = budget.turn(asked);
    if (!turn.go) throw new NotNow(turn.waitMs);
    try {
      return await work(slack);
    } catch (error) {
      if (!(error instanceof SlackLimited)) throw error;
      budget.limited(asked, error.retryAfterMs);
      throw new NotNow(error.retryAfterMs);
    } finally {
      turn.done();
    }
  };

  const showCard = async (key: CardKey): Promise<Delivery> => {
    const facts = await options.card(key);
    if (!facts) return { type: 'sent' };
    const message = options.drawCard(facts);
    const shown = createHash('sha256').update(JSON.stringify(message)).digest('hex');
    const place = await placeOf(db, key);
    if (place?.shown === shown) return { type: 'sent' };
    const card = { key, workspaceId: facts.workspaceId, teamId: facts.teamId, shown };
    try {
      if (place && (await edited(facts, place, message))) {
        await keepPlace(db, clock.now(), { ...card, channel: place.channel, ts: place.ts });
        return { type: 'sent' };
      }
      if (place) await forgetPlace(db, key, place);
      const posted = await call(facts.workspaceId, facts.channelId, 'post', true, (slack) =>
        slack.post(facts.channelId, message),
      );
      await keepPlace(db, clock.now(), { ...card, ...posted });
      return { type: 'sent' };
    } catch (error) {
      return inChannel(error, facts.teamId, facts.channelId);
    }
  };

  /** @returns false when the card is no longer where it was, or its channel was given up for another */
  const edited = async (facts: CardFacts, place: Place, message: SlackMessage): Promise<boolean> => {
    try {
      await call(facts.workspaceId, place.channel, 'update', isFinal(facts), (slack) =>
        slack.update(place.channel, place.ts, message),
      );
      return true;
    } catch (error) {
      if (!(error instanceof SlackRefused)) throw error;
      if (messageIsGone(error.reason)) return false;
      const movedAway = place.channel !== facts.channelId && channelTrouble(error.reason, place.channel);
      if (!movedAway) throw error;
      return false;
    }
  };

  const reply = async (key: CardKey, document: Document): Promise<Delivery> => {
    const place = await placeOf(db, key);
    const facts = await options.card(key);
    if (!place || !facts) return { type: 'dropped', problem: 'its card was never posted' };
    try {
      await call(facts.workspaceId, place.channel, 'post', false, (slack) =>
        slack.post(place.channel, options.drawDocument(document), place.ts),
      );
      return { type: 'sent' };
    } catch (error) {
      if (error instanceof SlackRefused && messageIsGone(error.reason)) {
        await forgetPlace(db, key, place);
        const again = await showCard(key);
        return again.type === 'sent' ? { type: 'later', waitMs: 0 } : again;
      }
      return inChannel(error, facts.teamId, place.channel);
    }
  };

  const tellChannel = async (teamId: string, document: Document): Promise<Delivery> => {
    const team = await channelOf(db, teamId);
    if (!team) return { type: 'dropped', problem: 'its team is gone' };
    try {
      await call(team.workspaceId, team.channelId, 'post', false, (slack) =>
        slack.post(team.channelId, options.drawDocument(document)),
      );
      if (await mended(db, teamId)) await watchCards(db, clock.now(), MOST_CARDS);
      return { type: 'sent' };
    } catch (error) {
      return inChannel(error, teamId, team.channelId);
    }
  };

  const tellPerson = async (
    notice: SlackNotice & { kind: 'person' },
    document: Document,
  ): Promise<Delivery> => {
    const { workspaceId, payload } = notice;
    const { slackId, about } = payload;
    let link: string | null = null;
    if (about) {
      const place = await placeOf(db, about);
      const patient = clock.now().getTime() - notice.createdAt.getTime() < LINK_PATIENCE_MS;
      if (place) link = await linkTo(workspaceId, place);
      else if (patient && (await cardIsComing(db, about))) return { type: 'later', waitMs: LINK_WAIT_MS };
    }
    const channel = await conversationWith(workspaceId, slackId);
    await call(workspaceId, channel, 'post', false, (slack) =>
      slack.post(channel, options.drawDocument(link === null ? document : withLink(document, link))),
    );
    return { type: 'sent' };
  };

  /** A link is a help, not the message: without it the words still go out. */
  const linkTo = async (workspaceId: string, place: Place): Promise<string | null> => {
    const slack = await options.slack(workspaceId);
    try {
      return (await slack?.permalink(place.channel, place.ts)) ?? null;
    } catch (error) {
      log.info({ err: error }, 'A direct message goes out without the link to its card');
      return null;
    }
  };

  const conversationWith = async (workspaceId: string, slackId: string): Promise<string> => {
    const key = `${workspaceId} ${slackId}`;
    const known = conversations.get(key);
    if (known) return known;
    const channel = await call(workspaceId, slackId, 'open', false, (slack) => slack.openDirect(slackId));
    if (conversations.size >= MOST_CONVERSATIONS) conversations.clear();
    conversations.set(key, channel);
    return channel;
  };

  return async (notice) => {
    try {
      switch (notice.kind) {
        case 'card':
          return await showCard(notice.payload.key);
        case 'thread':
          return await reply(notice.payload.key, reviveDocument(notice.payload.document));
        case 'channel':
          return await tellChannel(notice.payload.teamId, reviveDocument(notice.payload.document));
        case 'person':
          return await tellPerson(notice, reviveDocument(notice.payload.document));
      }
    } catch (error) {
      if (error instanceof NotNow) return { type: 'later', waitMs: error.waitMs };
      if (!(error instanceof SlackRefused)) throw error;
      log.warn(
        { outbox: notice.id, kind: notice.kind, reason: error.reason },
        'Slack refused a notice for good',
      );
      return { type: 'dropped', problem: error.reason };
    }
  };
}

/** A refusal that concerns the team's channel becomes a word to its admins; anything else is thrown on. */
function inChannel(error: unknown, teamId: string, channel: string): Delivery {
  const document = error instanceof SlackRefused ? channelTrouble(error.reason, channel) : null;
  if (!(error instanceof SlackRefused) || !document) throw error;
  return {
    type: 'dropped',
    problem: error.reason,
    trouble: { teamId, channel, reason: error.reason, document },
  };
}

/** Whether the card shows an end, or something that needs a person: it goes before mere progress. */
function isFinal(facts: CardFacts): boolean {
  if (facts.type === 'deletion') return facts.deletion.status !== 'Running';
  return facts.request.status !== 'Pending' && facts.request.status !== 'Approved';
}

function withLink(document: Document, link: string): Document {
  return {
    ...document,
    parts: [...document.parts, { type: 'text', words: { link, text: 'Go to the card' } }],
  };
}
