import { resolve } from 'node:path';
import { BackupRefused, backUp } from '../db/backup.ts';
import { loadEnvFile, readConfig } from './config.ts';
import { createLog } from './log.ts';

/** `npm run backup [-- folder]`: copies the embedded database and its key while the bot is stopped. */
async function main(): Promise<void> {
  loadEnvFile();
  const config = readConfig(process.env);
  if (config.databaseUrl) {
    throw new BackupRefused('DATABASE_URL is set: back a server up with its own tools, such as pg_dump');
  }
  const now = new Date();
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-');
  const target = resolve(process.argv[2] ?? `backups/drawbridge-${stamp}Z`);
  const { rows, files } = await backUp(config.dataDir, target, { now, log: createLog('warn') });
  const total = Object.values(rows).reduce((sum, n) => sum + n, 0);
  console.log(`Backed up to ${target}, and read back: ${Object.keys(rows).length} tables, ${total} rows.`);
  console.log(
    files['encryption.key']
      ? 'It holds encryption.key: whoever has this folder can read all of it. Keep it where only you can.'
      : 'It holds no encryption.key: keep ENCRYPTION_KEY with it, without which tokens in it cannot be opened.',
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
