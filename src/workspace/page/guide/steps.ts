import { channel, person, state, story } from '../state.ts';
import type { Block, Element, MessageEvent } from '../types.ts';

/** A message that a step speaks of. */
export interface Card {
  channel: string;
  ts: string;
}

/** What the steps have seen happen so far; kept in the browser, so that a reload goes on. */
export interface Progress {
  /** The request that waits for the other person, by its card. */
  card?: Card;
  /** The card of a deletion that is under way. */
  deletion?: Card;
}

/** Something that happened, as the live connection told it. */
export type Happening = { type: 'message'; event: MessageEvent } | { type: 'clock'; forwardMs: number };

/** What the step's button does, and as whom: a step of two halves changes it in the middle. */
export interface Move {
  actor: string | undefined;
  button: string;
  go:
    | { type: 'command'; text: string }
    | { type: 'card'; card: Card | undefined }
    | { type: 'panel'; tab: string };
}

export interface Step {
  title(): string;
  /** What to do and why, in a sentence or two. */
  words(progress: Progress): string;
  move(progress: Progress): Move;
  /** @returns whether this happening completes the step; may note what later steps need */
  done(happening: Happening, progress: Progress): boolean;
}

const owner = () => story().owner ?? [...state.people.values()].find((one) => one.is_owner)?.id;
const other = () =>
  story().approver ??
  [...state.people.values()].find((one) => one.id !== owner() && !one.is_bot && !one.deleted)?.id;

/** Five steps through the product; each does something real and sees by itself that it was done. */
export const STEPS: Step[] = [
  {
    title: () => `Ask to turn SSO ${turn()}`,
    words: () =>
      `Turning ${turn()} single sign-on changes how people sign in, so it needs somebody else’s yes. Read what it would do, give a reason, and send it.`,
    move: () => command(turn(), story().on ?? story().off),
    done(happening, progress) {
      const card = happening.type === 'message' ? decidable(happening.event, ' SSO for ') : undefined;
      if (card) progress.card = card;
      return card !== undefined;
    },
  },
  {
    title: () => 'Approve it as somebody else',
    words: () =>
      'The card is in the notifications channel. Now be the approver: look at it, press Approve, and see the same card come to its end.',
    move: ({ card }) => showCard(card),
    done(happening, progress) {
      const over = decided(happening, progress.card);
      if (over) delete progress.card;
      return over;
    },
  },
  {
    title: () => 'Prove a domain',
    words: () => {
      if (published())
        return 'The record is there. Now let the app look for it: a real DNS server on this machine answers.';
      const { unverified } = story();
      return unverified
        ? `A domain is proven by a TXT record. Publish the one that ${unverified} waits for in the DNS panel.`
        : 'A domain is proven by a TXT record. All are proven here, so add another one first.';
    },
    move() {
      if (published()) return command('verify', story().unverified);
      if (!story().unverified) return command('add', 'another.test');
      return { actor: owner(), button: 'Open the DNS panel', go: { type: 'panel', tab: 'dns' } };
    },
    done(happening) {
      if (happening.type !== 'message' || happening.event.change !== 'new') return false;
      const { text, bot_id: byApp } = happening.event.message;
      return byApp !== undefined && / verified [\w.-]+\.$|^[\w.-]+ is verified\b/.test(text);
    },
  },
  {
    title: () => 'Watch a slow deletion',
    words: ({ card, deletion }) => {
      if (deletion)
        return 'Approved. One card tells how far it is, until the domain is gone; it takes half a minute.';
      if (card) return 'Asked. Deleting needs a yes too: be the approver again and press Approve.';
      return 'Ask to delete a domain with many people, approve it as the other person, and watch one card tell how far it is.';
    },
    move: ({ card, deletion }) =>
      deletion || card ? showCard(deletion ?? card) : command('delete', story().deletable),
    done(happening, progress) {
      if (happening.type !== 'message' || happening.event.change === 'deleted') return false;
      const asked = decidable(happening.event, 'Delete');
      if (asked) progress.card = asked;
      else if (decided(happening, progress.card)) delete progress.card;
      const { message, channel: where } = happening.event;
      if (/^Deleting /.test(message.text)) progress.deletion = { channel: where, ts: message.ts };
      return /\bwas deleted\b/.test(message.text) && message.ts === progress.deletion?.ts;
    },
  },
  {
    title: () => 'Go a week forward',
    words: () =>
      'Move the clock and see what the app does on its own: a certificate that will end is announced in the channel of the team Labs, open requests are reminded of and expire.',
    move: () => ({ actor: owner(), button: 'Open the clock', go: { type: 'panel', tab: 'clock' } }),
    done: (happening) => happening.type === 'clock' && happening.forwardMs >= 6 * 86_400_000,
  },
];

/** What the first step asks for: the other way when nothing is on, since the path was walked before. */
const turn = () => (story().on || !story().off ? 'off' : 'on');

function command(verb: string, domain: string | undefined): Move {
  const text = `/sso ${verb}${domain ? ` ${domain}` : ''}`;
  return { actor: owner(), button: `Run /sso ${verb}`, go: { type: 'command', text } };
}

function showCard(card: Card | undefined): Move {
  return { actor: other(), button: 'Show me the card', go: { type: 'card', card } };
}

/** @returns whether the DNS panel says that the record of the demo's domain is published */
function published(): boolean {
  const { wanted = [] } = (state.panels.dns ?? {}) as { wanted?: { domain?: string; published?: boolean }[] };
  return wanted.some((one) => one.domain === story().unverified && one.published === true);
}

/** @returns whether this happening takes the buttons from the card */
function decided(happening: Happening, card: Card | undefined): boolean {
  if (happening.type !== 'message' || happening.event.change !== 'changed') return false;
  return happening.event.message.ts === card?.ts && !decidable(happening.event);
}

/** @returns where a card stands that somebody can approve, if this message is one and is about this */
function decidable(event: MessageEvent, about = ''): Card | undefined {
  if (event.change === 'deleted' || event.message.is_ephemeral) return undefined;
  if (!event.message.text.includes(about)) return undefined;
  const where = channel(event.channel);
  if (where?.kind === 'im' && where.with !== undefined && person()) return undefined;
  const buttons = (event.message.blocks ?? []).flatMap((block: Block): Element[] => block.elements ?? []);
  const found = buttons.some((button) => button.action_id?.startsWith('decide:approve'));
  return found ? { channel: event.channel, ts: event.message.ts } : undefined;
}
