import { statfs } from 'node:fs/promises';
import { DatabaseUnavailable } from './errors.ts';

/**
 * What must be free on the disk of the embedded database for it to take changes. Where it runs out in the middle of a
 * write-ahead log, the engine ends and the process with it; nothing is lost by that, but everybody waits. The log grows
 * by 16 MB at a time, and a checkpoint needs some room as well.
 */
export const ROOM_NEEDED = 64 * 1024 * 1024;
/** How long a look at the disk holds. */
const LOOK_MS = 250;

/** Looks whether there is room on a disk. */
export interface Room {
  /** @returns whether there is room for changes; a disk that cannot be asked counts as one with room */
  enough(): Promise<boolean>;
}

/** @returns how many bytes this user may still write in a folder, or undefined when its file system does not say */
export async function bytesFree(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (['ENOSYS', 'ENOTSUP', 'ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return;
    throw error;
  }
}

/**
 * @param folder where the database lives
 * @param tell told when the room ends, and when there is some again
 */
export function roomOf(folder: string, tell: (enough: boolean, bytes: number) => void): Room {
  let last = true;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    async enough() {
      const now = performance.now();
      if (now - lookedAt < LOOK_MS) return last;
      lookedAt = now;
      const bytes = await bytesFree(folder);
      const enough = bytes === undefined || bytes >= ROOM_NEEDED;
      if (enough !== last) tell(enough, bytes ?? 0);
      last = enough;
      return enough;
    },
  };
}

/** @returns the error for whoever starts or asks while there is no room */
export function noRoom(folder: string, bytes: number): DatabaseUnavailable {
  const [free, needed] = [bytes, ROOM_NEEDED].map((n) => Math.floor(n / 1024 / 1024));
  return new DatabaseUnavailable(
    `The disk of ${folder} is full: ${free} MB are free and ${needed} MB are needed. Nothing is lost: make room on it, then start again`,
    '53100',
  );
}
