/** Runs the queue's deletions of a database until it is killed, slowly enough to be killed in between. */
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { openDatabase } from '../../db/client.ts';
import { systemClock } from '../../src/clock.ts';
import { deletionJob } from '../../src/worker/deletion/job.ts';
import { openQueue } from '../../src/worker/queue.ts';

const [where = '', batch = '50', pauseMs = '5'] = process.argv.slice(2);
const db = await openDatabase(where.startsWith('postgres') ? { url: where } : { dataDir: where });
const log = pino({ level: 'warn' });
const queue = await openQueue(db, { queues: ['deletion'], log });
const job = deletionJob({ db, clock: systemClock, log, batch: Number(batch), pauseMs: Number(pauseMs) });
await queue.work<{ deletion: string }>('deletion', async ({ deletion }, { signal }) => {
  console.log(`begins ${deletion}`);
  await job(deletion, signal);
  console.log(`ended ${deletion}`);
});
setInterval(() => {
  void db
    .query<{ released: number }>(sql`select released from deletions`)
    .then(([row]) => console.log(`released ${row?.released}`));
}, 50);
