import { channel, person, state, story } from '../state.ts';
import type { Block, Element, MessageEvent } from '../types.ts';

/** What the steps have seen happen so far; kept in the browser, so that a reload goes on. */
export interface Progress {
  /** The request that was asked for in the first step, by its card. */
  card?: { channel: string; ts: string };
  /** The card of a deletion that is under way. */
  deletion?: { channel: string; ts: string };
}

/** Something that happened, as the live connection told it. */
export type Happening = { type: 'message'; event: MessageEvent } | { type: 'clock'; forwardMs: number };

export interface Step {
  title: string;
  /** What to do and why, in a sentence or two. */
  words(): string;
  /** Who acts in this step. */
  actor(): string | undefined;
  /** What the button does. */
  button: string;
  go: { type: 'command'; text(): string } | { type: 'card' } | { type: 'panel'; tab: string };
  /** @returns whether this happening completes the step; may note what later steps need */
  done(happening: Happening, progress: Progress): boolean;
}

const named = (name: string | undefined) => (name ? ` ${name}` : '');
const owner = () => story().owner ?? [...state.people.values()].find((one) => one.is_owner)?.id;
const other = () =>
  story().approver ??
  [...state.people.values()].find((one) => one.id !== owner() && !one.is_bot && !one.deleted)?.id;

/** Five steps through the product; each does something real and sees by itself that it was done. */
export const STEPS: Step[] = [
  {
    title: 'Ask to turn SSO off',
    words: () =>
      'Turning off single sign-on changes how people sign in, so it needs somebody else’s yes. Read what it would do, give a reason, and send it.',
    actor: owner,
    button: 'Run /sso off',
    go: { type: 'command', text: () => `/sso off${named(story().on)}` },
    done(happening, progress) {
      const card = happening.type === 'message' ? decidable(happening.event) : undefined;
      if (card) progress.card = card;
      return card !== undefined;
    },
  },
  {
    title: 'Approve it as somebody else',
    words: () =>
      'The card is in the notifications channel. Now be the approver: look at it, press Approve, and see the same card come to its end.',
    actor: other,
    button: 'Show me the card',
    go: { type: 'card' },
    done: (happening, progress) =>
      happening.type === 'message' &&
      happening.event.change === 'changed' &&
      happening.event.message.ts === progress.card?.ts &&
      !decidable(happening.event),
  },
  {
    title: 'Prove a domain',
    words: () =>
      `Publish the TXT record in the DNS panel, then run /sso verify${named(story().unverified)}. A real DNS server on this machine answers.`,
    actor: owner,
    button: 'Open the DNS panel',
    go: { type: 'panel', tab: 'dns' },
    done(happening) {
      if (happening.type !== 'message' || happening.event.change !== 'new') return false;
      const { text, bot_id: byApp } = happening.event.message;
      return byApp !== undefined && /\bverified\b/i.test(text) && text.includes(story().unverified ?? '');
    },
  },
  {
    title: 'Watch a slow deletion',
    words: () =>
      'Ask to delete a domain with many people, approve it as the other person, and watch one card tell how far it is until the domain is gone.',
    actor: owner,
    button: 'Run /sso delete',
    go: { type: 'command', text: () => `/sso delete${named(story().deletable)}` },
    done(happening, progress) {
      if (happening.type !== 'message' || happening.event.change === 'deleted') return false;
      const { message, channel: where } = happening.event;
      if (/^Deleting /.test(message.text)) progress.deletion = { channel: where, ts: message.ts };
      return /\bwas deleted\b/.test(message.text) && message.ts === progress.deletion?.ts;
    },
  },
  {
    title: 'Go a week forward',
    words: () =>
      'Move the clock and see what the app does on its own: reminders, expiries, notices of certificates.',
    actor: owner,
    button: 'Open the clock',
    go: { type: 'panel', tab: 'clock' },
    done: (happening) => happening.type === 'clock' && happening.forwardMs >= 6 * 86_400_000,
  },
];

/** @returns where a card stands that somebody can approve, if this message is one */
function decidable(event: MessageEvent): { channel: string; ts: string } | undefined {
  if (event.change === 'deleted' || event.message.is_ephemeral) return undefined;
  const where = channel(event.channel);
  if (where?.kind === 'im' && where.with !== undefined && person()) return undefined;
  const buttons = (event.message.blocks ?? []).flatMap((block: Block): Element[] => block.elements ?? []);
  const found = buttons.some((button) => button.action_id?.startsWith('decide:approve'));
  return found ? { channel: event.channel, ts: event.message.ts } : undefined;
}
