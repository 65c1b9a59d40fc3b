import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../db/client.ts';
import { MIGRATIONS, migrate } from '../../db/migrate.ts';
import { offer } from './control.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where workers ask for what the run shares. */
    sharedDatabases: string;
  }
}

const CACHE = 'node_modules/.cache/drawbridge';

/** Holds the databases that a run of tests shares; each is made when the first test asks for it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const named = process.env.TEST_DATABASE_URL;
  const templateName = `drawbridge_template_${process.pid}_${Date.now()}`;
  let server: Promise<PostgresServer> | undefined;
  let templateMade = false;

  const serverUrl = async (): Promise<string> => {
    if (named) return named;
    server ??= startPostgres();
    return (await server).url;
  };
  const shared = await offer({
    embeddedDump,
    serverUrl,
    async template() {
      templateMade = true;
      await makeTemplate(await serverUrl(), templateName);
      return templateName;
    },
  });
  project.provide('sharedDatabases', shared.address);

  return async () => {
    await shared.close();
    if (server) await (await server).stop();
    else if (named && templateMade) {
      await administer(named, `drop database if exists "${templateName}" with (force)`);
    }
  };
}

/** The dump is kept between runs, under a name made of what it depends on. */
async function embeddedDump(): Promise<string> {
  const hash = createHash('sha256').update(await readFile('node_modules/@electric-sql/pglite/package.json'));
  const files = await readdir(MIGRATIONS, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.sql')).sort()) {
    hash.update(file).update(await readFile(join(MIGRATIONS, file)));
  }
  const path = join(CACHE, `embedded-${hash.digest('hex').slice(0, 16)}.tar`);
  if (existsSync(path)) return path;
  await mkdir(CACHE, { recursive: true });
  await forgetOld();
  const database = await openDatabase({ memory: true });
  await migrate(database);
  if (!('pglite' in database.source)) throw new Error('the database in memory is not embedded');
  const dump = await database.source.pglite.dumpDataDir('none');
  await database.close();
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, Buffer.from(await dump.arrayBuffer()));
  await rename(unfinished, path);
  return path;
}

/** Another run may use a dump of the last hour. */
async function forgetOld(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const path = join(CACHE, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > 3_600_000) await rm(path, { force: true });
  }
}

async function makeTemplate(serverUrl: string, name: string): Promise<void> {
  await administer(serverUrl, `create database "${name}"`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const template = await openDatabase({ url: url.href, max: 1 });
  await migrate(template);
  await template.close();
}

/** Runs one statement that a transaction or a prepared statement does not take: about databases. */
async function administer(serverUrl: string, statement: string): Promise<void> {
  const database = await openDatabase({ url: serverUrl, max: 1 });
  try {
    await database.query(sql.raw(statement));
  } finally {
    await database.close();
  }
}
