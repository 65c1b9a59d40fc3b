import { openDatabase } from '../db/client.ts';
import { loadEnvFile, readConfig } from './config.ts';
import { verifyAudit } from './service/verify-audit.ts';

/** `npm run audit:verify`: proves every team's audit chain, names the first broken link, ends with 1 if there is one. */
loadEnvFile();
const config = readConfig(process.env);
const db = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir });
try {
  const checks = await verifyAudit(db);
  for (const check of checks) {
    console.log(
      check.ok
        ? `${check.teamName}: ${check.entries} entries, whole; the head is ${check.hash}`
        : `${check.teamName}: BROKEN: entry ${check.seq} ${check.problem}`,
    );
  }
  if (checks.length === 0) console.log('There is no team yet, so there is nothing to verify.');
  if (checks.some((check) => !check.ok)) process.exitCode = 1;
} finally {
  await db.close();
}
