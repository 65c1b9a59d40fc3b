import { strings } from '../../words/pages.ts';
import type { CertificateFacts } from './facts.ts';

export interface CertificateProblem {
  code: 'weak-key' | 'unsupported-key' | 'expired' | 'not-yet-valid' | 'weak-hash';
  /** What is wrong, to go on after “it”. */
  cause: string;
  /** What is wrong and what to do. */
  words: string;
  /** Whether a certificate with this problem cannot be signed in with. */
  blocking: boolean;
}

const causes = strings.checks.certificate.causes;
const STRONGER = 'Make an RSA certificate with 2048 bits or more at your identity provider.';

/**
 * Judges a certificate as the envelope of a signing key. A chain, CA:TRUE and key usage are not looked at: SAML
 * trusts the very key that the admin gave (SAML metadata interoperability profile).
 * @param certificate its facts
 * @param now the moment to judge at
 * @returns what is wrong with it, the worst first; nothing for a good one
 */
export function problemsOf(certificate: CertificateFacts, now: Date): CertificateProblem[] {
  const problems: CertificateProblem[] = [];
  const add = (code: CertificateProblem['code'], cause: string, cure: string) =>
    problems.push({ code, cause, words: `It ${cause}. ${cure}`, blocking: code !== 'weak-hash' });
  const { keyType, keyBits } = certificate;
  if (keyType === 'rsa' && keyBits < 2048) add('weak-key', causes.weakKey(keyBits), STRONGER);
  else if (keyType !== 'rsa' && !(keyType.startsWith('ec ') && keyBits >= 256)) {
    add('unsupported-key', causes.unsupportedKey(keyType), STRONGER);
  }
  if (now >= certificate.until) {
    const cure = 'Make a new certificate at your identity provider and upload that.';
    add('expired', causes.expired(day(certificate.until)), cure);
  }
  if (now < certificate.from) {
    const cure = 'Keep the current certificate beside it until then.';
    add('not-yet-valid', causes.notYet(day(certificate.from)), cure);
  }
  if (/^(?:md5|sha1)-/.test(certificate.signatureAlgorithm)) {
    const cure = 'It can be used, as its key is what counts; prefer SHA-256 for the next one.';
    add('weak-hash', causes.weakHash(certificate.signatureAlgorithm.replace('-', ' and ')), cure);
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
