import type { RespondOptions } from '../idp/idp.ts';

/** Ways in which the test identity provider can be set up wrongly, to see what Drawbridge says of each. */
export const FAULTS: Record<
  string,
  { words: string; apply(given: RespondOptions, now: Date): RespondOptions }
> = {
  none: { words: 'everything right', apply: (given) => given },
  audience: {
    words: 'wrong audience',
    apply: (given) => ({ ...given, audience: 'https://another.example/metadata' }),
  },
  recipient: {
    words: 'wrong recipient',
    apply: (given) => ({ ...given, subject: { ...given.subject, recipient: 'https://another.example/acs' } }),
  },
  issuer: {
    words: 'wrong issuer',
    apply: (given) => ({
      ...given,
      response: {
        ...given.response,
        issuer: 'https://another.example',
        assertionIssuer: 'https://another.example',
      },
    }),
  },
  clock: {
    words: 'clock one hour behind',
    apply: (given, now) => ({ ...given, now: new Date(now.getTime() - 60 * 60_000) }),
  },
  unsigned: { words: 'not signed', apply: (given) => ({ ...given, sign: 'none' }) },
  sha1: {
    words: 'signed with SHA-1',
    apply: (given) => ({ ...given, signatureAlgorithm: 'rsa-sha1', digestAlgorithm: 'sha1' }),
  },
  misspelt: {
    words: 'misspelt attribute',
    apply: (given) => ({ ...given, attributes: { firstName: undefined, firstname: given.user.firstName } }),
  },
  denied: {
    words: 'sign-in denied',
    apply: (given) => ({
      ...given,
      subject: null,
      response: {
        statusCode: 'urn:oasis:names:tc:SAML:2.0:status:Responder',
        statusSubcode: 'urn:oasis:names:tc:SAML:2.0:status:RequestDenied',
        statusMessage: 'This person may not use the application.',
      },
    }),
  },
};
