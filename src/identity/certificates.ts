/** Certificates of identity providers: reading, showing and judging them. */
export { type CertificateFacts, factsOf, factsOfDer } from './certificates/facts.ts';
export { holdsPrivateKey } from './certificates/private-key.ts';
export { type CertificateProblem, problemsOf, usable } from './certificates/problems.ts';
export { type CertificateRefusal, type ReadCertificates, readCertificates } from './certificates/read.ts';
export {
  makeSelfSigned,
  pemOf,
  type SelfSigned,
  type SelfSignedOptions,
  selfSigned,
} from './certificates/self-signed.ts';
