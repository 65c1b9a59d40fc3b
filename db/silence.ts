import { connect, type Socket } from 'node:net';
import postgres from 'postgres';

/** Where and how long; the defaults are what the service runs with. */
export interface SilenceOptions {
  /** The server's address. */
  url: string;
  /** When nothing was heard from the server for so long although something waits, it is asked whether it is there. */
  silentMs?: number;
  /** How long it may take to say so, on a connection of its own. */
  probeMs?: number;
  /** Longer than any statement may take by the server's own limit. */
  longestMs?: number;
  /** Told when connections were given up. */
  onSilence(): void;
}

/** Something that was asked and has not been answered. */
export interface Wait {
  readonly since: number;
  /** It may take as long as it likes, as long as the server is there. */
  readonly unhurried: boolean;
  /** It never left this process, and never will: nothing was done. */
  unsent: boolean;
}

/**
 * Finds connections that are there and carry nothing any more (a pulled cable, a firewall that forgot them, a host
 * that hangs). The driver would wait for their answers for ever, and the operating system for a quarter of an hour.
 */
export interface SilenceWatch {
  /** The driver's `socket` option: makes its connections, so that they can be listened to and given up. */
  socket(options: Address): Socket;
  /** @param query the driver's query, when it can be taken back as long as it was not sent */
  begin(query?: Retractable, unhurried?: boolean): Wait;
  /** It was answered, or failed. */
  end(wait: Wait): void;
  /** Looks no more. */
  stop(): void;
}

/** What the driver hands to its `socket` option. */
interface Address {
  host: string[];
  port: number[];
  path?: string | false;
}

/** A query of the driver's: `state` is the session it was given to, null while it waits for one. */
interface Retractable {
  cancel(): void;
}

interface Line {
  socket: Socket & { host?: string };
  read: number;
  heardAt: number;
}

/** The longest time between two looks. */
const LOOK_MS = 1000;

/**
 * @param options where the server is and how patient to be
 * @returns the watch; it keeps no process alive
 */
export function watchSilence({
  url,
  silentMs = 8000,
  probeMs = 4000,
  longestMs = 65_000,
  onSilence,
}: SilenceOptions): SilenceWatch {
  const lookMs = Math.min(LOOK_MS, silentMs / 4);
  const waits = new Map<Wait, Retractable | undefined>();
  let lines: Line[] = [];
  let hosts = 0;
  let heardAt = performance.now();
  let probing = false;

  /** What waits for a session is taken back, and can be sent no more; then the sessions are ended. */
  const giveUp = (whose: (wait: Wait) => boolean, which: (line: Line) => boolean): void => {
    for (const [wait, query] of waits) {
      if (!query || !whose(wait) || (query as { state?: unknown }).state) continue;
      wait.unsent = true;
      query.cancel();
    }
    const silent = lines.filter(which);
    for (const { socket } of silent) socket.destroy();
    onSilence();
  };

  const look = async (): Promise<void> => {
    const now = performance.now();
    lines = lines.filter(({ socket }) => !socket.destroyed);
    for (const line of lines) {
      if (line.socket.bytesRead === line.read) continue;
      line.read = line.socket.bytesRead;
      line.heardAt = heardAt = now;
    }
    // The first is the oldest.
    const [oldest] = waits.keys();
    if (!oldest || probing) return;
    const overdue = ({ since, unhurried }: Wait) => !unhurried && now - since > longestMs;
    if ([...waits.keys()].some(overdue)) {
      // The server ends a statement sooner than this: who has not been heard for so long is gone.
      giveUp(overdue, (line) => now - line.heardAt > longestMs - 2 * lookMs);
    } else if (now - oldest.since > silentMs && now - heardAt > silentMs) {
      probing = true;
      const there = await answers(url, probeMs);
      probing = false;
      if (there) heardAt = performance.now();
      else
        giveUp(
          () => true,
          () => true,
        );
    }
  };

  const timer = setInterval(() => void look(), lookMs);
  timer.unref();

  return {
    socket(options) {
      // Several hosts are tried in turn, as the driver does by itself.
      const n = hosts++ % options.host.length;
      const keepAlive = { keepAlive: true, keepAliveInitialDelay: 10_000 };
      const socket: Line['socket'] = options.path
        ? connect({ path: options.path })
        : connect({ host: options.host[n], port: options.port[n] ?? 5432, ...keepAlive });
      // By this name the driver checks the server's certificate.
      socket.host = options.host[n];
      lines.push({ socket, read: 0, heardAt: performance.now() });
      return socket;
    },
    begin(query, unhurried = false) {
      const wait = { since: performance.now(), unhurried, unsent: false };
      waits.set(wait, query);
      return wait;
    },
    end: (wait) => void waits.delete(wait),
    stop: () => clearInterval(timer),
  };
}

/** Whether the server says anything, be it that it has no place for us. */
async function answers(url: string, withinMs: number): Promise<boolean> {
  const server = postgres(url, {
    max: 1,
    fetch_types: false,
    connect_timeout: withinMs / 1000,
    onnotice: () => {},
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, withinMs, false);
  });
  const answer = server.unsafe('select 1').then(
    () => true,
    // A refusal of the server's own has an SQLSTATE; anything else is the network's.
    (error: { code?: string }) => /^[0-9A-Z]{5}$/.test(error.code ?? '') && error.code !== 'EPIPE',
  );
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
    await server.end({ timeout: 0 });
  }
}
