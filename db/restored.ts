import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder of this name in DATA_DIR holds what was restored, whole, and is to take its place. */
export const READY = 'restore.ready';

/**
 * Lets what was restored take its place, if there is any; it may be called again wherever it stopped. The caller
 * holds the folder's lock.
 * @param dataDir the value of DATA_DIR
 * @returns the folder in which what was there before is kept, or null when nothing had to make room
 */
export async function finishRestore(dataDir: string): Promise<string | null> {
  const ready = join(dataDir, READY);
  if (!existsSync(ready)) return null;
  const before = join(dataDir, `before-restore-${new Date().toISOString().replaceAll(':', '-')}`);
  let kept = false;
  for (const name of await readdir(ready)) {
    const place = join(dataDir, name);
    if (existsSync(place)) {
      await mkdir(before, { recursive: true, mode: 0o700 });
      await rename(place, join(before, name));
      kept = true;
    }
    await rename(join(ready, name), place);
  }
  await rmdir(ready);
  return kept ? before : null;
}
