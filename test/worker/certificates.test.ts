import { addDays, addHours, subDays } from 'date-fns';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../db/client.ts';
import { message } from '../../src/slack/blocks.ts';
import type { Document } from '../../src/words/document.ts';
import { createDue } from '../../src/worker/due/due.ts';
import { reviveDocument } from '../../src/worker/outbox-row.ts';
import { ENGINES, type TestDatabase, testDatabase } from '../support/database.ts';
import { ADMIN, START, seedTeam, TEAM_ID } from './seed.ts';

const log = pino({ level: 'silent' });
/** When the old certificate ends, in these tests. */
const END = addDays(START, 100);

describe.each(ENGINES)('certificates, on %s', (engine) => {
  let db: TestDatabase;
  let others: Database[];

  beforeAll(async () => {
    db = await testDatabase(engine);
    others = engine === 'postgres' ? [await db.another(), await db.another()] : [];
    await seedTeam(db);
    await db.query(sql`
      insert into connections (id, team_id, name, name_key, provider, entity_id, sso_url, sso_binding, config_hash, created_at)
      values ('con1', ${TEAM_ID}::text, 'Okta', 'okta', 'okta', 'urn:idp', 'https://idp.example', 'redirect', 'h', ${START}::timestamptz)`);
    await db.query(sql`
      insert into domains (id, team_id, name, state, token, added_at, added_by)
      values ('dom1', ${TEAM_ID}::text, 'acme.com', 'Unverified', 't', ${START}::timestamptz, ${ADMIN}::text)`);
    await db.query(sql`update domains set state = 'Verified' where id = 'dom1'`);
    await db.query(sql`update domains set state = 'SSO off', connection_id = 'con1' where id = 'dom1'`);
    await db.query(sql`update domains set state = 'SSO on' where id = 'dom1'`);
    await db.query(sql`
      insert into users (email, domain, first_name, last_name, created_at)
      select n || '@acme.com', 'acme.com', 'A', 'B', ${START}::timestamptz from generate_series(1, 12) n`);
  });
  beforeEach(() => db.query(sql`truncate outbox, installation, certificates`));
  afterAll(async () => {
    for (const other of others) await other.close();
    await db.close();
  });

  /** Every process looks at the same moment, and again. */
  async function look(now: Date): Promise<void> {
    const each = [db, ...others].map((on) => createDue({ db: on, clock: { now: () => now }, log }));
    await Promise.all(each.map((due) => due.run()));
    await Promise.all(each.map((due) => due.run()));
  }
  async function certificate(
    id: string,
    {
      until = END,
      from = START,
      added = START,
      used = null,
      bits = 2048,
    }: { until?: Date; from?: Date; added?: Date; used?: Date | null; bits?: number } = {},
  ): Promise<void> {
    await db.query(sql`
      insert into certificates (id, connection_id, team_id, fingerprint, der, subject, issuer, key_type, key_bits,
        valid_from, valid_until, added_at, last_used_at)
      values (${id}::text, 'con1', ${TEAM_ID}::text, ${`${id}:00:11:22:33:44:55:66:77:88:99`}::text, 'der', ${`CN=${id}`}::text,
        'CN=ca', 'rsa', ${bits}::int, ${from}::timestamptz, ${until}::timestamptz, ${added}::timestamptz,
        ${used}::timestamptz)`);
  }
  const told = async () =>
    (
      await db.query<{ document: Document }>(
        sql`select payload->'document' as document from outbox where kind = 'channel'
          and payload->'document'->>'text' like 'Okta:%' order by id`,
      )
    ).map(({ document }) => reviveDocument(document));
  const texts = async () => (await told()).map(({ text }) => text);

  it('announces the end 30, 14, 7 and 1 days before and when it has come, each once', async () => {
    await certificate('old');
    await look(subDays(END, 31));
    expect(await texts()).toEqual([]);
    for (const days of [30, 20, 14, 13, 7, 5, 1]) await look(subDays(END, days));
    await look(subDays(END, 0.5));
    expect((await texts()).map((text) => /expires (.+?),/.exec(text)?.[1])).toEqual([
      'in 30 days',
      'in 14 days',
      'in 7 days',
      'within a day',
    ]);
    await look(END);
    await look(addDays(END, 40));
    expect(await texts()).toHaveLength(5);
    expect((await texts())[4]).toContain('expired');
  });

  it('names connection, subject, the beginning of the fingerprint, the date and how many people, with a button', async () => {
    await certificate('old');
    await look(subDays(END, 7));
    const [document] = await told();
    if (!document) throw new Error('nothing was told');
    expect(document.text).toContain('12 people on 1 domain can no longer sign in by SSO');
    const { blocks, text } = message(document);
    const shown = JSON.stringify(blocks);
    for (const words of ['Okta', 'CN=old', 'old:00:11:22:33:44:55', '12 people', 'Renew certificate'])
      expect(shown).toContain(words);
    expect(shown).not.toContain('88:99');
    expect(shown).toContain(`"timestamp":${END.getTime() / 1000}`);
    expect(shown).toContain('open:connection.renew');
    expect(text).toContain(`<!date^${END.getTime() / 1000}`);
  });

  it('leaves out stages that were missed: who looks late is told where things stand', async () => {
    await certificate('old');
    await look(subDays(END, 3));
    expect(await texts()).toEqual([expect.stringContaining('in 3 days')]);
  });

  it('says once and calmly that another usable certificate outlives it, and never that of a weak one', async () => {
    await certificate('old');
    await certificate('next', { until: addDays(END, 300), added: addDays(START, 1) });
    await certificate('weak', { until: addDays(END, -5), bits: 1024 });
    for (const days of [30, 14, 7, 1, 0, -20]) await look(subDays(END, days));
    expect(await texts()).toEqual([expect.stringContaining('No sign-in with that one was seen yet')]);
    expect(JSON.stringify(await told())).toContain('Status');
  });

  it('does not count on one that is not yet valid then, or too weak', async () => {
    await certificate('old');
    await certificate('late', { from: addHours(END, 1), until: addDays(END, 300) });
    await certificate('weak', { until: addDays(END, 300), bits: 1024 });
    await look(subDays(END, 14));
    expect(await texts()).toEqual([expect.stringContaining('can no longer sign in')]);
  });

  it('is urgent again when the one that was to take over is gone', async () => {
    await certificate('old');
    await certificate('next', { until: addDays(END, 300) });
    await look(subDays(END, 30));
    await db.query(sql`delete from certificates where id = 'next'`);
    await look(subDays(END, 7));
    expect((await texts())[1]).toContain('can no longer sign in');
  });

  it('says nothing of one that had expired when it was given', async () => {
    await certificate('old', { until: addDays(START, 5), added: addDays(START, 6) });
    await certificate('good', { until: addDays(END, 300) });
    await look(addDays(START, 7));
    expect(await texts()).toEqual([]);
  });

  it('offers once to remove the old one, when a sign-in with the new one was seen', async () => {
    await certificate('old', { used: addDays(START, 1) });
    await certificate('next', { until: addDays(END, 300), added: addDays(START, 2) });
    await look(addDays(START, 3));
    expect(await texts()).toEqual([]);
    await db.query(
      sql`update certificates set last_used_at = ${addDays(START, 4)}::timestamptz where id = 'next'`,
    );
    await look(addDays(START, 4));
    await look(addDays(START, 5));
    const [document, ...more] = await told();
    expect(more).toEqual([]);
    const shown = JSON.stringify(document && message(document).blocks);
    expect(shown).toContain('open:certificate.remove');
    expect(shown).toContain('CN=old');
    expect(shown).toContain('\\"certificate\\":\\"old\\"');
  });

  it('waits while the old one is still signed with, and offers nothing for two that came together', async () => {
    await certificate('old', { used: addDays(START, 5) });
    await certificate('next', { added: addDays(START, 2), used: addDays(START, 4) });
    await look(addDays(START, 6));
    expect(await texts()).toEqual([]);
    await db.query(sql`truncate certificates`);
    await certificate('one', { used: addDays(START, 1) });
    await certificate('two', { used: addDays(START, 4) });
    await look(addDays(START, 6));
    expect(await texts()).toEqual([]);
  });

  it('forgets what it noted of certificates that are gone', async () => {
    await certificate('old');
    await look(subDays(END, 7));
    await db.query(sql`delete from certificates`);
    await look(subDays(END, 6));
    expect(await db.query(sql`select key from installation where key like 'certificate-%'`)).toEqual([]);
  });
});
