import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, fetch } from 'undici';
import { hasUnseen, quotable } from '../words.ts';

export type FetchProblem =
  | 'bad-url'
  | 'not-https'
  | 'private-network'
  | 'redirect'
  | 'status'
  | 'too-large'
  | 'timeout'
  | 'tls'
  | 'unreachable';

export type FetchedMetadata =
  | { ok: true; bytes: Buffer }
  | { ok: false; code: FetchProblem; message: string };

export interface FetchOptions {
  /** Lets loopback and private addresses, and http, through. For tests and for closed networks. */
  allowPrivateNetwork?: boolean;
  timeoutMs?: number;
  /** Most bytes to take, counted after decompression. */
  maxBytes?: number;
  /** Certificate authorities to trust besides the system's choice, in PEM. */
  ca?: string;
  /** How names become addresses; the system's resolver when left out. */
  lookup?: LookupFunction;
}

/** Marks a refusal of our own among the errors that a connection can end with. */
class PrivateAddress extends Error {}

/**
 * Fetches metadata from an address that an admin gave, without becoming a door into the network that we run in:
 * https only, every resolved address must be public (the connection goes to the very addresses checked), no
 * redirects, a time limit, a size limit on what comes out of decompression.
 * @param address the URL
 * @param options limits and permissions
 * @returns the bytes, or what is in the way with what to do. Never rejects
 */
export async function fetchMetadata(address: string, options: FetchOptions = {}): Promise<FetchedMetadata> {
  const { allowPrivateNetwork = false, timeoutMs = 8000, maxBytes = 5 * 1024 * 1024 } = options;
  const trimmed = address.trim();
  if (hasUnseen(trimmed) || !URL.canParse(trimmed)) return refuse('bad-url', trimmed);
  const url = new URL(trimmed);
  if (url.username || url.password || !/^https?:$/.test(url.protocol)) return refuse('bad-url', trimmed);
  if (url.protocol !== 'https:' && !allowPrivateNetwork) return refuse('not-https', url.host);
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivateNetwork && ipaddr.isValid(literal) && !isPublic(literal))
    return refuse('private-network', url.host);

  const agent = new Agent({
    connect: {
      timeout: timeoutMs,
      lookup: allowPrivateNetwork
        ? (options.lookup ?? systemLookup)
        : guarded(options.lookup ?? systemLookup),
      ...(options.ca ? { ca: options.ca } : {}),
    },
  });
  try {
    const response = await fetch(url, {
      dispatcher: agent,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: 'application/samlmetadata+xml, application/xml, text/xml' },
    });
    if (response.status >= 300 && response.status < 400) return refuse('redirect', url.host);
    if (!response.ok) return refuse('status', `${url.host} answered ${response.status}`);
    const bytes = await counted(response.body, maxBytes);
    return bytes ? { ok: true, bytes } : refuse('too-large', `${Math.floor(maxBytes / 1024 / 1024)} MB`);
  } catch (error) {
    return refuse(problemOf(error), url.host);
  } finally {
    await agent.destroy();
  }
}

/**
 * @param address an IP address
 * @returns whether it is a unicast address of the public Internet; IPv4 inside IPv6 is judged as IPv4
 */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/** A lookup that fails when any address of the name is not public, and hands on only what it checked. */
function guarded(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = found as unknown as LookupAddress[];
      if (addresses.length === 0 || !addresses.every(({ address }) => isPublic(address))) {
        return callback(new PrivateAddress('an address that is not public'), []);
      }
      const [first] = addresses as [LookupAddress];
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

async function counted(
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The reason lies at the bottom of a chain of causes; several tried addresses come as one AggregateError. */
function problemOf(error: unknown): FetchProblem {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof PrivateAddress) return 'private-network';
    const code = 'code' in at ? String(at.code) : '';
    if (at.name === 'TimeoutError' || /TIMEOUT|ETIMEDOUT/.test(code)) return 'timeout';
    if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_SSL|ERR_TLS|EPROTO/.test(code)) return 'tls';
  }
  return 'unreachable';
}

function refuse(code: FetchProblem, about: string): FetchedMetadata {
  return { ok: false, code, message: WORDS[code](quotable(about)) };
}

const INSTEAD = 'Save the metadata as a file and give that instead.';

const WORDS: Record<FetchProblem, (about: string) => string> = {
  'bad-url': (about) =>
    `“${about}” is not a web address that metadata can be fetched from. Give one that begins with https://.`,
  'not-https': (about) =>
    `Metadata is fetched by https only, so that nobody on the way can change it, but ${about} was given with http. ${INSTEAD}`,
  'private-network': (about) =>
    `${about} is not on the public Internet, so nothing is fetched from it. ${INSTEAD}`,
  redirect: (about) =>
    `${about} sends the request on to another address. Give the final address, or save the metadata as a file.`,
  status: (about) => `${about}, so there is no metadata to be had there. Check the address. ${INSTEAD}`,
  'too-large': (about) =>
    `The metadata is larger than ${about}. Ask your identity provider for the metadata of one entity.`,
  timeout: (about) => `${about} did not answer in time. Try again later, or save the metadata as a file.`,
  tls: (about) => `The TLS certificate of ${about} cannot be trusted. ${INSTEAD}`,
  unreachable: (about) => `${about} could not be reached. Check the address. ${INSTEAD}`,
};
