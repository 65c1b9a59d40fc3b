import { expect, test } from 'vitest';
import { testSignIn, testTokenHash } from '../../src/operations/test-sign-in.ts';
import { ask, granted } from '../support/ask.ts';
import { connectionFact, facts, ID, NOW } from '../support/facts.ts';

const here = facts({ connection: connectionFact() });

test('a test link is for one person, lives ten minutes, and only its hash is kept', async () => {
  const { effects, done, ready, needed } = granted(await ask(testSignIn, here, {}));
  expect(needed).toBeNull();
  expect(effects).toEqual([
    {
      type: 'testLinks.add',
      tokenHash: testTokenHash(ready.token),
      connectionId: `${ID}okta`,
      slackId: `${ID}anna`,
      expiresAt: new Date(NOW.getTime() + 600_000),
    },
  ]);
  const link = done.parts.flatMap((part) => (part.type === 'copy' ? part.value : []))[0];
  expect(link).toBe(`https://sso.example/saml/${ID}okta/login?test=${ready.token}`);
  expect(done.text).not.toContain(ready.token);
});

test('neither the effects, the act nor the name hold the secret, so no card, notice or audit entry can', async () => {
  const { effects, ready } = granted(await ask(testSignIn, here, {}));
  const kept = JSON.stringify([effects, testSignIn.act(here, ready), testSignIn.about(here, ready)]);
  expect(kept).not.toContain(ready.token);
  expect(ready.token).toMatch(/^[\w-]{43}$/);
  expect(granted(await ask(testSignIn, here, {})).ready.token).not.toBe(ready.token);
});
