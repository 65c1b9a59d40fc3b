/** Opens the embedded database of a folder, writes a row with each line it says, until it is killed. */
import { sql } from 'drizzle-orm';
import { openDatabase } from '../../../db/client.ts';

const [dataDir = ''] = process.argv.slice(2);
try {
  const db = await openDatabase({ dataDir });
  await db.transaction((tx) => tx.script('create table if not exists note (n serial primary key)'));
  for (;;) {
    const [row] = await db.query<{ n: number }>(sql`insert into note default values returning n`);
    console.log(`committed ${row?.n}`);
  }
} catch (error) {
  console.log(`refused: ${(error as Error).message}`);
  process.exitCode = 1;
}
