import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from '../../../db/lock.ts';
import { MARKER } from '../store.ts';

/** The folder was not made by the local workspace, so it is not touched. */
export class ResetRefused extends Error {
  override readonly name = 'ResetRefused';
}

/** What the local workspace and its database keep in DATA_DIR. Anything else there is somebody else's. */
const OURS = ['database', 'workspace', 'encryption.key'];

/**
 * Begins anew: removes what the local workspace made in a folder, and only there.
 * @param dataDir the value of DATA_DIR
 * @throws ResetRefused when the folder holds data that the local workspace did not make, FolderLocked while it is in use
 */
export async function resetLocal(dataDir: string): Promise<void> {
  if (!(await exists(dataDir))) return;
  if (!(await exists(join(dataDir, 'workspace', MARKER)))) {
    const found = (await readdir(dataDir)).filter((name) => OURS.includes(name));
    if (found.length === 0) return;
    throw new ResetRefused(
      `DATA_DIR: ${dataDir} was not made by the local workspace, so --reset leaves it alone. Name another folder, or remove it yourself.`,
    );
  }
  const lock = await lockFolder(dataDir);
  try {
    for (const name of OURS) await rm(join(dataDir, name), { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
