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
/** How long a DNS server is waited for before the next one is asked as well. */
const NEXT_SERVER_MS = 700;
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
  // Says at once when a server cannot be asked.
  resolverOf(servers, timeoutMs);
  return {
    async lookFor(domain, expected) {
      const all = servers && servers.length > 0 ? servers : resolverOf(undefined, timeoutMs).getServers();
      // A resolver each: `cancel` ends every question it has open, and none gives up at another's failure.
      const resolvers = all.map((server) => resolverOf([server], timeoutMs));
      const timer = setTimeout(() => cancelAll(resolvers), timeoutMs);
      try {
        const records = await firstAnswer(resolvers, (resolver) =>
          textRecords(resolver, challengeName(domain)),
        );
        if (records.includes(expected)) return { found: true };
        return { found: false, seen: records.slice(0, MAX_SEEN).map((value) => value.slice(0, 255)) };
      } catch (error) {
        return { unknown: true, cause: causeOf(error) };
      } finally {
        clearTimeout(timer);
        cancelAll(resolvers);
      }
    },
  };
}

function resolverOf(servers: readonly string[] | undefined, timeoutMs: number): Resolver {
  const resolver = new Resolver({ timeout: Math.max(250, Math.floor(timeoutMs / 3)), tries: 2 });
  if (servers && servers.length > 0) resolver.setServers(servers);
  return resolver;
}

function cancelAll(resolvers: readonly Resolver[]): void {
  for (const resolver of resolvers) resolver.cancel();
}

/**
 * Asks the servers in their order: the next one when one has failed, or has not answered for a moment. (By itself the
 * system's resolver takes the first one's failure for an answer, and waits long for a dead one.)
 * @returns the first answer
 * @throws the failure of the first server that failed, when all have
 */
async function firstAnswer<T>(
  resolvers: readonly Resolver[],
  ask: (resolver: Resolver) => Promise<T>,
): Promise<T> {
  const [first, ...others] = resolvers;
  if (!first) throw Object.assign(new Error('there is no DNS server'), { code: 'ECONNREFUSED' });
  const asked = ask(first);
  if (others.length === 0) return asked;
  let timer: NodeJS.Timeout | undefined;
  const aMoment = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, NEXT_SERVER_MS);
  });
  const failed = asked.then(
    () => new Promise<never>(() => {}),
    () => {},
  );
  const rest = Promise.race([aMoment, failed]).then(() => firstAnswer(others, ask));
  try {
    return await Promise.any([asked, rest]);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    clearTimeout(timer);
  }
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
