/** Runs jobs of the queue `deletions`, says so, and never finishes one. */
import { openDatabase } from '../../../db/client.ts';
import { openQueue } from '../../../src/worker/queue.ts';

const [kind = '', where = ''] = process.argv.slice(2);
const db = await openDatabase(kind === 'url' ? { url: where } : { dataDir: where });
const queue = await openQueue(db, { queues: ['deletions'], log: console });
if (kind === 'folder') {
  await db.transaction((tx) => queue.enqueue(tx, 'deletions', { id: 'd1' }, { singletonKey: 'd1' }));
}
await queue.work<{ id: string }>('deletions', async ({ id }) => {
  console.log(`running ${id}`);
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
