import { sql } from 'drizzle-orm';
import type { Queryable } from '../../db/client.ts';
import type { Clock } from '../clock.ts';
import type { Secrets } from '../secrets.ts';

/** A workspace that the bot is installed in. */
export interface Workspace {
  id: string;
  name: string;
  botToken: string;
  botId: string;
  botUserId: string;
}

/** Installations, kept sealed in the database and remembered for a while, so that a payload needs no read. */
export interface Workspaces {
  /** @returns the workspace, or null when the bot is not installed there. @throws DatabaseUnavailable */
  find(id: string): Promise<Workspace | null>;
  /** Keeps an installation; one that was removed is there again. @throws DatabaseUnavailable */
  keep(workspace: Workspace): Promise<void>;
  /** Forgets the token of a workspace that removed the bot. What its teams own stays. @throws DatabaseUnavailable */
  remove(id: string): Promise<void>;
  /** All that are installed. @throws DatabaseUnavailable */
  all(): Promise<Workspace[]>;
}

interface Row {
  id: string;
  name: string;
  bot_token: string;
  bot_id: string;
  bot_user_id: string;
}

/** An installation removed by way of another process counts here after this long at most. */
const REMEMBERED_MS = 5 * 60_000;

const purpose = (id: string): string => `slack-token:${id}`;

/**
 * @param db where installations are kept
 * @param secrets seals the tokens
 * @param clock when it was installed or removed
 */
export function createWorkspaces(db: Queryable, secrets: Secrets, clock: Clock): Workspaces {
  const remembered = new Map<string, { workspace: Workspace; until: number }>();

  const remember = (workspace: Workspace): Workspace => {
    remembered.set(workspace.id, { workspace, until: Date.now() + REMEMBERED_MS });
    return workspace;
  };
  const opened = (row: Row): Workspace => ({
    id: row.id,
    name: row.name,
    botToken: secrets.open(row.bot_token, purpose(row.id)),
    botId: row.bot_id,
    botUserId: row.bot_user_id,
  });

  return {
    async find(id) {
      const known = remembered.get(id);
      if (known && known.until > Date.now()) return known.workspace;
      const [row] = await db.query<Row>(
        sql`select id, name, bot_token, bot_id, bot_user_id from workspaces
            where id = ${id} and removed_at is null`,
      );
      remembered.delete(id);
      return row ? remember(opened(row)) : null;
    },
    async keep(workspace) {
      const { id, name, botToken, botId, botUserId } = workspace;
      const sealed = secrets.seal(botToken, purpose(id));
      const now = clock.now().toISOString();
      await db.query(
        sql`insert into workspaces (id, name, bot_token, bot_id, bot_user_id, installed_at)
            values (${id}, ${name}, ${sealed}, ${botId}, ${botUserId}, ${now}::timestamptz)
            on conflict (id) do update set name = excluded.name, bot_token = excluded.bot_token,
              bot_id = excluded.bot_id, bot_user_id = excluded.bot_user_id, removed_at = null`,
      );
      remember(workspace);
    },
    async remove(id) {
      remembered.delete(id);
      await db.query(
        sql`update workspaces set removed_at = ${clock.now().toISOString()}::timestamptz, bot_token = ''
            where id = ${id} and removed_at is null`,
      );
    },
    async all() {
      const rows = await db.query<Row>(
        sql`select id, name, bot_token, bot_id, bot_user_id from workspaces where removed_at is null order by id`,
      );
      return rows.map((row) => remember(opened(row)));
    },
  };
}
