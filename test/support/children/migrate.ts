/** Migrates a database and says how many migrations it applied. */
import { openDatabase } from '../../../db/client.ts';
import { migrate } from '../../../db/migrate.ts';

const [url = '', folder] = process.argv.slice(2);
const db = await openDatabase({ url });
console.log(`applied ${await migrate(db, { folder })}`);
await db.close();
