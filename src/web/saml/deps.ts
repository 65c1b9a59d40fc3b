import type { Logger } from 'pino';
import type { Database } from '../../../db/client.ts';
import type { Clock } from '../../clock.ts';
import type { Judges } from '../../identity/saml.ts';
import type { SpKey } from '../../service/sign-in/sp-key.ts';

/** What the SAML pages work with. */
export interface SamlDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  /** The base of every address handed out. */
  publicUrl: string;
  key: SpKey;
  /** Judge what comes back. */
  judges: Judges;
  /** Told of every sign-in, for the metrics: what it was for, and what came of it. */
  onSignIn?: (purpose: 'test' | 'sso' | 'unknown', outcome: string) => void;
}

/** @returns our addresses for a connection, from PUBLIC_URL and never from the Host header */
export function ourSide(publicUrl: string, connectionId: string): { entityId: string; acsUrl: string } {
  return {
    entityId: `${publicUrl}/saml/${connectionId}/metadata`,
    acsUrl: `${publicUrl}/saml/${connectionId}/acs`,
  };
}
