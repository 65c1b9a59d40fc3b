import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { step } from './common/steps.ts';
import { theConnection } from './connections/subject.ts';
import { operation } from './operation.ts';

/** How long a test link lives. */
const MINUTES = 10;

/** The link's secret: shown once to the person who asked, kept nowhere. No card, notice or audit entry holds it. */
interface TestLink {
  token: string;
}

/** Makes a link that signs in for real at the identity provider and tells what came of it. */
export const testSignIn = operation<Record<string, never>, TestLink>({
  kind: 'connection.test',
  command: {
    verb: 'test',
    args: '<connection>',
    summary: 'Get a link that signs in for real, to test a connection',
  },
  subject: 'connection',
  right: 'admin',
  title: 'Test sign-in',
  submit: 'Test sign-in',
  fields: [],
  immediate: true,
  input: z.object({}).transform(() => ({})),
  requires: [],
  approval: null,
  prepare: async () => ({ ok: true, ready: { token: randomBytes(32).toString('base64url') } }),
  act: (facts) => `Make a test link for ${theConnection(facts).name}`,
  about: (facts) => ({ id: theConnection(facts).id, name: theConnection(facts).name }),
  effects: (facts, { token }, { now, askedBy }) => [
    {
      type: 'testLinks.add',
      tokenHash: testTokenHash(token),
      connectionId: theConnection(facts).id,
      slackId: askedBy,
      expiresAt: new Date(now.getTime() + MINUTES * 60_000),
    },
  ],
  done: (facts, { token }) => {
    const { id, name } = theConnection(facts);
    const link = `${facts.installation.publicUrl}/saml/${id}/login?test=${token}`;
    const until = new Date(facts.now.getTime() + MINUTES * 60_000);
    return {
      text: `A link to test ${name} is ready.`,
      parts: [
        { type: 'text', words: ['Sign in for real at ', { bold: name }, ' and see what it sent:'] },
        { type: 'copy', label: 'Test link', value: link },
        { type: 'text', words: [{ link, text: 'Test sign-in' }] },
        {
          type: 'note',
          words: [
            'The result is shown there and sent to you. A pass lets SSO be turned on with the present configuration. The link is for you alone, works in the first browser that opens it, and until ',
            { time: until },
          ],
        },
        { type: 'steps', steps: [step.show('status', { connection: id })] },
      ],
    };
  },
});

/**
 * @param token the secret of a test link
 * @returns what is kept of it: SHA-256 in hexadecimal; the token has 256 random bits, so no salt is needed
 */
export function testTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
