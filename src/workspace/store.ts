import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bus } from './bus.ts';
import type { Bytes } from './files.ts';
import type { Channel, FileRecord, Message, OpenView, Person } from './types.ts';

/** What outlives the process. */
export interface Snapshot {
  people: Person[];
  channels: Channel[];
  messages: Record<string, Message[]>;
  files: FileRecord[];
  homes: OpenView[];
  reads: Record<string, Record<string, string>>;
}

/** In a directory made by the local workspace and by nothing else. */
export const MARKER = 'made-by-the-local-workspace.json';
const STATE = 'workspace.json';
const WAIT_MS = 300;

/**
 * Keeps a workspace in a directory: written by renaming a whole new file into place, a third of a second
 * after the first change at the latest, so that a kill loses no more than that.
 */
export class Store {
  readonly #directory: string;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #stop: () => void = () => {};
  #take: () => Snapshot = () => {
    throw new Error('the store was not started');
  };

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes and marks the directory. @returns what was kept there, if anything was */
  async load(): Promise<Snapshot | undefined> {
    await mkdir(join(this.#directory, 'files'), { recursive: true, mode: 0o700 });
    const marker = JSON.stringify({ madeBy: 'Drawbridge local workspace', version: 1 });
    await writeFile(join(this.#directory, MARKER), `${marker}\n`, { mode: 0o600 });
    const text = await unlessMissing(readFile(join(this.#directory, STATE), 'utf8'));
    return text === undefined ? undefined : (JSON.parse(text) as Snapshot);
  }

  /** Writes from now on whenever something changed. */
  start(bus: Bus, take: () => Snapshot): void {
    this.#take = take;
    this.#stop = bus.listen((change) => {
      if (change.type === 'request' || change.type === 'modals' || change.type === 'panels') return;
      if (change.type === 'clock' || this.#timer) return;
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#write();
      }, WAIT_MS);
    });
  }

  /** Writes what is not written yet and stops. */
  async close(): Promise<void> {
    this.#stop();
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#write();
    }
    await this.#writing;
  }

  /** @returns bytes of files kept in the directory */
  bytes(): Bytes {
    const path = (id: string) => {
      if (!/^F[A-Z0-9]+$/.test(id)) throw new RangeError(`not a file id: ${id}`);
      return join(this.#directory, 'files', id);
    };
    return {
      async put(id, bytes) {
        await writeFile(`${path(id)}.new`, bytes, { mode: 0o600 });
        await rename(`${path(id)}.new`, path(id));
      },
      get: (id) => unlessMissing(readFile(path(id))),
      remove: (id) => rm(path(id), { force: true }),
    };
  }

  /** One write after the other. One that fails is told, and tried again with the next change. */
  #write(): void {
    this.#writing = this.#writing
      .then(async () => {
        const path = join(this.#directory, STATE);
        await writeFile(`${path}.new`, JSON.stringify(this.#take()), { mode: 0o600 });
        await rename(`${path}.new`, path);
      })
      .catch((error: Error) => process.emitWarning(`The local workspace was not kept: ${error.message}`));
  }
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
