import { X509Certificate } from 'node:crypto';
import { addYears } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import type { Clock } from '../../clock.ts';
import { makeSelfSigned } from '../../identity/certificates/self-signed.ts';
import type { Secrets } from '../../secrets.ts';

/** The pair that signs our requests: the key in PEM, its certificate in base64 DER. */
export interface SpKey {
  privateKeyPem: string;
  certificate: string;
}

const NAME = 'saml-key';
const YEARS = 10;

/**
 * The installation's signing pair: made once, kept sealed, the same for every process.
 * @param db where it is kept
 * @param secrets what seals it
 * @param clock when its certificate begins
 */
export async function spKey(db: Queryable, secrets: Secrets, clock: Clock): Promise<SpKey> {
  const kept = await read(db);
  if (kept) return unseal(kept, secrets);
  const from = clock.now();
  const made = await makeSelfSigned({ commonName: 'Drawbridge', from, until: addYears(from, YEARS) });
  const certificate = new X509Certificate(made.certificatePem).raw.toString('base64');
  const pair: SpKey = { privateKeyPem: made.privateKeyPem, certificate };
  // Another process may make one at the same moment: the first one stays.
  await db.query(sql`
    insert into installation (key, value) values (${NAME}::text, ${secrets.seal(JSON.stringify(pair), NAME)}::text)
    on conflict do nothing`);
  const first = await read(db);
  if (!first) throw new Error('the signing key was not kept');
  return unseal(first, secrets);
}

async function read(db: Queryable): Promise<string | undefined> {
  const [row] = await db.query<{ value: string }>(
    sql`select value from installation where key = ${NAME}::text`,
  );
  return row?.value;
}

function unseal(sealed: string, secrets: Secrets): SpKey {
  return JSON.parse(secrets.open(sealed, NAME)) as SpKey;
}
