import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { urlOf } from '../http.ts';
import { secret } from '../ids.ts';
import type { Json } from '../types.ts';
import { ACK_MS, type Delivery, decoded, type Reply } from './delivery.ts';

const CONNECTIONS = 10;
const PING_MS = 10_000;
/** For acknowledgements of what went down a connection just before it ends. */
const LAST_ACKS_MS = 500;

/** Socket Mode: the app connects, each payload goes down one of its connections. */
export class SocketDelivery implements Delivery {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Set<string>();
  readonly #connections: WebSocket[] = [];
  /** Those that were told that they will end. */
  readonly #warned = new Set<WebSocket>();
  readonly #waiting = new Map<string, (payload: unknown) => void>();
  readonly #appId: string;
  #turn = 0;

  constructor(appId: string) {
    this.#appId = appId;
  }

  /** How many connections the app holds. */
  get connections(): number {
    return this.#connections.length;
  }

  /**
   * For `apps.connections.open`.
   * @param base the workspace's address
   * @returns where the app shall connect, good once
   */
  ticket(base: string): string {
    const ticket = secret();
    this.#tickets.add(ticket);
    return `${base.replace(/^http/, 'ws')}/socket?ticket=${ticket}&app_id=${this.#appId}`;
  }

  /** Takes an upgrade request with a good ticket. @returns false when it is not good */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const ticket = urlOf(request).searchParams.get('ticket') ?? '';
    if (!this.#tickets.delete(ticket) || this.#connections.length >= CONNECTIONS) return false;
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#welcome(ws));
    return true;
  }

  /**
   * Tells the app that a connection will end, as Slack does every few hours.
   * @param reason `warning` comes some seconds before `refresh_requested`, upon which the connection is closed
   */
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void {
    for (const ws of [...this.#connections]) {
      ws.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'local' } }));
      if (reason === 'warning') this.#warned.add(ws);
      else ws.close(1000);
    }
  }

  /** Ends the connections that were warned, as Slack does some seconds later: with nothing more sent down them. */
  async endWarned(): Promise<void> {
    const ending = [...this.#warned];
    for (const ws of ending) {
      this.#forget(ws);
      ws.send(
        JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'local' } }),
      );
    }
    await sleep(LAST_ACKS_MS);
    for (const ws of ending) ws.close(1000);
  }

  send(kind: string, payload: Json, retry?: { num: number; reason: string }): Promise<Reply> {
    const started = performance.now();
    const since = () => Math.round(performance.now() - started);
    const ws = this.#connections[this.#turn++ % Math.max(1, this.#connections.length)];
    if (!ws)
      return Promise.resolve({ ok: false, status: 0, body: undefined, ms: 0, error: 'connection_failed' });
    const envelope_id = randomUUID();
    return new Promise((resolve) => {
      const finish = (reply: Omit<Reply, 'ms'>) => {
        clearTimeout(timer);
        ws.off('close', lost);
        this.#waiting.delete(envelope_id);
        resolve({ ...reply, ms: since() });
      };
      const timer = setTimeout(
        () => finish({ ok: false, status: 0, body: undefined, error: 'operation_timeout' }),
        ACK_MS,
      );
      const lost = () => finish({ ok: false, status: 0, body: undefined, error: 'connection_failed' });
      ws.once('close', lost);
      this.#waiting.set(envelope_id, (body) => finish({ ok: true, status: 200, body }));
      ws.send(
        JSON.stringify({
          envelope_id,
          type: kind,
          payload,
          accepts_response_payload: kind !== 'events_api',
          ...(kind === 'events_api' && { retry_attempt: retry?.num ?? 0, retry_reason: retry?.reason ?? '' }),
        }),
      );
    });
  }

  async close(): Promise<void> {
    for (const ws of this.#connections) ws.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #forget(ws: WebSocket): void {
    this.#warned.delete(ws);
    const at = this.#connections.indexOf(ws);
    if (at >= 0) this.#connections.splice(at, 1);
  }

  #welcome(ws: WebSocket): void {
    this.#connections.push(ws);
    const ping = setInterval(() => ws.ping(), PING_MS);
    ws.on('close', () => {
      clearInterval(ping);
      this.#forget(ws);
    });
    ws.on('message', (data) => {
      const said = decoded(String(data)) as { envelope_id?: string; payload?: unknown } | string | undefined;
      if (typeof said !== 'object') return ws.close(1007, 'not JSON');
      const empty = said.payload && Object.keys(said.payload).length === 0;
      this.#waiting.get(said.envelope_id ?? '')?.(empty ? undefined : said.payload);
    });
    ws.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#connections.length,
        connection_info: { app_id: this.#appId },
        debug_info: { host: 'local', approximate_connection_time: 18_060 },
      }),
    );
  }
}
