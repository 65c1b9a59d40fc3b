import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';

/** What a look for the TXT record came to. `unknown` says nothing about the domain: keep its state, try later. */
export type ProofLook = { found: true } | { found: false; seen: string[] } | { unknown: true; cause: string };

export interface DnsProof {
  /**
   * Looks for a TXT record that has exactly the expected value.
   * @param domain the ASCII name of the domain
   * @param expected the whole value, as `challengeValue` gives it
   * @returns whether it is there; if not, the first values that are; or that no answer could be had. Never rejects
   */
  lookFor(domain: string, expected: string): Promise<ProofLook>;
}

/** Aliases followed by hand, for servers that answer with the alias alone. */
const MAX_ALIASES = 8;
/** Values of other records told to the person, so that a near miss can be seen. */
const MAX_SEEN = 10;

const ABSENT = new Set(['ENOTFOUND', 'ENODATA']);

const CAUSES: Record<string, string> = {
  ETIMEOUT: 'the DNS servers did not answer in time',
  ESERVFAIL: 'the DNS servers of the domain reported a failure (SERVFAIL)',
  EREFUSED: 'the DNS server refused the question',
  ECONNREFUSED: 'the DNS server could not be reached',
  ECANCELLED: 'the DNS servers did not answer in time',
};

/**
 * @param domain the ASCII name of a domain
 * @returns the name at which its TXT record must stand
 */
export function challengeName(domain: string): string {
  return `_drawbridge-challenge.${domain}`;
}

/**
 * @param token the token issued for this team and domain
 * @returns the value that the TXT record must have
 */
export function challengeValue(token: string): string {
  return `drawbridge-verification=${token}`;
}

/** @returns a fresh token of 160 random bits in lower-case hexadecimal, since some DNS editors change the case. */
export function newToken(): string {
  return randomBytes(20).toString('hex');
}

/**
 * Makes the looker.
 * @param options `servers`: `host:port` of each DNS server to ask, by IP address (the system's when left out);
 *   `timeoutMs`: the longest that one look may take
 * @returns the looker
 * @throws TypeError when a server is not an IP address with an optional port
 */
export function createDnsProof({
  servers,
  timeoutMs = 5000,
}: {
  servers?: readonly string[];
  timeoutMs?: number;
} = {}): DnsProof {
  newResolver(servers, timeoutMs);
  return {
    async lookFor(domain, expected) {
      const resolver = newResolver(servers, timeoutMs);
      const timer = setTimeout(() => resolver.cancel(), timeoutMs);
      try {
        const records = await textRecords(resolver, challengeName(domain));
        if (records.includes(expected)) return { found: true };
        return { found: false, seen: records.slice(0, MAX_SEEN).map((value) => value.slice(0, 255)) };
      } catch (error) {
        return { unknown: true, cause: causeOf(error) };
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** One resolver a look: `cancel` ends every question that a resolver has open. */
function newResolver(servers: readonly string[] | undefined, timeoutMs: number): Resolver {
  const resolver = new Resolver({ timeout: Math.max(250, Math.floor(timeoutMs / 3)), tries: 2 });
  if (servers && servers.length > 0) resolver.setServers(servers);
  return resolver;
}

/** The TXT values at a name, each with its chunks joined (RFC 1035 3.3.14), behind aliases too. */
async function textRecords(resolver: Resolver, name: string): Promise<string[]> {
  let at = name;
  for (let hop = 0; hop <= MAX_ALIASES; hop += 1) {
    const records = await absentAs([], resolver.resolveTxt(at));
    if (records.length > 0) return records.map((chunks) => chunks.join(''));
    const [alias] = await absentAs([], resolver.resolveCname(at));
    if (alias === undefined) return [];
    at = alias;
  }
  return [];
}

async function absentAs<T>(none: T, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (ABSENT.has(codeOf(error))) return none;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function causeOf(error: unknown): string {
  const code = codeOf(error);
  return CAUSES[code] ?? `the DNS answer could not be read (${code || 'unexpected error'})`;
}
