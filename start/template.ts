/** `npm run build`, its second half: makes the empty database that a first start copies. */

import { migrate } from '../db/migrate.ts';
import { makeTemplate } from '../db/template.ts';
import { createLog } from '../src/log.ts';
import { openQueue } from '../src/worker/queue.ts';
import { QUEUES } from '../src/worker/worker.ts';

await makeTemplate(async (db) => {
  await migrate(db);
  const queue = await openQueue(db, { queues: QUEUES, log: createLog('warn') });
  await queue.stop();
});
