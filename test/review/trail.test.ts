import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/operations/index.ts';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { ENGINES } from '../support/database.ts';
import { certificate, file, metadataXml } from '../support/idp.ts';
import { seedConnection, seedDomain } from '../support/seed.ts';
import { as, startWorld, type World, wordsOf } from './support/world.ts';

describe.each(ENGINES)('the audit trail on %s', (engine) => {
  let on: World;
  beforeAll(async () => {
    on = await startWorld(engine);
  });
  afterAll(() => on.db.close());

  const history = async (words: string) => {
    const reading = operations.find(({ kind }) => kind === 'history');
    if (reading?.type !== 'reading') throw new Error('no history');
    const shown = await on.service.show(reading, as('admin'), { words }, { words });
    return shown.type === 'shown' ? shown.document.text : JSON.stringify(shown);
  };

  it('has an entry for each of several domains that are added or linked at once', async () => {
    await on.submit('domain.add', 'admin', {}, { domains: 'a.test\nb.test\nc.test' });
    await on.db.query(
      sql`update domains set state = 'Verified' where name in ('a.test', 'b.test', 'c.test')`,
    );
    const rows = await on.db.query<{ id: string }>(sql`select id from domains where state = 'Verified'`);
    const domains = rows.map(({ id }) => id);
    const linked = await on.submit(
      'domain.link',
      'admin',
      { connectionId: on.connectionId },
      { domains, connection: on.connectionId },
    );
    expect(linked.type).toBe('done');
    for (const name of ['a.test', 'b.test', 'c.test'])
      expect(await history(name)).toBe(`History of ${name}: Link ${name} to Okta; Add ${name}`);
    expect((await verifyAudit(on.db))[0]).toMatchObject({ ok: true, entries: 6 });
  });

  it('says what a change of settings changed that nobody had to approve', async () => {
    await on.needs(0);
    await on.submit(
      'settings',
      'admin',
      { teamId: on.teamId },
      {
        name: 'Acme',
        channelId: 'C0SSO',
        admins: ['U0ADMIN'],
        approvers: ['U0APPROVER', 'U0SECOND', 'U0OWNER'],
        approvalsNeeded: '0',
      },
    );
    const body = await on.value<string>(sql`select body from audit where kind = 'settings'`);
    expect(JSON.parse(body ?? '{}').detail.impact).toEqual([
      'Admins will be: admin. 1 person of today loses this role.',
    ]);
    await on.needs(1);
  });

  it('holds no token and no certificate', async () => {
    await on.submit('connection.test', 'admin', { connectionId: on.connectionId });
    const trail = (await on.db.query<{ body: string }>(sql`select body from audit`))
      .map(({ body }) => body)
      .join();
    const tokens = await on.db.query<{ token: string }>(sql`select token from domains`);
    for (const { token } of tokens) expect(trail).not.toContain(token);
    expect(trail).not.toMatch(/test=|BEGIN|"der"/);
  });

  it('is found out when it was tampered with, by the first link that is broken', async () => {
    const tampered = async (change: ReturnType<typeof sql>, seq: number) => {
      const undone = new Error('undo');
      await on.db
        .transaction(async (tx) => {
          for (const off of ['audit', 'audit_heads'])
            await tx.query(sql.raw(`alter table ${off} disable trigger user`));
          await tx.query(change);
          expect((await verifyAudit(tx)).find(({ teamId }) => teamId === on.teamId)).toMatchObject({
            ok: false,
            seq,
          });
          throw undone;
        })
        .catch((error) => {
          if (error !== undone) throw error;
        });
    };
    await tampered(sql`update audit set body = replace(body, 'b.test', 'x.test') where seq = 2`, 2);
    await tampered(sql`update audit set actor = 'U0NOBODY' where seq = 3`, 3);
    await tampered(sql`delete from audit where seq = 4`, 4);
    await tampered(sql`delete from audit where seq >= 6`, 6);
    await tampered(sql`update audit set body = 'no JSON' where seq = 2`, 2);
    await tampered(
      sql`update audit set body = 'no JSON', hash = encode(sha256(convert_to((select hash from audit where seq = 1) || E'\n2\nno JSON', 'UTF8')), 'hex') where seq = 2`,
      2,
    );
    expect(await verifyAudit(on.db)).toMatchObject([{ ok: true }]);
  });

  it('tells of the last look for a record, though nothing was found', async () => {
    const domainId = await seedDomain(on.db, on.teamId, 'look.test', 'Unverified');
    on.tools.lookForProof = async () => ({ found: false, seen: [] });
    expect(wordsOf(await on.submit('domain.verify', 'admin', { domainId }))).toContain('was not found');
    const [row] = await on.db.query<{ at: Date; note: string }>(
      sql`select checked_at as at, check_note as note from domains where id = ${domainId}`,
    );
    expect(row).toEqual({ at: expect.any(Date), note: 'there was no TXT record at this name.' });
  });
});

describe('limits that many reach for at once, on postgres', () => {
  let on: World;
  beforeAll(async () => {
    on = await startWorld('postgres');
  });
  afterAll(() => on.db.close());

  it('lets a team have 25 connections, whoever comes at once', async () => {
    for (let n = 0; n < 23; n += 1) await seedConnection(on.db, on.teamId, `C${n}`);
    const { body } = certificate('idp');
    const outcomes = await Promise.all(
      ['One', 'Two', 'Three'].map((name) =>
        on.submit(
          'connection.add',
          'admin',
          { teamId: on.teamId },
          {
            name,
            metadataFile: file('metadata.xml', metadataXml(`https://${name}.test`, body)),
          },
        ),
      ),
    );
    expect(outcomes.map(({ type }) => type).sort()).toEqual(['done', 'refused', 'refused']);
    expect(await on.value<number>(sql`select count(*) from connections`)).toBe(25);
  });

  it('invites nobody through a domain that is deleted at the same moment', async () => {
    await on.needs(0);
    for (let n = 0; n < 8; n += 1) {
      const name = `inv${n}.test`;
      const domainId = await seedDomain(on.db, on.teamId, name);
      const [invited] = await Promise.all([
        on.submit(
          'user.invite',
          'admin',
          { teamId: on.teamId },
          { email: `a@${name}`, firstName: 'A', lastName: 'B' },
        ),
        on.submit('domain.delete', 'admin', { domainId }, { reason: 'x', confirm: name }),
      ]);
      const members = await on.value<number>(
        sql`select count(*) from memberships where via_domain_id = ${domainId}`,
      );
      expect(members).toBe(invited.type === 'done' ? 1 : 0);
    }
  });
});
