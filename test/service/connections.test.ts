import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { configHash } from '../../src/identity/config-hash.ts';
import { operations } from '../../src/operations/index.ts';
import type { Reading, Tools } from '../../src/operations/operation.ts';
import { testTokenHash } from '../../src/operations/test-sign-in.ts';
import type { AnyOperation } from '../../src/service/context.ts';
import { createService } from '../../src/service/create.ts';
import { newId } from '../../src/service/ids.ts';
import type { Outcome, Reference, Service } from '../../src/service/service.ts';
import type { Document } from '../../src/words/document.ts';
import { plain } from '../../src/words/document.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { certificate, file, metadataXml } from '../support/idp.ts';
import { PEOPLE, seedDomain, seedTeam, seedUsers, WORKSPACE } from '../support/seed.ts';

const tools: Tools = {
  lookForProof: async () => ({ found: true }),
  fetchMetadata: async () => ({ ok: false, message: 'not used here' }),
  publicUrl: 'https://sso.example',
  supportContact: null,
  newId,
};
const one = certificate('one');
const two = certificate('two');
const ENTITY = 'https://idp.test';

let db: TestDatabase;
let service: Service;
let teamId: string;
let connectionId: string;

beforeAll(async () => {
  db = await testDatabase();
  teamId = await seedTeam(db);
  service = createService({
    db,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    installation: { publicUrl: tools.publicUrl, supportContact: null },
    tools,
    operations,
  });
});
afterAll(() => db.close());

const op = (kind: string) => operations.find((o) => o.kind === kind) as AnyOperation;
const as = (who: keyof typeof PEOPLE) => ({ workspaceId: WORKSPACE, slackId: PEOPLE[who] });
const done = (outcome: Outcome): Document => {
  if (outcome.type !== 'done') throw new Error(`not done but ${JSON.stringify(outcome)}`);
  return outcome.document;
};
const approved = async (kind: string, reference: Reference, input: unknown) => {
  const outcome = await service.submit(op(kind), as('admin'), reference, input);
  if (outcome.type !== 'asked') throw new Error(`not asked but ${JSON.stringify(outcome)}`);
  return done(await service.decide(as('approver'), outcome.requestId, 'approve', null));
};
const show = async (
  kind: string,
  who: keyof typeof PEOPLE,
  reference: Reference = {},
  args: Record<string, string | undefined> = {},
) => {
  const reading = operations.find((o) => o.kind === kind) as Reading;
  const shown = await service.show(reading, as(who), reference, args);
  if (shown.type !== 'shown') throw new Error(`not shown but ${JSON.stringify(shown)}`);
  return shown.document;
};
const kept = async () => {
  const [row] = await db.query<{ hash: string; name: string; sso_url: string; fingerprints: string[] }>(sql`
    select config_hash as hash, name, sso_url, (select coalesce(jsonb_agg(k.fingerprint), '[]') from certificates k
      where k.connection_id = c.id) as fingerprints
    from connections c where id = ${connectionId}`);
  return row;
};
const steps = (document: Document) =>
  document.parts.flatMap((part) =>
    part.type === 'steps'
      ? part.steps
      : part.type === 'list'
        ? part.items.flatMap(({ step }) => step ?? [])
        : [],
  );
const words = (document: Document) => JSON.stringify(document.parts);

test('a connection is created, renamed, changed and renewed; its hash is always that of what is kept', async () => {
  const metadataFile = file('idp.xml', metadataXml(ENTITY, one.body));
  done(
    await service.submit(
      op('connection.add'),
      as('admin'),
      {},
      { name: 'Okta', provider: 'okta', metadataFile },
    ),
  );
  const [row] = await db.query<{ id: string }>(sql`select id from connections where team_id = ${teamId}`);
  connectionId = row?.id as string;
  const reference = { connectionId };
  const hashOf = (ssoUrl: string, ...fingerprints: string[]) =>
    configHash({ entityId: ENTITY, ssoUrl, ssoBinding: 'redirect', fingerprints });
  expect((await kept())?.hash).toBe(hashOf(`${ENTITY}/sso`, one.fingerprint));

  done(await service.submit(op('connection.edit'), as('admin'), { words: 'okta' }, { name: 'Okta Two' }));
  expect(await kept()).toMatchObject({ name: 'Okta Two', hash: hashOf(`${ENTITY}/sso`, one.fingerprint) });

  await approved('connection.edit', reference, { ssoUrl: `${ENTITY}/login` });
  expect((await kept())?.hash).toBe(hashOf(`${ENTITY}/login`, one.fingerprint));

  await approved('connection.renew', reference, { certificate: two.pem, keep: true });
  const both = await kept();
  expect(both?.fingerprints.sort()).toEqual([one.fingerprint, two.fingerprint].sort());
  expect(both?.hash).toBe(hashOf(`${ENTITY}/login`, one.fingerprint, two.fingerprint));

  const [old] = await db.query<{ id: string }>(sql`
    select id from certificates where connection_id = ${connectionId} and fingerprint = ${one.fingerprint}`);
  await approved('certificate.remove', reference, { certificate: old?.id });
  expect(await kept()).toMatchObject({
    fingerprints: [two.fingerprint],
    hash: hashOf(`${ENTITY}/login`, two.fingerprint),
  });
  const [last] = await db.query<{ id: string }>(
    sql`select id from certificates where connection_id = ${connectionId}`,
  );
  expect(
    await service.submit(op('certificate.remove'), as('admin'), reference, { certificate: last?.id }),
  ).toMatchObject({ type: 'refused', refusal: { code: 'no-usable-certificate' } });
  await approved('connection.renew', reference, { certificate: one.pem, keep: true });

  await approved('connection.renew', reference, { certificate: two.pem, keep: false });
  expect(await kept()).toMatchObject({
    fingerprints: [two.fingerprint],
    hash: hashOf(`${ENTITY}/login`, two.fingerprint),
  });
});

test('a change that was asked is void once another one has changed the configuration', async () => {
  const ask = (input: unknown) =>
    service.submit(op('connection.renew'), as('admin'), { connectionId }, input);
  const renewal = await ask({ certificate: one.pem, keep: true });
  if (renewal.type !== 'asked') throw new Error(JSON.stringify(renewal));
  await approved('connection.edit', { connectionId }, { ssoUrl: `${ENTITY}/other` });
  const before = await kept();
  await service.decide(as('approver'), renewal.requestId, 'approve', null);
  expect(await kept()).toEqual(before);
  const [row] = await db.query(sql`select status from requests where id = ${renewal.requestId}`);
  expect(row).toEqual({ status: 'Void' });
});

test('a test link is kept by its hash alone, and in no trail', async () => {
  const document = done(await service.submit(op('connection.test'), as('admin'), { connectionId }, {}));
  const link = document.parts.flatMap((part) => (part.type === 'copy' ? part.value : []))[0] ?? '';
  const token = new URL(link).searchParams.get('test') ?? '';
  const links = await db.query<{ token_hash: string; slack_id: string }>(sql`select * from test_links`);
  expect(links).toMatchObject([{ token_hash: testTokenHash(token), slack_id: PEOPLE.admin }]);
  const everywhere = await db.query(sql`
    select body as text from audit union all select payload::text from outbox union all select input::text from requests`);
  expect(JSON.stringify(everywhere)).not.toContain(token);
});

test('it cannot be deleted while a domain is linked, and can afterwards', async () => {
  const domainId = await seedDomain(db, teamId, 'linked.test', 'SSO off', connectionId);
  const input = { reason: 'Old', confirm: 'Okta Two' };
  const submit = () => service.submit(op('connection.delete'), as('admin'), { connectionId }, input);
  expect(await submit()).toMatchObject({ type: 'refused', refusal: { code: 'linked' } });
  await db.query(sql`update domains set state = 'Verified', connection_id = null where id = ${domainId}`);
  const spare = await service.submit(
    op('connection.add'),
    as('admin'),
    {},
    {
      name: 'Spare',
      provider: 'none',
      metadataFile: file('idp.xml', metadataXml('https://spare.test', one.body)),
    },
  );
  done(spare);
  const [row] = await db.query<{ id: string }>(sql`select id from connections where name = 'Spare'`);
  await approved('connection.delete', { connectionId: row?.id }, { reason: 'Old', confirm: 'spare' });
  expect(await db.query(sql`select from connections where name = 'Spare'`)).toEqual([]);
});

test('status of a connection shows its certificates; of a domain what comes next', async () => {
  const connection = await show('status', 'admin', { words: 'okta two' });
  expect(words(connection)).toContain(two.fingerprint);
  expect(steps(connection).map(({ kind }) => kind)).toContain('connection.renew');
  expect(steps(await show('status', 'bystander', { words: 'okta two' }))).toEqual([]);
  const open = await seedDomain(db, teamId, 'new.test', 'Unverified');
  const domain = await show('status', 'admin', { words: 'https://NEW.test/' });
  expect(words(domain)).toContain('_drawbridge-challenge.new.test');
  expect(steps(domain)[0]).toMatchObject({ go: 'do', kind: 'domain.verify', args: { domain: open } });
  const off = await seedDomain(db, teamId, 'off.test', 'SSO off', connectionId);
  expect(steps(await show('status', 'admin', { domainId: off }))[0]).toMatchObject({
    kind: 'connection.test',
  });
});

test('metadata gives each value to copy', async () => {
  const document = await show('connection.metadata', 'admin', { connectionId });
  const values = document.parts.flatMap((part) => (part.type === 'copy' ? part.value : []));
  const base = `https://sso.example/saml/${connectionId}`;
  expect(values).toEqual([
    `${base}/metadata`,
    `${base}/acs`,
    'firstName',
    'lastName',
    'email',
    'objectGUID',
    `${base}/metadata`,
  ]);
  expect(words(document)).toContain('Okta Admin Console');
});

test('the overview and Home tell each person what waits for them, in two reads', async () => {
  const on = await seedDomain(db, teamId, 'on.test', 'SSO on', connectionId);
  await seedUsers(db, 'on.test', { count: 5, withPassword: 2, teamId, viaDomainId: on });
  const asked = await service.submit(
    op('domain.off'),
    as('admin'),
    { domainId: on },
    { reason: '<!channel> *why*' },
  );
  if (asked.type !== 'asked') throw new Error(JSON.stringify(asked));
  for (const kind of ['overview', 'home']) {
    const approver = await show(kind, 'approver');
    expect(steps(approver)).toContainEqual(
      expect.objectContaining({ go: 'decide', kind: 'approve', args: { request: asked.requestId } }),
    );
    expect(steps(await show(kind, 'admin')).map(({ kind: to }) => to)).not.toContain('approve');
    const bystander = await show(kind, 'bystander');
    expect(words(bystander)).not.toContain('why');
    expect(steps(bystander).every(({ go }) => go === 'show')).toBe(true);
  }
  const requests = await show('requests', 'admin');
  expect(steps(requests)).toMatchObject([{ go: 'decide', kind: 'withdraw' }]);
  expect(steps(await show('requests', 'approver')).map(({ kind }) => kind)).toEqual(['approve', 'reject']);
  let reads = 0;
  const counted = Object.assign(Object.create(db) as TestDatabase, {
    query(statement: Parameters<TestDatabase['query']>[0]) {
      reads += 1;
      return db.query(statement);
    },
  });
  const counting = createService({
    db: counted,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    installation: { publicUrl: tools.publicUrl, supportContact: null },
    tools,
    operations,
  });
  await counting.show(operations.find(({ kind }) => kind === 'home') as Reading, as('approver'), {}, {});
  expect(reads).toBe(2);
});

test('users and history are for those with a role, and page on', async () => {
  const document = await show('users', 'approver', { words: 'on.test' });
  expect(plain(document.text)).toBe('on.test: 5 people');
  const reading = operations.find(({ kind }) => kind === 'users') as Reading;
  expect((await service.show(reading, as('bystander'), { words: 'on.test' }, {})).type).toBe('refused');
  expect(await service.show(reading, as('admin'), { words: 'new.test' }, {})).toMatchObject({
    type: 'refused',
    refusal: { code: 'unverified' },
  });
  const history = await show('history', 'admin', {}, { words: 'OKTA TWO' });
  expect(history.text).toContain('History of Okta Two');
  const all = await show('history', 'admin');
  const earlier = steps(all).find(({ label }) => label === 'Earlier');
  expect(earlier).toBeDefined();
  const second = await show('history', 'admin', {}, { after: earlier?.args.after });
  expect(second.text).not.toBe(all.text);
  const newest = steps(second).find(({ label }) => label === 'Newest');
  expect((await show('history', 'admin', {}, { ...newest?.args })).text).toBe(all.text);
  expect((await show('history', 'admin', { domainId: undefined }, { words: 'nobody.test' })).text).toContain(
    'no entries',
  );
});

test('an export is a file for those with a role', async () => {
  const exported = await service.exportHistory(as('approver'), { words: 'okta two' });
  if (exported.type !== 'file') throw new Error(JSON.stringify(exported));
  expect(exported.name).toMatch(/^history-\d{4}-\d\d-\d\d\.csv$/);
  let text = '';
  for await (const piece of exported.pieces) text += piece;
  expect(text.split('\r\n').length).toBeGreaterThan(3);
  expect(text).not.toContain(',on.test,');
  expect((await service.exportHistory(as('bystander'), {})).type).toBe('refused');
  expect((await service.exportHistory(as('guest'), {})).type).toBe('refused');
});

test('help names every command, and one of them in full', async () => {
  const all = await show('help', 'bystander');
  for (const { command } of operations)
    if (command) expect(all.text).toContain(`/sso ${command.verb}`.trim());
  const renew = await show('help', 'bystander', {}, { words: ' Renew ' });
  expect(words(renew)).toContain('Keep the current certificate');
  expect(words(await show('help', 'bystander', {}, { words: 'rennew' }))).toContain(
    'Did you mean /sso renew?',
  );
});

test('who has several teams chooses one; where there is none, a Slack owner sets one up', async () => {
  const second = await seedTeam(db, 'Second', 'C0SECOND');
  const choice = await show('home', 'admin');
  expect(steps(choice)).toMatchObject([
    { go: 'show', kind: 'home', label: 'Acme', args: { team: teamId } },
    { go: 'show', kind: 'home', label: 'Second', args: { team: second } },
  ]);
  const chosen = await show('home', 'admin', { teamId: second });
  expect(steps(chosen).map(({ label }) => label)).toContain('Go to Acme');
  const empty = await testDatabase();
  try {
    await empty.query(sql`insert into workspaces values ('T', 'T', 's', 'B', 'U', now(), null)`);
    for (const [id, owner] of [
      ['U1', true],
      ['U2', false],
    ] as const)
      await empty.query(sql`
        insert into people (workspace_id, slack_id, name, time_zone, slack_admin, guest, deactivated, read_at)
        values ('T', ${id}, 'N', 'UTC', ${owner}, false, false, now())`);
    const fresh = createService({
      db: empty,
      clock: systemClock,
      log: pino({ level: 'silent' }),
      installation: { publicUrl: tools.publicUrl, supportContact: null },
      tools,
      operations,
    });
    const overview = operations.find(({ kind }) => kind === 'overview') as Reading;
    const first = async (slackId: string) => {
      const shown = await fresh.show(overview, { workspaceId: 'T', slackId }, {}, {});
      if (shown.type !== 'shown') throw new Error(JSON.stringify(shown));
      return steps(shown.document).map(({ label }) => label);
    };
    expect(await first('U1')).toEqual(['Set up your team']);
    expect(await first('U2')).toEqual(['Help']);
  } finally {
    await empty.close();
  }
});
