import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashOf } from '../../src/service/sign-in/authn-requests.ts';
import { newSecret } from '../../src/service/sign-in/tokens.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { httpBrowser } from '../support/http-browser.ts';
import { idpUser, seedConnectionTo } from '../support/sign-in.ts';
import { wordsOf } from '../support/slack-person.ts';

/** A test link is for one person: it must be of no use to whoever gets hold of it second, nor unnoticed by its person. */
let on: WholeBot;
let connection: string;
beforeAll(async () => {
  on = await startWholeBot();
  await setUpTeam(on);
  const [team] = await on.db.query<{ id: string }>(sql`select id from teams`);
  connection = await seedConnectionTo(on.db, team?.id ?? '', on.idp, 'Acme IdP');
});
afterAll(() => on.stop());

const link = async (): Promise<string> => {
  const token = newSecret();
  const until = new Date(on.clock.now().getTime() + 600_000);
  await on.db.query(sql`
    insert into test_links (token_hash, connection_id, workspace_id, slack_id, expires_at)
    select ${hashOf(token)}::text, ${connection}::text, workspace_id, slack_id, ${until}::timestamptz
    from members where admin limit 1`);
  return `${on.url}/saml/${connection}/login?test=${token}`;
};
const user = idpUser('tester@acme.test');
const given = () => ({ user, now: on.clock.now() });

it('belongs to the first browser that opens it, until the test has passed', async () => {
  const address = await link();
  const first = httpBrowser(on.url);
  const second = httpBrowser(on.url);
  const wrong = await first.sso(address, on.idp, { ...given(), audience: 'somebody else' });
  expect(wrong.title).toBe('The test did not pass');
  const refused = await second.get(address);
  expect(refused.status).toBe(403);
  expect(refused.html).toContain('opened in another browser before');
  expect(second.cookies.size).toBe(0);
  expect((await first.sso(address, on.idp, given())).title).toBe('The test passed');
  for (const browser of [first, second]) {
    const gone = await browser.get(address);
    expect(gone.status).toBe(404);
    expect(gone.html).toContain('Run /sso test in Slack for a new one');
  }
});

it('goes to one of ten browsers that open it at once', async () => {
  const address = await link();
  const pages = await Promise.all(Array.from({ length: 10 }, () => fetch(address, { redirect: 'manual' })));
  expect(pages.map(({ status }) => status).sort()).toEqual([302, ...Array.from({ length: 9 }, () => 403)]);
});

it('tells its person who came, and from where', async () => {
  const before = on.admin.direct().length;
  await httpBrowser(on.url).sso(await link(), on.idp, given());
  await on.idle();
  const told = on.admin.direct().slice(before).map(wordsOf).join('\n');
  expect(told).toContain('tester@acme.test');
  expect(told).toMatch(/came from the network address (127\.0\.0\.1|::)\. If that was not you/);
});
