import type { CertificateFacts } from './facts.ts';

export interface CertificateProblem {
  code: 'weak-key' | 'unsupported-key' | 'expired' | 'not-yet-valid' | 'weak-hash';
  /** One sentence: what is wrong and what to do. */
  words: string;
  /** Whether a certificate with this problem cannot be signed in with. */
  blocking: boolean;
}

/**
 * Judges a certificate as the envelope of a signing key. A chain, CA:TRUE and key usage are not looked at: SAML
 * trusts the very key that the admin gave (SAML metadata interoperability profile).
 * @param certificate its facts
 * @param now the moment to judge at
 * @returns what is wrong with it, the worst first; nothing for a good one
 */
export function problemsOf(certificate: CertificateFacts, now: Date): CertificateProblem[] {
  const problems: CertificateProblem[] = [];
  const { keyType, keyBits } = certificate;
  if (keyType === 'rsa' && keyBits < 2048) {
    problems.push({
      code: 'weak-key',
      words: `Its RSA key has only ${keyBits} bits. Make a certificate with 2048 bits or more at your identity provider.`,
      blocking: true,
    });
  } else if (keyType !== 'rsa' && !(keyType.startsWith('ec ') && keyBits >= 256)) {
    problems.push({
      code: 'unsupported-key',
      words: `Its key (${keyType}) cannot be used for SAML here. Make an RSA certificate with 2048 bits or more at your identity provider.`,
      blocking: true,
    });
  }
  if (now >= certificate.until) {
    problems.push({
      code: 'expired',
      words: `It expired on ${day(certificate.until)}. Make a new certificate at your identity provider and upload that.`,
      blocking: true,
    });
  }
  if (now < certificate.from) {
    problems.push({
      code: 'not-yet-valid',
      words: `It is valid only from ${day(certificate.from)}. Keep the current certificate beside it until then.`,
      blocking: true,
    });
  }
  if (/^(?:md5|sha1)-/.test(certificate.signatureAlgorithm)) {
    problems.push({
      code: 'weak-hash',
      words: `It was issued with ${certificate.signatureAlgorithm.replace('-', ' and ')}, which is outdated. It can be used, as its key is what counts; prefer SHA-256 for the next one.`,
      blocking: false,
    });
  }
  return problems;
}

/**
 * @param certificate its facts
 * @param now the moment to judge at
 * @returns whether sign-ins signed with its key are accepted
 */
export function usable(certificate: CertificateFacts, now: Date): boolean {
  return problemsOf(certificate, now).every((problem) => !problem.blocking);
}

function day(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
