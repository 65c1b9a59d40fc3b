import { setTimeout as sleep } from 'node:timers/promises';
import type { Clients } from './client.ts';
import type { SlackLog } from './logger.ts';
import type { Workspace, Workspaces } from './workspaces.ts';

/** The start cannot go on. The message names the variable and says what to do. */
export class SlackStartError extends Error {
  override readonly name = 'SlackStartError';
}

/** Slack's words for a token that will never do. */
const WRONG_TOKEN =
  /^(invalid_auth|not_authed|account_inactive|token_revoked|token_expired|not_allowed_token_type)$/;
const TRIES = 6;
const WAIT_MS = 2000;

/**
 * Asks Slack once which workspace a bot token is of, and keeps the answer, so that no payload needs to ask again
 * and a start while Slack is down goes by what was kept.
 * @param botToken the token of the only workspace
 * @returns the workspace
 * @throws SlackStartError when the token is wrong, or Slack does not answer and nothing was kept
 */
export async function identify(
  botToken: string,
  clients: Clients,
  workspaces: Workspaces,
  log: SlackLog,
): Promise<Workspace> {
  for (let tries = 1; ; tries++) {
    try {
      const workspace = await ask(botToken, clients);
      await workspaces.keep(workspace);
      return workspace;
    } catch (error) {
      const reason = (error as { data?: { error?: string } }).data?.error;
      if (reason && WRONG_TOKEN.test(reason)) {
        throw new SlackStartError(
          `SLACK_BOT_TOKEN: Slack refuses it (${reason}). Copy the bot token from the app's OAuth page.`,
        );
      }
      const kept = (await workspaces.all()).find((workspace) => workspace.botToken === botToken);
      if (kept) return kept;
      if (tries === TRIES) {
        throw new SlackStartError(
          'Slack does not answer. Check the network and SLACK_API_URL, then start again.',
        );
      }
      log.warn({ reason: reason ?? 'no answer', tries }, 'Slack does not say yet which workspace this is');
      await sleep(WAIT_MS);
    }
  }
}

async function ask(botToken: string, clients: Clients): Promise<Workspace> {
  const { team_id, team, user_id, bot_id } = await clients.withToken(botToken).auth.test();
  if (!team_id || !user_id) {
    throw new SlackStartError(
      'SLACK_BOT_TOKEN: Slack does not say whose token this is. It begins with xoxb-.',
    );
  }
  // Servers that only speak Slack's Web API leave the bot's own id out; nothing here depends on it.
  return { id: team_id, name: team ?? team_id, botToken, botId: bot_id ?? '', botUserId: user_id };
}
