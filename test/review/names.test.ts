import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/operations/index.ts';
import { readCommand } from '../../src/slack/grammar.ts';
import { plain } from '../../src/words/document.ts';
import { seedConnection, seedDomain, seedTeam } from '../support/seed.ts';
import { as, startWorld, type World } from './support/world.ts';

const LONG = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(56)}.test`;

describe('what people type after a command', () => {
  let on: World;
  beforeAll(async () => {
    on = await startWorld();
    for (const name of ['acme.test', 'xn--mnchen-3ya.test', LONG, 'on.test', 'co.acme.test'])
      await seedDomain(on.db, on.teamId, name, 'SSO off', on.connectionId);
    for (const name of ['off', 'Okta prod (EU)', 'login.acme.test', 'acme', 'status', 'Müller & Söhne'])
      await seedConnection(on.db, on.teamId, name);
  });
  afterAll(() => on.db.close());

  /** What a command line leads to: the kind and the name it found. */
  async function found(line: string) {
    const command = readCommand(line, operations);
    if (command.type !== 'known') return command.type;
    const { listed, words } = command;
    const reference = words === '' ? {} : { words };
    const opened =
      listed.type === 'reading'
        ? await on.service.show(listed, as('admin'), reference, { words })
        : await on.service.open(listed, as('admin'), reference);
    const facts = 'facts' in opened ? opened.facts : null;
    if (opened.type === 'refused') return `${listed.kind}: ${opened.refusal.code}`;
    return [listed.kind, facts?.domain?.name, facts?.connection?.name].filter(Boolean).join(' ');
  }

  it.each([
    ['jit acme.test', 'domain.jit acme.test'],
    ['JIT   ACME.Test', 'domain.jit acme.test'],
    ['jit acme.test.', 'domain.jit acme.test'],
    ['jit @acme.test', 'domain.jit acme.test'],
    ['jit “acme.test”', 'domain.jit acme.test'],
    ["jit 'acme.test'", 'domain.jit acme.test'],
    ['jit `acme.test`', 'domain.jit acme.test'],
    ['jit «acme.test»', 'domain.jit acme.test'],
    ['jit https://acme.test/path?x=1', 'domain.jit acme.test'],
    ['jit <http://acme.test|acme.test>', 'domain.jit acme.test'],
    ['jit <https://acme.test/>', 'domain.jit acme.test'],
    ['jit <mailto:anna@acme.test|anna@acme.test>', 'domain.jit acme.test'],
    ['jit anna@acme.test', 'domain.jit acme.test'],
    ['jit münchen.test', 'domain.jit xn--mnchen-3ya.test'],
    ['jit MÜNCHEN.TEST', 'domain.jit xn--mnchen-3ya.test'],
    [`jit ${LONG}`, `domain.jit ${LONG}`],
    ['jit on.test', 'domain.jit on.test'],
    ['/sso jit acme.test', 'domain.jit acme.test'],
    ['jit ac\u200bme.test', 'domain.jit: unknownName'],
    ['jit acmee.test', 'domain.jit: unknownName'],
    ['edit off', 'connection.edit off'],
    ['edit OFF', 'connection.edit off'],
    ['edit okta PROD (eu)', 'connection.edit Okta prod (EU)'],
    ['edit “Okta prod (EU)”', 'connection.edit Okta prod (EU)'],
    ['edit Okta   prod (EU)', 'connection.edit Okta prod (EU)'],
    ['edit Müller &amp; Söhne', 'connection.edit Müller & Söhne'],
    ['edit MÜLLER &amp; SÖHNE', 'connection.edit Müller & Söhne'],
    ['edit login.acme.test', 'connection.edit login.acme.test'],
    ['edit <http://login.acme.test|login.acme.test>', 'connection.edit login.acme.test'],
    ['link gone.test Okta', 'domain.link: unknownName'],
    ['link acme.test Okta', 'domain.link: nothing-to-do'],
    ['link acme.test Oktaa', 'domain.link: unknownName'],
    ['relink acme.test Okat', 'domain.relink: unknownName'],
    ['relink acme.test no such thing', 'domain.relink: unknownName'],
    ['move acme.test Sistre', 'domain.move: unknownName'],
    ['move acme.test Acme', 'domain.move acme.test acme'],
    ['jit acme.test please', 'domain.jit acme.test'],
    ['link login.acme.test', 'domain.link login.acme.test'],
    ['status status', 'status status'],
    ['status acme', 'status acme'],
    ['status acme.test', 'status acme.test'],
    ['status login.acme.test', 'status login.acme.test'],
    ['status <http://login.acme.test|login.acme.test>', 'status login.acme.test'],
    ['status Okta prod (EU)', 'status Okta prod (EU)'],
    ['relink acme.test Okta prod (EU)', 'domain.relink acme.test Okta prod (EU)'],
    ['relink acme.test login.acme.test', 'domain.relink acme.test login.acme.test'],
    ['relink “acme.test” “Okta prod (EU)”', 'domain.relink acme.test Okta prod (EU)'],
    ['metadata okta', 'connection.metadata Okta'],
    ['metadata https://okta', 'connection.metadata: unknownName'],
  ])('%s', async (line, expected) => {
    expect(await found(line)).toBe(expected);
  });

  it('offers the nearest connection or team where the second name is mistyped, and to choose among all', async () => {
    const lab = await seedTeam(on.db, 'Labs', 'C0LABS');
    const open = await seedDomain(on.db, on.teamId, 'open.test', 'Verified');
    const offered = async (line: string) => {
      const command = readCommand(line, operations);
      if (command.type !== 'known') throw new Error(command.type);
      const { listed, words } = command;
      const answer =
        listed.type === 'reading'
          ? await on.service.show(listed, { ...as('admin'), channelId: 'C0SSO' }, { words }, { words })
          : await on.service.open(listed, { ...as('admin'), channelId: 'C0SSO' }, { words });
      if (answer.type !== 'refused') throw new Error(answer.type);
      return { text: plain(answer.refusal.text), steps: answer.refusal.steps };
    };
    for (const [verb, kind, title, go] of [
      ['link', 'domain.link', 'Link domain', 'open'],
      ['relink', 'domain.relink', 'Relink domain', 'show'],
    ]) {
      expect(await offered(`${verb} open.test Okat`)).toEqual({
        text: 'No connection here is called Okat. Did you mean Okta?',
        steps: [
          { label: `${title} to Okta`, go, kind, args: { domain: open, connection: on.connectionId } },
          { label: 'Choose another connection', go, kind, args: { domain: open } },
        ],
      });
    }
    expect(await offered('move open.test Lbas')).toEqual({
      text: 'No team here is called Lbas. Did you mean Labs?',
      steps: [
        {
          label: 'Move domain to Labs',
          go: 'show',
          kind: 'domain.move',
          args: { domain: open, otherTeam: lab },
        },
        { label: 'Choose another team', go: 'show', kind: 'domain.move', args: { domain: open } },
      ],
    });
    expect((await offered('relink open.test nothing alike')).steps).toHaveLength(1);
    await on.db.query(sql`delete from members where team_id = ${lab}`);
  });

  it('means the team whose channel it was typed in, else asks when several of mine have the name', async () => {
    const other = await seedTeam(on.db, 'Sister', 'C0SISTER');
    await seedDomain(on.db, other, 'shared.test', 'Unverified');
    await seedDomain(on.db, on.teamId, 'shared.test', 'Unverified');
    const show = (channelId?: string) => {
      const status = operations.find(({ kind }) => kind === 'status');
      if (status?.type !== 'reading') throw new Error('no status');
      return on.service.show(
        status,
        { ...as('admin'), ...(channelId && { channelId }) },
        { words: 'shared.test' },
        {},
      );
    };
    expect((await show()).type).toBe('chooseTeam');
    expect(await show('C0SISTER')).toMatchObject({ facts: { team: { id: other } } });
    expect(await show('C0SSO')).toMatchObject({ facts: { team: { id: on.teamId } } });
    const row = await on.value<number>(sql`select count(*) from domains where name = 'shared.test'`);
    expect(row).toBe(2);
  });
});
