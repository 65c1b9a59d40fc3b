/** SAML sign-in: what we send, and how we judge what comes back. */
export type { ReceivedAttribute } from './saml/assertion.ts';
export {
  type AuthnRequest,
  type AuthnRequestOptions,
  buildAuthnRequest,
  newRequestId,
} from './saml/authn-request.ts';
export { CHECKS, type Check, type CheckName } from './saml/checks.ts';
export { judgeDomain, judgeResponse } from './saml/judge.ts';
export { type Judges, JudgesBusy, judges } from './saml/judges.ts';
export type { JudgeOptions, SignedIdentity, Verdict } from './saml/verdict.ts';
