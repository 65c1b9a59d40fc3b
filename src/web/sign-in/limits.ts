import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import type { Limit } from '../../service/sign-in/rate-limit.ts';

/** What of a request tells who asks. */
export interface Asker extends Pick<IncomingMessage, 'headers'> {
  socket: Pick<IncomingMessage['socket'], 'remoteAddress'>;
}

/** Who asks: the clients that a try counts against, the nearest to the person first. */
type Clients = [first: string, proxy?: string];

/**
 * Tells who asks. Headers are what the client says of itself, so it is the socket; but for one case. We speak plain
 * http only, so with a PUBLIC_URL of https there is a proxy, and when the socket's other end is on this machine or in a
 * private network it is that proxy: then the last address of X-Forwarded-For, which the proxy itself has added, is the
 * client. Should the proxy add none, clients could name themselves there; so all that comes through it counts together
 * as well, against a wider limit.
 */
export function clientsOf(req: Asker, publicUrl: string): Clients {
  const peer = clientOf(req.socket.remoteAddress ?? '');
  if (!publicUrl.startsWith('https:') || !isNear(req.socket.remoteAddress ?? '')) return [peer];
  const header = req.headers['x-forwarded-for'];
  const last = String(header ?? '')
    .split(',')
    .at(-1)
    ?.trim()
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  const client = clientOf(last ?? '');
  return client === UNKNOWN ? [peer] : [client, peer];
}

const UNKNOWN = 'unknown';

/** An IPv6 client has a whole network of 64 bits to itself, so it counts as one. */
function clientOf(address: string): string {
  if (!ipaddr.isValid(address)) return UNKNOWN;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4'
    ? parsed.toString()
    : ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString();
}

/** On this machine or in a private network (RFC 1918, 4193, 6598), where proxies are and strangers are not. */
function isNear(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ['loopback', 'private', 'uniqueLocal', 'linkLocal', 'carrierGradeNat'].includes(
    ipaddr.process(address).range(),
  );
}

/**
 * What a client may try is generous: behind a proxy, or in an office, many people are one client, and after SSO was
 * turned off all of them come at once. Right passwords do not count.
 */
const LIMITS = {
  password: { minutes: 15, address: 10, client: 1000 },
  forgot: { minutes: 60, address: 5, client: 3000 },
  reset: { minutes: 15, address: 20, client: 3000 },
} as const;

/**
 * Beginning to sign in leaves a row and costs a signature, so one client may do it fifty times a second; the window is
 * a minute, so that whoever is behind the same proxy is not kept out for long.
 */
const LOGINS = { minutes: 1, most: 3000 };

/** All people behind one proxy together may do this many times what one client may. */
const BEHIND_PROXY = 20;

/** @returns the limits on beginning sign-ins at identity providers */
export function loginLimits(req: Asker, publicUrl: string): Limit[] {
  return perClient('login', LOGINS.most, LOGINS.minutes, req, publicUrl);
}

function perClient(what: string, most: number, minutes: number, req: Asker, publicUrl: string): Limit[] {
  const [client, proxy] = clientsOf(req, publicUrl);
  return [
    { what: `${what}:client`, who: client, most, minutes },
    ...(proxy === undefined
      ? []
      : [{ what: `${what}:proxy`, who: proxy, most: most * BEHIND_PROXY, minutes }]),
  ];
}

/**
 * Each failed test is written down and told to its person, so there are limits: for one question, which is open for ten
 * minutes, and for all that one person's links bring about.
 */
export function testLimits({ id, slackId }: { id: string; slackId: string }): Limit[] {
  return [
    { what: 'test:request', who: id, most: 10, minutes: 10 },
    { what: 'test:person', who: slackId, most: 60, minutes: 10 },
  ];
}

/** What can be tried too often. */
export type Tried = keyof typeof LIMITS;

/**
 * @param tried what
 * @param address by which e-mail address or link
 * @param req by whom
 * @param publicUrl the base of our addresses, which tells whether there is a proxy
 * @returns the limits it counts against, that of the address first
 */
export function limitsOf(tried: Tried, address: string, req: Asker, publicUrl: string): [Limit, ...Limit[]] {
  const { minutes, address: byAddress, client } = LIMITS[tried];
  return [
    { what: `${tried}:address`, who: address, most: byAddress, minutes },
    ...perClient(tried, client, minutes, req, publicUrl),
  ];
}
