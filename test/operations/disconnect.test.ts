import { describe, expect, test } from 'vitest';
import { disconnect } from '../../src/operations/disconnect.ts';
import { ask, errors, granted, refused } from '../support/ask.ts';
import { connectionFact, facts, ID } from '../support/facts.ts';

const input = { reason: 'Contract ended', confirm: 'Okta' };
const linkedTo = (states: ('SSO off' | 'SSO on')[]) =>
  facts({
    connection: connectionFact({
      domains: states.map((state, n) => ({ id: `${ID}d${n}`, name: `d${n}.com`, state })),
      domainCount: states.length,
      ssoOn: { domains: states.filter((state) => state === 'SSO on').length, people: 7, otherTeams: [] },
    }),
    installation: { publicUrl: 'https://sso.example', supportContact: 'help@acme.com' },
  });

describe('Delete connection', () => {
  test('deletes one to which nothing is linked, once it is approved', async () => {
    const { effects, needed } = granted(await ask(disconnect, linkedTo([]), input));
    expect(needed).toBe(1);
    expect(effects[0]).toEqual({ type: 'connections.remove', id: `${ID}okta` });
  });

  test('wants the name typed, in any case and in quotes', async () => {
    expect(errors(await ask(disconnect, linkedTo([]), { ...input, confirm: 'Oktb' })).confirm).toContain(
      'Okta',
    );
    granted(await ask(disconnect, linkedTo([]), { ...input, confirm: ' “okta” ' }));
    expect(errors(await ask(disconnect, linkedTo([]), { ...input, reason: ' ' }))).toHaveProperty('reason');
  });

  test('is refused while domains are linked: names them, offers to unlink', async () => {
    const { text, refusal } = refused(await ask(disconnect, linkedTo(['SSO off', 'SSO off']), input));
    expect(text).toBe('d0.com and d1.com are linked to Okta: unlink them first.');
    expect(refusal.steps).toMatchObject([{ go: 'open', kind: 'domain.unlink', args: { domain: `${ID}d0` } }]);
  });

  test('is refused while SSO is on: says to turn it off first, or whom to ask', async () => {
    const { text, refusal } = refused(await ask(disconnect, linkedTo(['SSO off', 'SSO on']), input));
    expect(text).toContain('turn off SSO first, or contact support (help@acme.com)');
    expect(text).toContain('d1.com');
    expect(refusal.steps).toMatchObject([{ go: 'open', kind: 'domain.off', args: { domain: `${ID}d1` } }]);
  });

  test('is checked again when it is approved', () => {
    const refusals = disconnect.requires.map((requirement) =>
      requirement(linkedTo(['SSO off']), { reason: '' }),
    );
    expect(refusals.filter(Boolean)).toHaveLength(1);
  });
});
