/**
 * Opens the embedded database of a folder and writes until nothing more is taken (`slowly`), or takes the room away by
 * a file and then writes more than is left into the log (`at once`). Says what was saved and how it ended.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { openDatabase } from '../../../db/client.ts';
import { bytesFree } from '../../../db/room.ts';

const [dataDir = '', how = 'slowly'] = process.argv.slice(2);
const log = (_: object, words?: string): void => console.log(`log: ${words}`);
const answer = (work: Promise<unknown>): Promise<string> =>
  Promise.race([
    work.then(
      () => 'done',
      (error: Error & { code?: string }) => `${error.name} ${error.code}: ${error.message}`,
    ),
    new Promise<string>((resolve) => setTimeout(resolve, 2000, 'no answer').unref()),
  ]);

try {
  const db = await openDatabase({ dataDir, log: { info: log, warn: log, error: log } as never });
  await db.transaction((tx) => tx.script('create table if not exists note (n int primary key, t text)'));
  let [{ n } = { n: 0 }] = await db.query<{ n: number }>(sql`select coalesce(max(n), 0) as n from note`);
  /** So many kilobytes that cannot be made smaller. */
  const write = (kilobytes: number) =>
    answer(
      db.query(sql`insert into note select ${n + 1}::int, string_agg(md5(random()::text || g::text), '')
        from generate_series(1, ${kilobytes * 32}::int) g`),
    );
  if (how === 'at once') {
    writeFileSync(join(dataDir, 'filler'), Buffer.alloc((await bytesFree(dataDir)) ?? 0));
    // What goes into the log alone; a table that cannot grow is only an error.
    const words = sql`pg_logical_emit_message(false, 'test', repeat('x', 100000000))::text`;
    console.log(`end: ${await answer(db.query(sql`select ${words}`))}`);
    console.log(`saved ${n}`);
    console.log(`after: ${await write(1)}`);
  } else {
    let ended = 'done';
    while (ended === 'done') {
      ended = await write(400);
      if (ended === 'done') n += 1;
    }
    console.log(`end: ${ended}`);
    console.log(`saved ${n}`);
    const [row] = await db.query<{ n: number }>(sql`select count(*) as n from note`);
    console.log(`read ${row?.n}`);
    console.log(`again: ${await write(400)}`);
    console.log('now free some');
    // Whoever waits in Slack tries again after a while.
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await write(1)) === 'done') {
        console.log(`saved ${n + 1}`);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await db.close();
  }
} catch (error) {
  console.log(`refused: ${(error as Error).message}`);
  process.exitCode = 1;
}
