import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../db/client.ts';
import { loadEnvFile } from './config.ts';
import { type ChainCheck, verifyAudit } from './service/verify-audit.ts';

/**
 * `npm run audit:verify`: proves every team's audit chain, names the first broken link, ends with 1 if there is one.
 * It needs to know only where the database is, so that whoever audits needs no other secret.
 */
async function main(): Promise<void> {
  loadEnvFile();
  const url = process.env.DATABASE_URL?.trim();
  const dataDir = process.env.DATA_DIR?.trim() || './data';
  // Opening a folder makes a database where there is none.
  if (!url && !existsSync(join(dataDir, 'database'))) {
    throw new Error(
      `There is no database in ${dataDir}: set DATA_DIR to the folder that has one, or DATABASE_URL`,
    );
  }
  const db = await openDatabase({ ...(url ? { url } : { dataDir }), waitSeconds: 5 });
  try {
    const checks = await verifyAudit(db);
    for (const check of checks) console.log(finding(check));
    if (checks.length === 0) console.log('There is no team yet, so there is nothing to verify.');
    if (checks.some(({ ok }) => !ok)) process.exitCode = 1;
  } finally {
    await db.close();
  }
}

function finding(check: ChainCheck): string {
  return check.ok
    ? `${check.teamName}: ${check.entries} entries, whole; the head is ${check.hash}`
    : `${check.teamName}: BROKEN: entry ${check.seq} ${check.problem}`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
