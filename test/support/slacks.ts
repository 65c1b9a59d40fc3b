import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startSlack, type TestSlack } from './slack.ts';

export const OAUTH = { clientId: '11111.22222', clientSecret: 'a-client-secret-for-tests' };

/** Several workspaces behind one address, as Slack's own API is one address for all. */
export interface Slacks {
  workspaces: TestSlack[];
  /** For `SLACK_API_URL`. */
  apiUrl: string;
  /** @returns where a person of that workspace agrees to the app, as Slack's install page leads there */
  authorizeUrl(workspace: TestSlack, installUrl: string): string;
  close(): Promise<void>;
}

/**
 * Starts workspaces whose people and channels have the same ids, so that an app which forgets the workspace is found out.
 * @param names one workspace for each
 * @param options of `startSlack`, for all
 */
export async function startSlacks(
  names: string[],
  options: Parameters<typeof startSlack>[0] = {},
): Promise<Slacks> {
  const workspaces = await Promise.all(
    names.map((name, i) =>
      startSlack({
        ...options,
        oauth: OAUTH,
        botToken: `xoxb-workspace-${i + 1}`,
        seed: { team: { id: `T0SEVERAL0${i + 1}`, name, domain: name.toLowerCase() } },
      }),
    ),
  );
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const code = new URLSearchParams(body.toString()).get('code') ?? '';
    const to =
      workspaces.find((w) => w.ctx.tokens.bot === token || w.ctx.tokens.knows(code)) ??
      (workspaces[0] as TestSlack);
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(to.origin + request.url, {
      method: request.method,
      headers: headers as Record<string, string>,
      ...(body.length > 0 && { body: new Uint8Array(body) }),
      redirect: 'manual',
    });
    const {
      'content-encoding': ____,
      'transfer-encoding': _____,
      ...back
    } = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, back).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    workspaces,
    apiUrl: `${origin}/workspace/api/`,
    authorizeUrl: (workspace, installUrl) => installUrl.replace(origin, workspace.origin),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(workspaces.map((w) => w.close()));
    },
  };
}
