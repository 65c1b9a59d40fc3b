import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { operations } from '../../src/operations/index.ts';
import { readCommand } from '../../src/slack/grammar.ts';
import { answering, listOf } from '../bench/serve/drawbridge.ts';
import { CLOSED, closed, headers, jitSubmit } from '../bench/serve/payloads.ts';
import { type Tenants, tenants } from '../bench/serve/tenants.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

/**
 * A request does not pay for operations it does not use. CPU time is too noisy to hold to a few hundredths, so it is
 * counted what is looked at of the others: nothing, however many there are.
 */
describe.each([5, 50])('with %i operations', (count) => {
  let db: TestDatabase;
  let teams: Tenants;
  let server: Server;
  let bolt: App;
  /** What was read of operations other than the one that is asked for, by property. */
  let looked: Record<string, number> = {};

  /** The list, all but its last watched. */
  function watched(): typeof operations {
    const list = listOf(count);
    return list.map((listed, at) =>
      at === list.length - 1
        ? listed
        : new Proxy(listed, {
            get(target, name, receiver) {
              looked[String(name)] = (looked[String(name)] ?? 0) + 1;
              return Reflect.get(target, name, receiver) as unknown;
            },
          }),
    );
  }

  beforeAll(async () => {
    db = await testDatabase();
    teams = await tenants(db, 1, 2);
    const served = await answering(db, watched());
    bolt = served.bolt;
    server = createServer(served.handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // What is made at the first request is not made again.
    await answer(jitSubmit('many-0', teams.domain(0, 0), true, teams.admin(0)));
  });
  afterAll(async () => {
    server?.close().closeAllConnections();
    await db?.close();
  });

  async function answer(body: string): Promise<string> {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/slack/events`, {
      method: 'POST',
      headers: headers(body),
      body,
    });
    expect(response.status).toBe(200);
    return response.text();
  }

  it('a submit looks at no other operation', async () => {
    looked = {};
    const text = await answer(jitSubmit('many-0', teams.domain(0, 1), true, teams.admin(0)));
    expect(text).toContain('"response_action":"update"');
    expect(looked).toEqual({});
  });

  it('Bolt has one listener, which is not asked for each operation', () => {
    const { listeners, middleware } = bolt as unknown as Record<'listeners' | 'middleware', unknown[]>;
    expect(listeners).toHaveLength(0);
    expect(middleware.length).toBeLessThanOrEqual(2);
  });

  it('a closed modal looks at no other operation', async () => {
    looked = {};
    await answer(closed());
    expect(looked).toEqual({});
  });

  it('a list that is searched while somebody types looks at no other operation', async () => {
    const { workspace, person } = teams.admin(0);
    const suggestion = {
      ...CLOSED,
      type: 'block_suggestion',
      team: { id: workspace, domain: 'bench' },
      user: { id: person, username: 'admin', team_id: workspace },
      action_id: 'domain',
      block_id: 'domain',
      value: 'd',
      view: { ...CLOSED.view, private_metadata: JSON.stringify({ team: 'many-0' }) },
    };
    looked = {};
    const text = await answer(`payload=${encodeURIComponent(JSON.stringify(suggestion))}`);
    expect(text).toContain('"options"');
    expect(looked).toEqual({});
  });

  it('a command looks at no more of the others than their names', () => {
    const list = watched();
    looked = {};
    expect(readCommand('jit acme.example', list)).toMatchObject({ type: 'known', words: 'acme.example' });
    const { command = 0, ...rest } = looked;
    expect(rest).toEqual({});
    expect(command).toBeLessThan(count);
  });
});
