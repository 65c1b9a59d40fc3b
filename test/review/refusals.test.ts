import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/operations/index.ts';
import type { Refusal } from '../../src/operations/operation.ts';
import type { Reference } from '../../src/service/service.ts';
import { plain, type Step } from '../../src/words/document.ts';
import { type SeedState, seedConnection, seedDomain } from '../support/seed.ts';
import { as, op, startWorld, type World } from './support/world.ts';

const STATES: SeedState[] = ['Unverified', 'Verified', 'SSO off', 'SSO on', 'Deleting'];
/** The arrows of the contract, and what else may be done where. */
const ALLOWED: Record<string, SeedState[]> = {
  'domain.verify': ['Unverified'],
  'domain.link': ['Verified'],
  'domain.testers': ['SSO off'],
  'domain.on': ['SSO off'],
  'domain.off': ['SSO on'],
  'domain.unlink': ['SSO off'],
  'domain.jit': ['Verified', 'SSO off', 'SSO on'],
  'domain.delete': ['Unverified', 'Verified'],
  'deletion.cancel': ['Deleting'],
  'deletion.retry': [],
  'user.import': ['Verified', 'SSO off', 'SSO on'],
};

describe('a change in a state that does not allow it', () => {
  let on: World;
  const domains = {} as Record<SeedState, string>;
  beforeAll(async () => {
    on = await startWorld();
    for (const state of STATES)
      domains[state] = await seedDomain(
        on.db,
        on.teamId,
        `${state.replace(' ', '-')}.test`.toLowerCase(),
        state,
        on.connectionId,
      );
    await on.db.query(sql`
      insert into deletions (id, team_id, domain_id, domain_name, asked_by, status, total, started_at, moved_at)
      values ('d1', ${on.teamId}, ${domains.Deleting}, 'deleting.test', 'U0ADMIN', 'Running', 0, now(), now())`);
  });
  afterAll(() => on.db.close());

  const attempt = (kind: string, reference: Reference) => on.service.open(op(kind), as('admin'), reference);

  /** Follows a button as a press does, but for what would act at once. */
  async function follow(step: Step) {
    const args = step.args as Record<string, string>;
    const reference = { teamId: args.team, domainId: args.domain, connectionId: args.connection };
    const listed = operations.find(({ kind }) => kind === step.kind);
    if (!listed) throw new Error(`a button leads to ${step.kind}, which is nothing`);
    return listed.type === 'reading'
      ? on.service.show(listed, as('admin'), reference, args)
      : on.service.open(listed, as('admin'), reference);
  }

  const cases = Object.entries(ALLOWED).flatMap(([kind, allowed]) =>
    STATES.map((state) => ({ kind, state, allowed: allowed.includes(state) })),
  );

  it.each(cases)('$kind of a domain that is $state: allowed $allowed', async ({ kind, state, allowed }) => {
    const opening = await attempt(kind, { domainId: domains[state] });
    expect(opening.type).toBe(allowed ? 'open' : 'refused');
    if (opening.type !== 'refused') return;
    const { refusal } = opening;
    const words = plain(refusal.text);
    expect(words).toContain(`${state.replace(' ', '-')}.test`.toLowerCase());
    expect(words).toMatch(/\.$/);
    expect(words.split(/\.\s/)).toHaveLength(1);
    await expectSteps(refusal, domains[state]);
  });

  /** Each button leads somewhere that opens, and to this very domain. */
  async function expectSteps({ steps = [] }: Refusal, domainId: string) {
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) {
      const followed = await follow(step);
      expect(['open', 'shown'], `${step.kind}: ${JSON.stringify(followed)}`).toContain(followed.type);
      if ('facts' in followed && step.args.domain) expect(followed.facts.domain?.id).toBe(domainId);
    }
  }

  it.each(['unlink', 'delete'])(
    '%s while SSO is on says to turn it off first, or to contact support',
    async (verb) => {
      const opening = await attempt(`domain.${verb}`, { domainId: domains['SSO on'] });
      if (opening.type !== 'refused') throw new Error(opening.type);
      expect(plain(opening.refusal.text)).toBe(
        'SSO is on for sso-on.test: turn off SSO first, or contact support (help@drawbridge.test).',
      );
      expect(opening.refusal.steps).toMatchObject([{ go: 'open', kind: 'domain.off' }]);
    },
  );

  it('a connection with linked domains is not deleted, and its domains are named', async () => {
    const opening = await on.service.open(op('connection.delete'), as('admin'), {
      connectionId: on.connectionId,
    });
    if (opening.type !== 'refused') throw new Error(opening.type);
    expect(plain(opening.refusal.text)).toContain('sso-on.test');
    for (const step of opening.refusal.steps ?? []) expect((await follow(step)).type).toBe('open');
    const off = await seedConnection(on.db, on.teamId, 'Second');
    await seedDomain(on.db, on.teamId, 'second.test', 'SSO off', off);
    const linked = await on.service.open(op('connection.delete'), as('admin'), { connectionId: off });
    if (linked.type !== 'refused') throw new Error(linked.type);
    expect(plain(linked.refusal.text)).toBe('second.test is linked to Second: unlink it first.');
    expect(linked.refusal.steps).toMatchObject([{ kind: 'domain.unlink' }]);
  });

  it('turning off with test users left offers to remove them, and untested turning on offers the test', async () => {
    await on.db.query(
      sql`insert into test_users (domain_id, email, added_at) values (${domains['SSO on']}, 'a@sso-on.test', now())`,
    );
    const off = await attempt('domain.off', { domainId: domains['SSO on'] });
    if (off.type !== 'refused') throw new Error(off.type);
    await expectSteps(off.refusal, domains['SSO on']);
    const untested = await seedConnection(on.db, on.teamId, 'Untested', false);
    const domainId = await seedDomain(on.db, on.teamId, 'untested.test', 'SSO off', untested);
    const turnOn = await attempt('domain.on', { domainId });
    if (turnOn.type !== 'refused') throw new Error(turnOn.type);
    expect(turnOn.refusal.steps).toMatchObject([{ kind: 'connection.test', args: { connection: untested } }]);
  });
});
