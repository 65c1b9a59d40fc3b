import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/operations/index.ts';
import { PEOPLE, seedTeam, WORKSPACE } from '../support/seed.ts';
import { as, op, startWorld, type World } from './support/world.ts';

const BOSS = 'U0BOSS';

describe('which team is meant', () => {
  let on: World;
  let other: string;
  let third: string;
  beforeAll(async () => {
    on = await startWorld();
    other = await seedTeam(on.db, 'Other', 'C0OTHER');
    third = await seedTeam(on.db, 'Third', 'C0THIRD');
    await on.db.query(sql`delete from members where team_id in (${other}, ${third})`);
    await member(other, PEOPLE.bystander);
    await member(third, PEOPLE.bystander);
    await on.db.query(sql`
      insert into people (workspace_id, slack_id, name, time_zone, slack_admin, guest, deactivated, read_at)
      values (${WORKSPACE}, ${BOSS}, 'Boss', 'UTC', true, false, false, now())`);
  });
  afterAll(() => on.db.close());

  const member = (teamId: string, slackId: string) =>
    on.db.query(sql`
      insert into members (team_id, workspace_id, slack_id, admin, approver)
      values (${teamId}, ${WORKSPACE}, ${slackId}, true, false)`);
  const leave = (teamId: string, slackId: string) =>
    on.db.query(sql`delete from members where team_id = ${teamId} and slack_id = ${slackId}`);
  /** What opens, for somebody in a channel: the team, or the teams to choose from. */
  const opened = async (kind: string, slackId: string, channelId?: string) => {
    const opening = await on.service.open(op(kind), { workspaceId: WORKSPACE, slackId, channelId }, {});
    if (opening.type === 'open') return opening.facts.team?.name;
    if (opening.type === 'chooseTeam') return opening.teams.map(({ name }) => name);
    return opening.type === 'refused' ? opening.refusal.code : opening.type;
  };

  it('is my own in the channel of a team in which I have no role, where a role is needed', async () => {
    expect(await opened('domain.add', PEOPLE.admin, 'C0OTHER')).toBe('Acme');
    expect(await opened('settings', PEOPLE.admin, 'C0OTHER')).toBe('Acme');
    expect(await opened('domain.add', PEOPLE.bystander, 'C0SSO')).toEqual(['Other', 'Third']);
    expect(await opened('domain.add', PEOPLE.bystander, 'C0THIRD')).toBe('Third');
    expect(await opened('domain.add', 'U0BOSS', 'C0OTHER')).toBe('noRole');
  });

  it("is the channel's for what everybody may read", async () => {
    const reading = operations.find(({ kind }) => kind === 'overview');
    if (reading?.type !== 'reading') throw new Error('no overview');
    const shown = await on.service.show(reading, { ...as('admin'), channelId: 'C0OTHER' }, {}, {});
    expect(shown).toMatchObject({ type: 'shown', facts: { team: { id: other } } });
  });

  it('is one without admins, for a Slack admin who gives it new ones and for nobody else', async () => {
    expect(await opened('settings', BOSS)).toBe('noRole');
    await leave(other, PEOPLE.bystander);
    expect(await opened('settings', BOSS)).toEqual(['Other']);
    expect(await opened('settings', BOSS, 'C0OTHER')).toBe('Other');
    await leave(third, PEOPLE.bystander);
    expect(await opened('settings', BOSS)).toEqual(['Other', 'Third']);
    expect(await opened('domain.add', BOSS)).toBe('noRole');
    expect(await opened('settings', PEOPLE.bystander)).toBe('noRole');
    // A role elsewhere keeps nobody from it in its own channel.
    await member(third, BOSS);
    expect(await opened('settings', BOSS)).toBe('Third');
    expect(await opened('settings', BOSS, 'C0OTHER')).toBe('Other');
    // One whose admins are all deactivated counts as well.
    await leave(third, BOSS);
    await member(other, BOSS);
    await on.db.query(sql`
      insert into people (workspace_id, slack_id, name, time_zone, slack_admin, guest, deactivated, read_at)
      values (${WORKSPACE}, 'U0GONE', 'Gone', 'UTC', false, false, true, now())`);
    await member(third, 'U0GONE');
    expect(await opened('settings', BOSS, 'C0THIRD')).toBe('Third');
  });
});
