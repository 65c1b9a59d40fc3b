import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import type { Clock } from '../../../src/clock.ts';
import { createLog } from '../../../src/log.ts';
import { operations } from '../../../src/operations/index.ts';
import type { Operation, Reading } from '../../../src/operations/operation.ts';
import { createService } from '../../../src/service/create.ts';
import { createLists } from '../../../src/service/lists/index.ts';
import type { Outcome, Reference, Service } from '../../../src/service/service.ts';
import { signInConnection } from '../../../src/service/sign-in/connection.ts';
import { signInMethod } from '../../../src/service/sign-in/method.ts';
import { readSsoFacts } from '../../../src/service/sign-in/sso-facts.ts';
import { releaseBatch } from '../../../src/worker/deletion/batch.ts';
import { readDeletion } from '../../../src/worker/deletion/read.ts';
import { PEOPLE, WORKSPACE } from '../../support/seed.ts';
import type { World } from './world.ts';

/** Something a person causes, by name. */
export interface Question {
  what: string;
  ask(): Promise<unknown>;
}

/**
 * Everything that a person can cause to be asked of the database, in an order in which each can be done.
 * @param db the database; what it is asked is looked at by the caller
 * @param world the rows it is about
 */
export function questions(db: Database, { domains, connection, spare, team }: World): Question[] {
  const clock: Clock = { now: () => new Date() };
  const service = createService({
    db,
    clock,
    log: createLog('silent'),
    operations,
    installation: { publicUrl: 'https://sso.example', supportContact: null },
    tools: {
      lookForProof: async () => ({ found: true }),
      fetchMetadata: async () => ({ ok: false, message: 'nothing' }),
      publicUrl: 'https://sso.example',
      supportContact: null,
      newId: () => `id-${performance.now()}`,
    },
  });
  const lists = createLists(db);
  const admin = { workspaceId: WORKSPACE, slackId: PEOPLE.admin };
  const approver = { workspaceId: WORKSPACE, slackId: PEOPLE.approver };
  const listed = <T extends 'operation' | 'reading'>(kind: string, type: T) => {
    const found = operations.find((l) => l.kind === kind && l.type === type);
    if (!found) throw new Error(`there is no ${type} ${kind}`);
    return found as T extends 'operation' ? Operation : Reading;
  };
  const show = (kind: string, reference: Reference, args: Record<string, string> = {}): Question => ({
    what: `show ${kind}${args.after ? ', next page' : ''} ${reference.connectionId ? 'of a connection' : ''}`.trim(),
    async ask() {
      const shown = await service.show(listed(kind, 'reading'), admin, reference, args);
      if (shown.type !== 'shown') throw new Error(`${kind}: ${JSON.stringify(shown)}`);
    },
  });
  const open = (kind: string, reference: Reference): Question => ({
    what: `open ${kind}`,
    async ask() {
      const opening = await service.open(listed(kind, 'operation'), admin, reference);
      if (opening.type !== 'open') throw new Error(`${kind}: ${JSON.stringify(opening)}`);
    },
  });
  const submit = (
    kind: string,
    reference: Reference,
    input: unknown,
    expected: Outcome['type'],
  ): Question => ({
    what: `submit ${kind}`,
    ask: () => submitted(service, kind, reference, input, expected),
  });
  const submitted = async (
    asked: Service,
    kind: string,
    reference: Reference,
    input: unknown,
    expected: Outcome['type'],
  ) => {
    const outcome = await asked.submit(listed(kind, 'operation'), admin, reference, input);
    if (outcome.type !== expected) throw new Error(`${kind}: ${JSON.stringify(outcome)}`);
    return outcome;
  };
  /** Approves what waits for something, by its name. */
  const approve = (what: string, subjectName: string): Question => ({
    what: `approve ${what}`,
    async ask() {
      const [row] = await Object.getPrototypeOf(db).query.call(
        db,
        sql`select id from requests where subject_name = ${subjectName} and team_id = ${team} and status = 'Pending'`,
      );
      const { id } = row as { id: string };
      await service.openDecision(approver, id, 'approve');
      const outcome = await service.decide(approver, id, 'approve', null);
      if (outcome.type !== 'done') throw new Error(`approve ${what}: ${JSON.stringify(outcome)}`);
    },
  });
  const reason = { reason: 'A measure' };
  const of = (domainId: string): Reference => ({ domainId });
  const list = async (after: Promise<{ next?: string }>) => (await after).next ?? '';
  const identity = (email: string, subject: string) =>
    ({
      emailKey: email,
      emailDomain: 'big.example',
      objectGuid: subject,
      certificateFingerprint: 'none',
    }) as Parameters<typeof readSsoFacts>[2];

  return [
    show('overview', {}),
    show('home', {}),
    show('status', of(domains.on)),
    show('status', of(domains.big)),
    show('status', { connectionId: connection }),
    show('users', of(domains.big)),
    show('requests', {}),
    show('history', {}),
    show('help', {}),
    show('connection.metadata', { connectionId: connection }),
    { what: 'history of a name', ask: () => lists.history(team, 'on.example') },
    {
      what: 'next pages',
      async ask() {
        await lists.overview(team, await list(lists.domains(team)));
        await lists.users(domains.big, await list(lists.users(domains.big)));
        await lists.requests(team, await list(lists.requests(team)));
        await lists.history(team, null, await list(lists.history(team, null)));
      },
    },
    ...(['domains', 'verifiedDomains', 'connections', 'otherTeams'] as const).flatMap((among) =>
      ['', 'da', 'xample'].map((words) => ({
        what: `search ${among} for “${words}”`,
        ask: () => service.search(admin, team, among, words),
      })),
    ),
    {
      what: 'a name that nobody has',
      ask: () => service.show(listed('status', 'reading'), admin, { words: 'on.exampel' }, {}),
    },
    {
      what: 'status by typed name',
      ask: () => service.show(listed('status', 'reading'), admin, { words: 'on.example' }, {}),
    },
    open('domain.add', {}),
    submit('domain.add', {}, { domains: 'new.example' }, 'done'),
    submit('domain.verify', of(domains.fresh), {}, 'done'),
    open('domain.link', of(domains.verified)),
    submit('domain.link', of(domains.verified), { domain: domains.verified, connection: spare }, 'done'),
    open('domain.testers', of(domains.off)),
    submit('domain.testers', of(domains.off), { testUsers: 'nora@off.example' }, 'done'),
    open('domain.jit', of(domains.on)),
    submit('domain.jit', of(domains.on), { jit: true }, 'done'),
    open('user.invite', {}),
    submit('user.invite', {}, { email: 'nora@on.example', firstName: 'Nora', lastName: 'Ade' }, 'done'),
    open('domain.on', of(domains.off)),
    submit('domain.on', of(domains.off), reason, 'asked'),
    approve('turning on', 'off.example'),
    open('domain.off', of(domains.big)),
    submit('domain.off', of(domains.big), reason, 'asked'),
    approve('turning off a tenth of all people', 'big.example'),
    open('domain.unlink', of(domains.big)),
    submit('domain.unlink', of(domains.big), reason, 'asked'),
    approve('unlinking a tenth of all people', 'big.example'),
    open('domain.delete', of(domains.big)),
    submit(
      'domain.delete',
      of(domains.big),
      { ...reason, confirm: 'big.example', name: 'big.example' },
      'asked',
    ),
    approve('deleting a tenth of all people', 'big.example'),
    {
      what: 'a batch of a deletion',
      async ask() {
        const { id } = (
          await Object.getPrototypeOf(db).query.call(db, sql`select id from deletions limit 1`)
        )[0] as { id: string };
        const deletion = await readDeletion(Object.getPrototypeOf(db) as Database, id);
        if (!deletion) throw new Error('there is no deletion');
        const first = await releaseBatch(Object.getPrototypeOf(db) as Database, deletion, {
          now: clock.now(),
          after: 0,
          size: 50,
          tell: false,
        });
        const fresh = await readDeletion(db, id);
        if (!fresh) throw new Error('the deletion is gone');
        await releaseBatch(db, fresh, { now: clock.now(), after: first?.last ?? 0, size: 20, tell: false });
      },
    },
    open('connection.edit', { connectionId: connection }),
    submit('connection.edit', { connectionId: connection }, { name: 'Okta 2' }, 'done'),
    open('connection.renew', { connectionId: connection }),
    submit('connection.test', { connectionId: connection }, {}, 'done'),
    { what: 'sign-in: by which method', ask: () => signInMethod(db, 'on.example') },
    { what: 'sign-in: the connection', ask: () => signInConnection(db, connection) },
    {
      what: 'sign-in: whose it is',
      ask: () => readSsoFacts(db, connection, identity('user10@big.example', 'guid-none')),
    },
  ];
}
