import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A small value kept in a file, for what the local workspace remembers beside Slack. */
export interface JsonFile<T> {
  value: T;
  /** Writes the value as it is now, by renaming a whole new file into place. @throws the system's error */
  save(): Promise<void>;
}

/**
 * @param path where it is kept
 * @param initial what it is when there is no file yet
 * @throws the system's error when the file cannot be read or written
 */
export async function jsonFile<T>(path: string, initial: T): Promise<JsonFile<T>> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  let writing: Promise<void> = Promise.resolve();
  const file: JsonFile<T> = {
    value: (await read<T>(path)) ?? initial,
    save() {
      const text = JSON.stringify(file.value);
      const written = writing.then(async () => {
        await writeFile(`${path}.new`, text, { mode: 0o600 });
        await rename(`${path}.new`, path);
      });
      // Whoever saved hears that it failed; the next one tries anew.
      writing = written.catch(() => undefined);
      return written;
    },
  };
  return file;
}

async function read<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
