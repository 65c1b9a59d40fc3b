import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { CLOSED } from '../serve/payloads.ts';

/** The least of Slack that Socket Mode needs: it says where to connect, and deals envelopes down the connections. */
export interface Dealer {
  /** Base of its Web API. */
  apiUrl: string;
  /** Connections that may be dealt to. */
  connections(): number;
  /** Connections there ever were. */
  accepted(): number;
  /** Waits until there are so many. */
  connected(count: number): Promise<void>;
  /** Deals so many, so many unacknowledged at a time. @returns milliseconds until the last was acknowledged */
  deal(count: number, inFlight: number): Promise<number>;
  /** Deals one now. @returns whether it was acknowledged within Slack's three seconds; not without a connection */
  dealOne(): Promise<boolean>;
  /** Says to the oldest connection that it will end, as Slack does, and ends it a while later if the app has not. */
  refresh(reason: 'warning' | 'refresh_requested'): void;
  close(): Promise<void>;
}

const SLACK_WAITS_MS = 3000;
/** How long Slack leaves a connection after it has said that it will end: about ten seconds, and less. */
const ENDS_AFTER_MS = { warning: 10_000, refresh_requested: 5000 };
const PAYLOAD = JSON.stringify(CLOSED);

/** @returns a dealer on a free port of loopback */
export async function startDealer(): Promise<Dealer> {
  const open: WebSocket[] = [];
  const waiting = new Map<string, () => void>();
  let dealt = 0;
  let accepted = 0;
  const http = createServer((req, res) => {
    const { port } = http.address() as AddressInfo;
    req.resume();
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port}/link` }));
  });
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (ws) => {
    ws.on('message', (data) => {
      const id = /"envelope_id":"(\d+)"/.exec(String(data))?.[1] ?? '';
      waiting.get(id)?.();
      waiting.delete(id);
    });
    const gone = () => {
      if (open.includes(ws)) open.splice(open.indexOf(ws), 1);
    };
    ws.on('close', gone);
    ws.on('error', gone);
    open.push(ws);
    accepted += 1;
    ws.send(JSON.stringify({ type: 'hello', num_connections: open.length }));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');

  /** Sends the next envelope. @returns its id, or null when there is nowhere to send it */
  const send = (acknowledged: () => void): string | null => {
    const live = open.filter((ws) => ws.readyState === ws.OPEN);
    const ws = live[dealt % Math.max(1, live.length)];
    if (!ws) return null;
    dealt += 1;
    const id = String(dealt);
    waiting.set(id, acknowledged);
    ws.send(
      `{"envelope_id":"${id}","type":"interactive","accepts_response_payload":true,"payload":${PAYLOAD}}`,
    );
    return id;
  };

  return {
    apiUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/`,
    connections: () => open.length,
    accepted: () => accepted,
    async connected(count) {
      while (open.length < count) await sleep(20);
    },
    deal(count, inFlight) {
      const started = performance.now();
      let begun = 0;
      let acknowledged = 0;
      return new Promise((resolve, reject) => {
        const next = (): void => {
          begun += 1;
          const id = send(() => {
            acknowledged += 1;
            if (acknowledged === count) resolve(performance.now() - started);
            else if (begun < count) next();
          });
          if (id === null) reject(new Error('the app has no connection'));
        };
        for (let n = 0; n < inFlight; n += 1) next();
      });
    },
    dealOne() {
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          if (id !== null) waiting.delete(id);
          resolve(false);
        }, SLACK_WAITS_MS);
        const id = send(() => {
          clearTimeout(timer);
          resolve(true);
        });
        if (id !== null) return;
        clearTimeout(timer);
        resolve(false);
      });
    },
    refresh(reason) {
      const oldest = open[0];
      if (!oldest) return;
      oldest.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'bench' } }));
      setTimeout(() => oldest.close(1000), ENDS_AFTER_MS[reason]).unref();
    },
    async close() {
      for (const ws of sockets.clients) ws.terminate();
      sockets.close();
      http.close().closeAllConnections();
      await once(http, 'close');
    },
  };
}
