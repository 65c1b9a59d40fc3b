import type { Logger } from 'pino';
import type { Database } from '../../../db/client.ts';
import { systemClock } from '../../../src/clock.ts';
import { operations } from '../../../src/operations/index.ts';
import type { Operation } from '../../../src/operations/operation.ts';
import { createService } from '../../../src/service/create.ts';
import type { Service } from '../../../src/service/service.ts';
import type { Tenants } from './tenants.ts';

const INSTALLATION = { publicUrl: 'https://sso.example', supportContact: null };

/** @returns the service as it runs, without a network */
export function benchService(db: Database, log: Logger): Service {
  return createService({
    db,
    clock: systemClock,
    log,
    operations,
    installation: INSTALLATION,
    tools: {
      lookForProof: async () => ({ found: true }),
      fetchMetadata: async () => ({ ok: false, message: 'Nothing can be fetched here.' }),
      ...INSTALLATION,
      newId: () => 'id',
    },
  });
}

/**
 * Lets a team's admin allow just-in-time provisioning for one of its domains that does not allow it yet.
 * @throws when it was not done
 */
export async function allow(service: Service, tenants: Tenants, team: number, domain: number): Promise<void> {
  const jit = operations.find((listed): listed is Operation => listed.kind === 'domain.jit');
  if (!jit) throw new Error('there is no operation domain.jit');
  const { workspace, person } = tenants.admin(team);
  const asker = { workspaceId: workspace, slackId: person };
  const outcome = await service.submit(jit, asker, { domainId: tenants.domain(team, domain) }, { jit: true });
  if (outcome.type !== 'done') throw new Error(`not done: ${JSON.stringify(outcome)}`);
}
