import { setTimeout as sleep } from 'node:timers/promises';
import { placedElements } from '../../src/workspace/block-kit/elements.ts';
import { SEED } from '../../src/workspace/seed.ts';
import type { Workspace } from '../../src/workspace/server.ts';
import { CHANNELS, PEOPLE, type TestSlack } from './slack.ts';
import { wordsOf } from './slack-person.ts';

/** People beside those of the seed, all in the notifications channel: some ask, some decide, all look. */
const MANY = Array.from({ length: 20 }, (_, n) => `U0CROWD${String(n).padStart(3, '0')}`);
export const ASKERS = [PEOPLE.owner, PEOPLE.admin, ...MANY.slice(0, 6)];
export const DECIDERS = [PEOPLE.approver, ...MANY.slice(6, 8)];
export const CROWD = [...ASKERS, ...DECIDERS, ...MANY.slice(8)];

/** How long somebody thinks between two things, on average. */
const PAUSE_MS = 500;

/** A workspace with many people. */
export const CROWDED = {
  ...SEED,
  people: [
    ...SEED.people,
    ...MANY.map((id, n) => ({ id, name: `crowd${n}`, real_name: `Crowd ${n}`, color: '888888' })),
  ],
  channels: SEED.channels.map((channel) =>
    channel.id === CHANNELS.notifications ? { ...channel, members: [...channel.members, ...MANY] } : channel,
  ),
};

/**
 * The share of answers that may come after more than three seconds: on a busy machine the stand-in Slack and several
 * processes share few processors, and its own clock is late as well. `slack/deadline.test.ts` is strict.
 */
export const TOO_LATE = 0.1;

/** What the crowd did, and what it was promised. */
export interface Told {
  done: number;
  /** What Slack had no answer to: the process was gone. People read Slack's own words then, and try again. */
  unanswered: number;
  /** What was not answered in three seconds although somebody was there. */
  tooLate: number;
  /** Words of answers with a reference: something broke, and the person was told. */
  broken: string[];
  /** Who was told that they have asked. */
  asked: string[];
}

/**
 * Lets everybody do things at the same time, as they come into their heads, until enough was done.
 * @param slack the workspace
 * @param options how many things, on which domains, and how many requests at most: Slack's limits for messages are real
 */
export async function letThemAct(
  slack: TestSlack,
  { times, domains, requests }: { times: number; domains: string[]; requests: number },
): Promise<Told> {
  const told: Told = { done: 0, unanswered: 0, tooLate: 0, broken: [], asked: [] };
  let left = times;
  let asksLeft = requests;
  let named = 0;
  const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

  /** Counts an answer, and keeps what it said. @returns whether there was one */
  const heard = (outcome: Awaited<ReturnType<Workspace['command']>>): boolean => {
    told.done += 1;
    left -= 1;
    if (!outcome.ok) {
      told.unanswered += 1;
      if (outcome.error === 'operation_timeout') told.tooLate += 1;
      return false;
    }
    const words = wordsOf({ blocks: [outcome.ack] });
    if (/reference/i.test(words)) told.broken.push(words);
    return true;
  };

  /** A command, the dialog it opens, and what comes of sending that. */
  const ask = async (person: string, line: string, values: Record<string, string>): Promise<void> => {
    if (!heard(await slack.command(person, CHANNELS.notifications, line))) return;
    const top = slack.ctx.modals.stack(person).at(-1);
    if (!top) return;
    const outcome = await slack.submit(person, top.view.id, top.view.submit ? values : {});
    if (heard(outcome) && wordsOf({ blocks: [outcome.ack] }).includes('Asked: ')) told.asked.push(person);
    if (slack.ctx.modals.stack(person).length > 0) await slack.closeModal(person, top.view.id, true);
  };

  const decide = async (person: string): Promise<void> => {
    const words = Math.random() < 0.75 ? /^Approve/ : /^Reject/;
    const cards = slack.ctx.messages.in(CHANNELS.notifications).flatMap((message) =>
      placedElements(message.blocks ?? [])
        .filter(({ element }) => words.test(element.text?.text ?? ''))
        .map(({ element, block_id }) => ({
          ts: message.ts,
          action_id: element.action_id as string,
          block_id,
        })),
    );
    if (cards.length === 0) return read(person);
    const { ts, action_id, block_id } = any(cards);
    const target = { type: 'message' as const, channel: CHANNELS.notifications, ts };
    if (!heard(await slack.click(person, target, { action_id, block_id }))) return;
    const open = await waitFor(() => slack.ctx.modals.stack(person).at(-1), 500);
    if (!open) return;
    if (open.view.submit) heard(await slack.submit(person, open.view.id, reasonIn(open.view)));
    if (slack.ctx.modals.stack(person).length > 0) await slack.closeModal(person, open.view.id, true);
  };

  const read = async (person: string): Promise<void> => {
    const line = any(['/sso', `/sso status ${any(domains)}`, '/sso help', '/sso requests', '/sso history']);
    heard(await slack.command(person, CHANNELS.notifications, line));
  };

  const act = async (person: string): Promise<void> => {
    const dice = Math.random();
    if (DECIDERS.includes(person) && dice < 0.7) return decide(person);
    if (ASKERS.includes(person) && asksLeft > 0 && dice < 0.25) {
      asksLeft -= 1;
      const line = dice < 0.15 ? `/sso on ${any(domains)}` : `/sso unlink ${any(domains)}`;
      return ask(person, line, { Reason: 'it is time' });
    }
    if (ASKERS.includes(person) && dice > 0.97 && named < 8) {
      named += 1;
      return ask(person, `/sso add crowd${named}.test`, {});
    }
    return read(person);
  };

  await Promise.all(
    CROWD.map(async (person) => {
      while (left > 0) {
        await sleep(Math.random() * 2 * PAUSE_MS);
        await act(person).catch((error: unknown) => {
          // What was on screen a moment ago is gone, or a late dialog has taken its place: people do something else.
          if (!/not_found|no such|gone|is not|There is no field/i.test(String(error))) throw error;
        });
      }
    }),
  );
  return told;
}

function reasonIn(view: { blocks: { type: string; label?: { text?: string } }[] }): Record<string, string> {
  return view.blocks.some(({ label }) => label?.text === 'Reason') ? { Reason: 'not now' } : {};
}

async function waitFor<T>(look: () => T | undefined, ms: number): Promise<T | undefined> {
  const until = performance.now() + ms;
  for (;;) {
    const found = look();
    if (found !== undefined || performance.now() > until) return found;
    await sleep(10);
  }
}
