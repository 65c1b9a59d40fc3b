/** Tells what waits in the outbox of a database, as a process of the bot does, until it is killed. */
import { pino } from 'pino';
import { openDatabase } from '../../db/client.ts';
import { systemClock } from '../../src/clock.ts';
import { readCard } from '../../src/service/card.ts';
import { message } from '../../src/slack/blocks.ts';
import { deletionCard } from '../../src/slack/cards/deletion.ts';
import { requestCard } from '../../src/slack/cards/request.ts';
import { createClients } from '../../src/slack/client.ts';
import { createBudget } from '../../src/worker/budget.ts';
import { createNotices } from '../../src/worker/notices.ts';
import { createRelay } from '../../src/worker/relay.ts';
import { slackPort } from '../../src/worker/slack-port.ts';

const [url = '', apiUrl = '', token = ''] = process.argv.slice(2);
const db = await openDatabase({ url });
const log = pino({ level: 'warn' });
const clients = createClients(apiUrl, log);
const notices = createNotices({
  db,
  clock: systemClock,
  log,
  budget: createBudget(),
  card: (key) => readCard(db, key),
  drawCard: (facts) => (facts.type === 'request' ? requestCard(facts) : deletionCard(facts)),
  drawDocument: message,
  slack: async () => slackPort(clients.inBackground(token)),
});
const relay = createRelay({
  db,
  clock: systemClock,
  log,
  enqueue: async () => {},
  deliver: (notice) => {
    if (notice.kind === 'mail') throw new Error('no mail is sent here');
    return notices(notice);
  },
});
await relay.start();
console.log('tells');
