import type { ServiceProvider } from '../../identity/metadata/publish.ts';
import { signedServiceProviderMetadata } from '../../identity/metadata.ts';
import type { SpKey } from '../../service/sign-in/sp-key.ts';

/** So many documents are kept, some kilobytes each; the oldest gives way. */
const KEPT = 1000;

/**
 * Signs each connection's metadata once: it stays the same, and whoever asks again and again shall not have it signed
 * each time.
 * @param key what signs
 * @returns gives the signed document
 */
export function signedOnce(key: SpKey): (provider: ServiceProvider) => string {
  const kept = new Map<string, string>();
  return (provider) => {
    const known = kept.get(provider.entityId);
    if (known !== undefined) return known;
    const [oldest] = kept.keys();
    if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
    const signed = signedServiceProviderMetadata(
      { ...provider, signingCertificate: key.certificate },
      key.privateKeyPem,
    );
    kept.set(provider.entityId, signed);
    return signed;
  };
}
