import { resolve } from 'node:path';
import { BackupRefused } from '../db/backup.ts';
import { restore } from '../db/restore.ts';
import { loadEnvFile, readConfig } from './config.ts';

/** `npm run restore -- folder`: puts a backup in the place of what is in DATA_DIR, while the bot is stopped. */
async function main(): Promise<void> {
  loadEnvFile();
  const config = readConfig(process.env);
  if (config.databaseUrl) {
    throw new BackupRefused('DATABASE_URL is set: restore a server with its own tools, such as pg_restore');
  }
  const [, , backup] = process.argv;
  if (!backup) throw new BackupRefused('Name the backup: npm run restore -- backups/drawbridge-…');
  const { list, before } = await restore(config.dataDir, resolve(backup));
  console.log(`Restored what was backed up at ${list.made} into ${config.dataDir}.`);
  if (before) console.log(`What was there before is in ${before}; remove it when you no longer need it.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
