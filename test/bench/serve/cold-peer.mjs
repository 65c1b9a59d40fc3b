// A plain Bolt app with Drizzle and postgres.js, started by node as it is: one command that writes one row.
import { App } from '@slack/bolt';
import { bigserial, pgTable, text } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

const asked = pgTable('asked', {
  id: bigserial({ mode: 'number' }).primaryKey(),
  who: text(),
  words: text(),
});
const db = drizzle(postgres(process.env.DATABASE_URL, { max: 8, onnotice: () => {} }));
const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});
app.command('/sso', async ({ ack, command }) => {
  await db.insert(asked).values({ who: command.user_id, words: command.text });
  await ack(`Written: ${command.text}`);
});
await app.start(Number(process.env.PORT));
