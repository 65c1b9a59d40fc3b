import { PGlite } from '@electric-sql/pglite';
import { WebClient } from '@slack/web-api';
import postgres from 'postgres';
import { request } from 'undici';
import type { Teller } from './ours.ts';

/**
 * The least that tells a channel of a commit: one insert, NOTIFY, and a listener that posts one message.
 * @param url a server's database; null for an embedded one in memory
 * @param apiUrl the Web API
 * @param channelOf the channel of a team
 */
export async function listenerTells(
  url: string | null,
  apiUrl: string,
  channelOf: (team: number) => string,
): Promise<Teller> {
  const post = async (channel: string): Promise<void> => {
    const { body } = await request(`${apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Bearer xoxb-bench' },
      body: new URLSearchParams({ channel, text: 'Something has changed' }).toString(),
    });
    await body.dump();
  };
  const table = 'create table if not exists told (id bigserial primary key, channel text not null)';
  if (url === null) {
    const pglite = await PGlite.create();
    await pglite.exec(table);
    await pglite.listen('told', (channel) => void post(channel));
    return {
      async commit(team) {
        await pglite.query('insert into told (channel) values ($1)', [channelOf(team)]);
        const at = performance.now();
        await pglite.query(`select pg_notify('told', $1)`, [channelOf(team)]);
        return at;
      },
      stop: () => pglite.close(),
    };
  }
  const sql = postgres(url, { onnotice: () => {} });
  await sql.unsafe(table);
  await sql.listen('told', (channel) => void post(channel));
  return {
    async commit(team) {
      await sql`insert into told (channel) values (${channelOf(team)})`;
      const at = performance.now();
      await sql.notify('told', channelOf(team));
      return at;
    },
    stop: () => sql.end(),
  };
}

/**
 * Posts by the default client, without anything between.
 * @param apiUrl the Web API
 */
export function clientTells(apiUrl: string, channelOf: (team: number) => string): Teller {
  const client = new WebClient('xoxb-bench', { slackApiUrl: apiUrl });
  return {
    async commit(team) {
      const at = performance.now();
      void client.chat.postMessage({ channel: channelOf(team), text: 'Something has changed' });
      return at;
    },
    stop: async () => undefined,
  };
}
