import { constants, existsSync } from 'node:fs';
import { access, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, DatabaseLog } from './database.ts';
import { embeddedDatabase } from './embedded.ts';
import { lockFolder } from './lock.ts';
import { finishRestore } from './restored.ts';

/** The version of PostgreSQL that the embedded engine is. A folder of another one does not open. */
export const EMBEDDED_MAJOR = '18';

/** The folder was written by another major version of PostgreSQL. The message says what to do. */
export class FolderOfAnotherVersion extends Error {
  override readonly name = 'FolderOfAnotherVersion';
}

/**
 * Opens the embedded database of a data folder and holds the folder's lock until it is closed.
 * @param dataDir the value of DATA_DIR, made when it is not there
 * @param log told when an empty database is made, which takes some seconds
 * @param template the folder of an empty database to begin from, if it is there
 * @returns the database
 * @throws FolderLocked when another process has it, FolderOfAnotherVersion when it is not of our version
 */
export async function openFolder(dataDir: string, log: DatabaseLog, template?: string): Promise<Database> {
  const lock = await lockFolder(dataDir);
  try {
    // A restore that was cut short after its copy was whole.
    await finishRestore(dataDir);
    const folder = join(dataDir, 'database');
    if (existsSync(folder)) await checkVersion(folder);
    else await createDatabase(folder, log, template);
    return await embeddedDatabase({ folder, onClose: lock.release });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function checkVersion(folder: string): Promise<void> {
  const version = (await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(noDatabase)).trim();
  if (version === EMBEDDED_MAJOR) return;
  throw new FolderOfAnotherVersion(
    `The database in ${folder} is of PostgreSQL ${version}, this release has ${EMBEDDED_MAJOR} and has changed nothing in it: ` +
      'start the release of Drawbridge that wrote it, or move the folder away to begin with an empty database',
  );
}

function noDatabase(error: NodeJS.ErrnoException): never {
  throw new FolderOfAnotherVersion(
    `${error.path} cannot be read (${error.code}), so its folder is no database: put it back from a copy, or move it away to begin with an empty one`,
  );
}

/** Makes the database beside its place and moves it there when it is whole: a kill half-way leaves nothing to mend. */
async function createDatabase(folder: string, log: DatabaseLog, template: string | undefined): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  if (template !== undefined && (await isReadable(template))) {
    await cp(template, unfinished, { recursive: true, mode: constants.COPYFILE_FICLONE });
  } else {
    log.info({ folder }, 'Making the embedded database; this takes a few seconds, the first time only');
    const database = await embeddedDatabase({ folder: unfinished });
    await database.close();
  }
  await rename(unfinished, folder);
}

/** A template that somebody else has made, and that only they may read, is as good as none. */
async function isReadable(folder: string): Promise<boolean> {
  try {
    await access(join(folder, 'PG_VERSION'), constants.R_OK);
    return true;
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
