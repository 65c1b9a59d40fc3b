import type { Config } from './config.ts';
import { challengeValue, createDnsProof } from './identity/dns-proof.ts';
import { fetchMetadata } from './identity/metadata/fetch.ts';
import type { Tools } from './operations/operation.ts';
import { newId } from './service/ids.ts';

/**
 * The outside world for operations that prepare an input: DNS and metadata addresses.
 * @param config which DNS servers to ask, whether private networks may be reached, what is handed out
 */
export function createTools(
  config: Pick<Config, 'dnsServers' | 'allowPrivateNetwork' | 'publicUrl' | 'supportContact'>,
): Tools {
  const proof = createDnsProof(config.dnsServers ? { servers: config.dnsServers } : {});
  return {
    publicUrl: config.publicUrl,
    supportContact: config.supportContact ?? null,
    newId,
    lookForProof: (domain, token) => proof.lookFor(domain, challengeValue(token)),
    fetchMetadata: (url) => fetchMetadata(url, { allowPrivateNetwork: config.allowPrivateNetwork }),
  };
}
