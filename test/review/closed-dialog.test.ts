import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { seedDomain } from '../support/seed.ts';

describe('a dialog that was closed before its answer came', () => {
  let on: WholeBot;
  beforeAll(async () => {
    on = await startWholeBot();
    await setUpTeam(on);
    const [team] = await on.db.query<{ id: string }>(sql`select id from teams`);
    await seedDomain(on.db, team?.id ?? '', 'acme.test');
  });
  afterAll(() => on.stop(['not_found']));

  const importAndClose = async (csv: string) => {
    await on.admin.command('/sso import acme.test');
    await on.admin.modal('Import users');
    await on.admin.submit({ 'Users file': await on.admin.file('users.csv', csv) });
    await on.admin.close(true);
  };
  const rows = Array.from({ length: 20_000 }, (_, n) => `user${n}@acme.test,First,Last`).join('\n');

  it('is answered by direct message, and nothing is logged as broken', async () => {
    await importAndClose(`email,first name,last name\n${rows}\n`);
    await on.admin.sees(/Imported 20,000 users of acme\.test/);
    expect(on.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });

  it('says what was wrong too, and that nothing was changed', async () => {
    await importAndClose('no,such,columns\n1,2,3\n');
    await on.admin.sees(/Nothing was changed|Nobody was imported/);
  });
});
