import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import type { Limit } from '../../service/sign-in/rate-limit.ts';

/**
 * Who asks, by the socket alone: headers are what the client says of itself. An IPv6 client has a whole network of
 * 64 bits to itself, so it counts as one.
 */
export function clientOf(req: IncomingMessage): string {
  const address = req.socket.remoteAddress ?? '';
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4'
    ? parsed.toString()
    : ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString();
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

/** @returns the limit on beginning sign-ins at identity providers */
export function loginLimit(req: IncomingMessage): Limit {
  return { what: 'login:client', who: clientOf(req), ...LOGINS };
}

/** @returns the limit on answers that do not pass one and the same test, which is open for ten minutes */
export function testLimit(requestId: string): Limit {
  return { what: 'test:request', who: requestId, most: 10, minutes: 10 };
}

/** What can be tried too often. */
export type Tried = keyof typeof LIMITS;

/**
 * @param tried what
 * @param address by which e-mail address or link
 * @param req by whom
 * @returns the limits it counts against, that of the address first
 */
export function limitsOf(tried: Tried, address: string, req: IncomingMessage): [Limit, Limit] {
  const { minutes, address: byAddress, client } = LIMITS[tried];
  return [
    { what: `${tried}:address`, who: address, most: byAddress, minutes },
    { what: `${tried}:client`, who: clientOf(req), most: client, minutes },
  ];
}
