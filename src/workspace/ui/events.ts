import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Change } from '../bus.ts';
import type { Context } from '../context.ts';
import type { Json, Person } from '../types.ts';
import { shownModal, withLeaks } from './shown.ts';

const HEARTBEAT_MS = 20_000;

/** Open event streams, so that they can be ended with the server. */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();
  #id = 0;

  /** Sends a person's page what changes, as server-sent events. */
  serve(ctx: Context, person: Person, request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const send = (event: string, data: Json) => {
      this.#id += 1;
      response.write(`id: ${this.#id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    const now = () => ({ now: ctx.clock.now().toISOString() });
    send('hello', now());
    if (request.headers['last-event-id'] !== undefined) send('resync', {});
    const stop = ctx.bus.listen((change) => {
      const seen = forPerson(ctx, person, change);
      if (seen) send(change.type, change.type === 'clock' ? now() : seen);
    });
    const beat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
    beat.unref();
    this.#open.add(response);
    response.on('close', () => {
      stop();
      clearInterval(beat);
      this.#open.delete(response);
    });
  }

  /** Ends all streams. */
  close(): void {
    // Kept alive, the connection would be waited for.
    for (const response of this.#open) response.end(() => response.socket?.destroy());
  }
}

/** @returns the event's data, when this person may see it */
function forPerson(ctx: Context, person: Person, change: Change): Json | undefined {
  switch (change.type) {
    case 'message': {
      const channel = ctx.directory.channels.get(change.channel);
      if (!channel || !ctx.directory.maySee(person.id, channel)) return undefined;
      const { type: _, only, ...data } = change;
      if (only && only !== person.id) return undefined;
      return 'message' in data ? { ...data, message: withLeaks(ctx, data.message) } : data;
    }
    case 'home':
      return change.person === person.id ? { view: withLeaks(ctx, change.view) } : undefined;
    case 'modals':
      return change.person === person.id
        ? { stack: ctx.modals.stack(person.id).map((open) => shownModal(ctx, open)) }
        : undefined;
    case 'request':
      return { ...change.entry };
    case 'files':
      return undefined;
    default:
      return {};
  }
}
