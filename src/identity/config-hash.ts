import { createHash } from 'node:crypto';

/** What a sign-in at a connection rests on. */
export interface SignInConfig {
  entityId: string;
  ssoUrl: string;
  ssoBinding: 'redirect' | 'post';
  /** SHA-256 fingerprints of all certificates that are accepted. */
  fingerprints: readonly string[];
}

/**
 * Names a configuration. A test sign-in is evidence for exactly the configuration with the same hash: a change of
 * the entity ID, the sign-on URL, its binding or any certificate makes it stale; a change of the name does not.
 * @param config the configuration; the order of certificates means nothing
 * @returns SHA-256 over its canonical JSON (keys and fingerprints sorted), in hexadecimal
 */
export function configHash({ entityId, ssoUrl, ssoBinding, fingerprints }: SignInConfig): string {
  const canonical = JSON.stringify({
    entityId,
    fingerprints: [...new Set(fingerprints)].sort(),
    ssoBinding,
    ssoUrl,
  });
  return createHash('sha256').update(canonical).digest('hex');
}
