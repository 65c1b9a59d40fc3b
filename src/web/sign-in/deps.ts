import type { Logger } from 'pino';
import type { Database } from '../../../db/client.ts';
import type { Clock } from '../../clock.ts';
import type { Secrets } from '../../secrets.ts';

/** What the sign-in pages work with. */
export interface SignInDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  secrets: Secrets;
  /** The base of every address handed out. */
  publicUrl: string;
  /** Whether mail can be sent; what needs it is refused with words that say so otherwise. */
  mail: boolean;
  /** Whom a refusal names, when configured. */
  supportContact: string | undefined;
  /** Told of every sign-in, for the metrics: what it was for, and what came of it. */
  onSignIn?: (purpose: 'password' | 'reset', outcome: string) => void;
}
