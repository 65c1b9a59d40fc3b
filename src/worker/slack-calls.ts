import type { Logger } from 'pino';
import type { Budget, Call } from './budget.ts';
import { contentRefused } from './refusals.ts';
import {
  SlackLimited,
  type SlackMessage,
  type SlackPort,
  SlackRefused,
  SlackUnreachable,
} from './slack-port.ts';

/** A limit: nothing was sent, come again later. */
export class NotNow extends Error {
  constructor(readonly waitMs: number) {
    super('not now');
  }
}

/** Calls Slack within the budget. Each throws NotNow, SlackRefused or SlackUnreachable. */
export interface Calls {
  /** @returns what `work` gave */
  call<T>(asked: Call, work: (slack: SlackPort) => Promise<T>): Promise<T>;
  /** The same with a message; when Slack does not take it as it is, only its sentence goes. */
  say<T>(
    asked: Call,
    message: SlackMessage,
    work: (slack: SlackPort, message: SlackMessage) => Promise<T>,
  ): Promise<T>;
}

export interface CallsOptions {
  budget: Budget;
  log: Logger;
  /** The workspace's Slack, or null when the bot is no longer installed there. */
  slack(workspaceId: string): Promise<SlackPort | null>;
}

/** @param options the budget and whose Slack */
export function createCalls({ budget, log, slack: slackOf }: CallsOptions): Calls {
  const call = async <T>(asked: Call, work: (slack: SlackPort) => Promise<T>): Promise<T> => {
    const slack = await slackOf(asked.workspaceId);
    if (!slack) throw new SlackRefused('app_not_installed');
    const turn = budget.turn(asked);
    if (!turn.go) throw new NotNow(turn.waitMs);
    try {
      const result = await work(slack);
      budget.reached(asked);
      return result;
    } catch (error) {
      if (error instanceof SlackUnreachable) budget.unreachable(asked);
      if (error instanceof SlackRefused || error instanceof SlackLimited) budget.reached(asked);
      if (!(error instanceof SlackLimited)) throw error;
      budget.limited(asked, error.retryAfterMs);
      throw new NotNow(error.retryAfterMs);
    } finally {
      turn.done();
    }
  };

  return {
    call,
    say: (asked, message, work) =>
      call(asked, async (slack) => {
        try {
          return await work(slack, message);
        } catch (error) {
          if (!(error instanceof SlackRefused) || !contentRefused(error.reason)) throw error;
          // A fault of ours. People still read what it is about, and a decided card still loses its buttons.
          log.error({ err: error }, 'Slack does not take a message as it is; it goes out in short');
          return work(slack, inShort(message));
        }
      }),
  };
}

const SHORT = 1000;

/** Only the sentence, as words that cannot be refused. */
function inShort({ text }: SlackMessage): SlackMessage {
  const sentence = text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
  const words = `${sentence}\nSlack did not take the rest of this message. /sso requests and /sso status show it.`;
  return { text: sentence, blocks: [{ type: 'section', text: { type: 'plain_text', text: words } }] };
}
