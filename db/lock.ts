/**
 * One process at a time in a folder, with nothing to clean up after kill -9.
 *
 * The lock is a listening Unix socket in the folder: the kernel closes it when its process dies, however it dies,
 * and whoever connects in vain knows that it is dead. The rules that make it safe between two starters:
 * - Each starter listens on a socket of its own, under a name that is never used again. So a dead socket stays
 *   dead and may be removed by anyone, and no one's new socket is ever taken for another's old one.
 * - First listen, then look for others. Of two starters the later to listen sees the earlier.
 * - Between bind and listen a socket looks dead and may be removed. So each checks, after its look at the others,
 *   that its name is still there, and begins again if not. (Who could remove it later was among the others.)
 * - Two starters who see each other both withdraw, wait for different times and try again.
 *
 * It holds between the processes (and containers) of one machine, not between machines on a network folder.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Another process holds the folder, or the folder cannot be locked. The message is for the person at the start. */
export class FolderLocked extends Error {
  override readonly name = 'FolderLocked';
}

/** A held lock. */
export interface FolderLock {
  /** Gives the folder back. */
  release(): Promise<void>;
}

/** lock-<process id>-<random>.sock */
const SOCKET = /^lock-(\d{1,10})-[0-9a-f]{16}\.sock$/;
/** How long a socket's answer may take. Whoever is too busy to answer is alive all the same. */
const ANSWER_MS = 500;
const ATTEMPTS = 20;
/** The address of a Unix socket holds 104 bytes on macOS and 108 on Linux, with a zero at the end. */
const LONGEST_ADDRESS = 100;

type State = 'starting' | 'holding';

/**
 * Takes the folder for this process.
 * @param folder made if it is not there
 * @returns the lock, held until it is released or the process ends
 * @throws FolderLocked when another process has it, or when its file system knows no Unix sockets
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new FolderLocked(unusable(folder, error));
  });
  const home = await realpath(folder);
  const addresses = await shortAddresses(home);
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const mine = await listen(home, addresses.of);
      const other = await findOther(home, mine.name, addresses.of);
      if (other === undefined && existsSync(mine.path)) {
        mine.hold();
        return { release: mine.close };
      }
      await mine.close();
      if (other?.state === 'holding') throw new FolderLocked(inUse(folder, ` (${other.pid})`));
      await sleep(20 + Math.random() * 40 * (attempt + 1));
    }
    throw new FolderLocked(inUse(folder, ''));
  } finally {
    await addresses.forget();
  }
}

function inUse(folder: string, who: string): string {
  return `Another process${who} uses the database in ${folder}: stop it first, or set DATA_DIR to another folder`;
}

function unusable(folder: string, error: NodeJS.ErrnoException): string {
  return `The folder ${folder} cannot be locked (${error.code}): set DATA_DIR to a folder of a local disk that this user may write to`;
}

interface Listening {
  name: string;
  path: string;
  hold(): void;
  close(): Promise<void>;
}

/** Listens on a socket of our own, which tells whoever connects how far we are. */
async function listen(home: string, address: (name: string) => string): Promise<Listening> {
  let state: State = 'starting';
  const name = `lock-${process.pid}-${randomBytes(8).toString('hex')}.sock`;
  const path = join(home, name);
  const server: Server = createServer((client) => {
    client.on('error', () => client.destroy());
    client.end(state);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address(name), resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new FolderLocked(unusable(home, error));
  });
  // A lock alone must not keep a process alive.
  server.unref();
  return {
    name,
    path,
    hold: () => {
      state = 'holding';
    },
    async close() {
      await new Promise((resolve) => server.close(resolve));
      // Node removes the address it listened on; behind a short address (see below) that is already gone.
      await removeSocket(path);
    },
  };
}

/** Looks at every other socket of the folder: removes the dead, gives one that lives, a holder before a starter. */
async function findOther(
  home: string,
  mine: string,
  address: (name: string) => string,
): Promise<{ state: State; pid: string } | undefined> {
  let found: { state: State; pid: string } | undefined;
  for (const name of await readdir(home)) {
    const pid = SOCKET.exec(name)?.[1];
    if (pid === undefined || name === mine) continue;
    const state = await ask(address(name));
    if (state === undefined) await removeSocket(join(home, name));
    else if (found?.state !== 'holding') found = { state, pid };
  }
  return found;
}

/** Asks a socket how far its process is. Only a refused connection proves that there is none. */
function ask(address: string): Promise<State | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const client = connect(address);
    const finish = (state: State | undefined): void => {
      clearTimeout(timer);
      client.destroy();
      resolve(state);
    };
    const timer = setTimeout(finish, ANSWER_MS, 'holding');
    client.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    client.on('end', () => finish(answer === 'starting' ? 'starting' : 'holding'));
    client.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ENOTSOCK') finish(undefined);
      // A connection that broke off: its process is just ending, or withdrawing. Look again.
      else finish(code === 'ECONNRESET' || code === 'EPIPE' ? 'starting' : 'holding');
    });
  });
}

async function removeSocket(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/**
 * A folder with a long path is reached through a symbolic link with a short one, since the address of a socket is
 * short. The link is needed only while addresses are used, not while the lock is held.
 */
async function shortAddresses(
  home: string,
): Promise<{ of: (name: string) => string; forget: () => Promise<void> }> {
  const longestName = 'lock-0123456789-0123456789abcdef.sock';
  if (Buffer.byteLength(join(home, longestName)) <= LONGEST_ADDRESS) {
    return { of: (name) => join(home, name), forget: async () => {} };
  }
  const room = LONGEST_ADDRESS - longestName.length - '/drawbridge-XXXXXX/d/'.length;
  const base = await mkdtemp(join(Buffer.byteLength(tmpdir()) <= room ? tmpdir() : '/tmp', 'drawbridge-'));
  await symlink(home, join(base, 'd'));
  return {
    of: (name) => join(base, 'd', name),
    forget: () => rm(base, { recursive: true }),
  };
}
