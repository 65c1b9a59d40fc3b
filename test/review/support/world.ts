import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { movableClock } from '../../../src/clock.ts';
import { operations } from '../../../src/operations/index.ts';
import type { Tools } from '../../../src/operations/operation.ts';
import type { AnyOperation } from '../../../src/service/context.ts';
import { createService } from '../../../src/service/create.ts';
import { newId } from '../../../src/service/ids.ts';
import type { Asker, Outcome, Reference, Service } from '../../../src/service/service.ts';
import { plain } from '../../../src/words/document.ts';
import { type Engine, type TestDatabase, testDatabase } from '../../support/database.ts';
import { PEOPLE, seedConnection, seedTeam, WORKSPACE } from '../../support/seed.ts';

/** The service on a database with one team, its connection and its people. */
export interface World {
  db: TestDatabase;
  service: Service;
  clock: ReturnType<typeof movableClock>;
  teamId: string;
  connectionId: string;
  /** What the DNS says of every name, until a test says otherwise. */
  tools: Tools;
  /** Asks for an operation as the modal's submit does. */
  submit(kind: string, who: Who, reference: Reference, input?: unknown): Promise<Outcome>;
  /** The only value of the only row. */
  value<T>(statement: ReturnType<typeof sql>): Promise<T | undefined>;
  /** Sets how many must approve in the team. */
  needs(people: number): Promise<void>;
}

export type Who = keyof typeof PEOPLE;

/** @returns the person as the service knows them */
export function as(who: Who, workspaceId = WORKSPACE): Asker {
  return { workspaceId, slackId: PEOPLE[who] };
}

/** @returns the operation of this kind */
export function op(kind: string): AnyOperation {
  const found = operations.find((one) => one.kind === kind);
  if (found?.type !== 'operation') throw new Error(`${kind} is no operation`);
  return found;
}

/** @param engine the database's */
export async function startWorld(engine: Engine = 'pglite'): Promise<World> {
  const db = await testDatabase(engine);
  const clock = movableClock();
  const teamId = await seedTeam(db);
  const connectionId = await seedConnection(db, teamId);
  const tools: Tools = {
    lookForProof: async () => ({ found: true }),
    fetchMetadata: async () => ({ ok: false, message: 'Nothing can be fetched here.' }),
    publicUrl: 'http://localhost:3000',
    supportContact: 'help@drawbridge.test',
    newId,
  };
  const service = createService({
    db,
    clock,
    log: pino({ level: 'silent' }),
    installation: { publicUrl: tools.publicUrl, supportContact: tools.supportContact },
    tools,
    operations,
  });
  return {
    db,
    service,
    clock,
    teamId,
    connectionId,
    tools,
    submit: (kind, who, reference, input = {}) => service.submit(op(kind), as(who), reference, input),
    async value<T>(statement: ReturnType<typeof sql>) {
      const [row] = await db.query<Record<string, T>>(statement);
      return row && Object.values(row)[0];
    },
    async needs(people) {
      await db.query(
        sql`update teams set approvals_needed = ${people}::int, version = version + 1 where id = ${teamId}`,
      );
    },
  };
}

/** @returns the id of the request that waits; fails the test when nothing was asked */
export function requestOf(outcome: Outcome): string {
  if (outcome.type !== 'asked') throw new Error(`nothing was asked: ${JSON.stringify(outcome)}`);
  return outcome.requestId;
}

/** @returns what the person reads of an outcome */
export function wordsOf(outcome: Outcome): string {
  if (outcome.type === 'refused') return plain(outcome.refusal.text);
  if (outcome.type === 'errors') return Object.values(outcome.errors).join(' ');
  return 'document' in outcome ? outcome.document.text : outcome.type;
}
