/** Opens the embedded database of a folder, writes a row with each line it says, until it is killed. */
import { sql } from 'drizzle-orm';
import { openDatabase } from '../../../db/client.ts';

const [dataDir = ''] = process.argv.slice(2);
try {
  const db = await openDatabase({ dataDir });
  await db.transaction((tx) => tx.script('create table if not exists note (n int primary key)'));
  for (;;) {
    // Not from a sequence: those skip up to 32 numbers after a crash.
    const [row] = await db.query<{ n: number }>(
      sql`insert into note select coalesce(max(n), 0) + 1 from note returning n`,
    );
    console.log(`committed ${row?.n}`);
  }
} catch (error) {
  console.log(`refused: ${(error as Error).message}`);
  process.exitCode = 1;
}
