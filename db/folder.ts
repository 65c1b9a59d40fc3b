import { constants, existsSync } from 'node:fs';
import { access, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, DatabaseLog } from './database.ts';
import { embeddedDatabase } from './embedded.ts';
import { lockFolder } from './lock.ts';
import { finishRestore } from './restored.ts';
import { bytesFree, noRoom, ROOM_NEEDED, roomOf } from './room.ts';

/** The version of PostgreSQL that the embedded engine is. A folder of another one does not open. */
export const EMBEDDED_MAJOR = '18';

/** For answers that are under way when the engine has ended. */
const LAST_WORDS_MS = 3000;

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
    else {
      await checkRoom(dataDir);
      await createDatabase(folder, log, template);
    }
    return await openWithRoom(folder, log, lock.release);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Opens it where there is room to do so, and minds the room from then on. */
async function openWithRoom(
  folder: string,
  log: DatabaseLog,
  onClose: () => Promise<void>,
): Promise<Database> {
  await checkRoom(folder);
  return embeddedDatabase({
    folder,
    onClose,
    room: roomOf(folder, (enough, bytes) => {
      const free = { folder, megabytesFree: Math.floor(bytes / 1024 / 1024) };
      if (enough) log.info(free, 'The disk has room again: changes are saved as before');
      else log.error(free, 'The disk is nearly full: nothing is saved until there is room on it');
    }),
    onEnd() {
      log.error(
        { folder },
        'The embedded database could not write to its disk and has ended, with all that was saved. Make room on the disk; the next start goes on',
      );
      // Whoever was told to wait hears of it first. There is no way to begin again within this process.
      setTimeout(() => process.exit(1), LAST_WORDS_MS);
    },
  });
}

async function checkRoom(folder: string): Promise<void> {
  const bytes = await bytesFree(folder);
  if (bytes !== undefined && bytes < ROOM_NEEDED) throw noRoom(folder, bytes);
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
