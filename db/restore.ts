import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackupList, BESIDE, checkRows, DUMP, flush, readBackup } from './backup.ts';
import { embeddedDatabase } from './embedded.ts';
import { lockFolder } from './lock.ts';
import { finishRestore, READY } from './restored.ts';

/**
 * Puts a backup in the place of what is in a data folder. What was there is kept in a folder beside it. Until the
 * copy is whole and was read back nothing is touched; from then on it takes its place even if this process dies,
 * at the next start at the latest.
 * @param dataDir the value of DATA_DIR, which no process may be using
 * @param backup the folder that `backUp` made
 * @returns what was restored, and where the things are that were there before (null when there were none)
 * @throws BackupRefused when the backup is damaged; FolderLocked while a process uses the data folder
 */
export async function restore(
  dataDir: string,
  backup: string,
): Promise<{ list: BackupList; before: string | null }> {
  const list = await readBackup(backup);
  const lock = await lockFolder(dataDir);
  try {
    // One that was under way is ended first, so that there is only ever one.
    await finishRestore(dataDir);
    const unfinished = join(dataDir, 'restore.unfinished');
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    const db = await embeddedDatabase({
      folder: join(unfinished, 'database'),
      dump: new Blob([await readFile(join(backup, DUMP))]),
    });
    try {
      await checkRows(db, list, backup);
    } finally {
      await db.close();
    }
    for (const name of BESIDE) {
      if (existsSync(join(backup, name)))
        await cp(join(backup, name), join(unfinished, name), { recursive: true });
    }
    await flushAll(unfinished);
    await rename(unfinished, join(dataDir, READY));
    await flush(dataDir);
    return { list, before: await finishRestore(dataDir) };
  } finally {
    await lock.release();
  }
}

async function flushAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) await flush(join(entry.parentPath, entry.name));
  }
  await flush(folder);
}
