import type { Database } from '../../../db/client.ts';
import { ConstraintError } from '../../../db/errors.ts';
import type { SignedIdentity } from '../../identity/saml.ts';
import type { NewSession } from './sessions.ts';
import { decideSso, type SsoDecision } from './sso-decision.ts';
import { readSsoFacts } from './sso-facts.ts';
import { writeSso } from './sso-write.ts';

/** What came of a sign-in; `used` when its response had been used before. */
export type SsoOutcome = SsoDecision | { type: 'used' };

/** How often it is decided anew when somebody else was faster. */
const ATTEMPTS = 4;

/**
 * Signs somebody in who comes from the identity provider: one read, one write, and both again when what was read has
 * changed meanwhile.
 * @param db where
 * @param given the connection, the request that is answered, what was signed, and the session to begin
 * @throws Error when it keeps changing
 */
export async function signInBySso(
  db: Database,
  given: {
    connection: { id: string; name: string };
    requestId: string;
    identity: SignedIdentity;
    session: NewSession;
    now: Date;
  },
): Promise<SsoOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const facts = await readSsoFacts(db, given.connection.id, given.identity);
    const decision = decideSso(facts);
    try {
      const written = await writeSso(db, { ...given, facts, decision });
      if (written === 'used') return { type: 'used' };
      if (written === 'done') return decision;
    } catch (error) {
      if (!(error instanceof ConstraintError)) throw error;
    }
  }
  throw new Error('a sign-in could not be written: what it rests on keeps changing');
}
