import { generateKeyPairSync } from 'node:crypto';
import { readCertificates } from '../../src/identity/certificates.ts';
import { type JudgeOptions, judgeDomain, judgeResponse, type Verdict } from '../../src/identity/saml.ts';
import { createIdp, type Idp, type RespondOptions } from '../../src/workspace/idp/idp.ts';

/** The moment at which all responses of the SAML tests are made and judged. */
export const now = new Date('2026-11-23T12:00:00Z');
const validity = { from: new Date('2026-01-01'), until: new Date('2028-01-01') };

const spEntityId = 'https://sso.drawbridge.test/saml/c1/metadata';
const acsUrl = 'https://sso.drawbridge.test/saml/c1/acs';
const requestId = '_request1';

export const anna = {
  email: 'anna@acme.test',
  firstName: 'Anna',
  lastName: 'Śmith & Söhne',
  objectGUID: 'guid-1',
};

// One RSA key for all that need none of their own: finding one takes long on a busy machine.
const keyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const strangerKeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** An identity provider with a certificate that is valid at `now`. */
export function testIdp(options: Partial<Parameters<typeof createIdp>[0]> = {}): Idp {
  return createIdp({
    entityId: 'https://idp.acme.test',
    ssoUrl: 'https://idp.acme.test/sso',
    commonName: 'idp.acme.test',
    ...validity,
    ...(options.key ? {} : { keyPair }),
    ...options,
  });
}

export const idp = testIdp();
export const strangerIdp = testIdp({ commonName: 'stranger', keyPair: strangerKeyPair });

/** What a response should be, with the given differences. */
export function given(options: Partial<RespondOptions> = {}): RespondOptions {
  return { acsUrl, audience: spEntityId, inResponseTo: requestId, user: anna, now, ...options };
}

export function derOf(certificatePem: string): string {
  const read = readCertificates(certificatePem);
  if (!read.ok || !read.certificates[0]) throw new Error('not a certificate');
  return read.certificates[0].der;
}

/** Judges a response for the connection of `idp`, and its domain where `domains` says which count. */
export async function judge(
  samlResponse: string,
  { domains, ...options }: Partial<JudgeOptions> & { domains?: (domain: string) => boolean } = {},
): Promise<Verdict> {
  const verdict = await judgeResponse(samlResponse, judgedBy(options));
  return domains ? judgeDomain(verdict, domains) : verdict;
}

/** What a response for the connection of `idp` is judged by. */
export function judgedBy(options: Partial<JudgeOptions> = {}): JudgeOptions {
  return {
    connection: { entityId: idp.entityId, certificates: [derOf(idp.certificatePem)] },
    spEntityId,
    acsUrl,
    now,
    expectedRequestId: requestId,
    ...options,
  };
}

export function base64(xml: string): string {
  return Buffer.from(xml).toString('base64');
}
