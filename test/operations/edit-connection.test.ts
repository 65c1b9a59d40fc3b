import { describe, expect, test } from 'vitest';
import { configHash } from '../../src/identity/config-hash.ts';
import { editConnection } from '../../src/operations/edit-connection.ts';
import { ask, errors, granted } from '../support/ask.ts';
import { connectionFact, facts, ID } from '../support/facts.ts';
import { aggregateXml, certificate, file, metadataXml } from '../support/idp.ts';

const next = certificate('next');
const connection = connectionFact({ ssoOn: { domains: 2, people: 340, otherTeams: ['other'] } });
const here = facts({ connection, connections: [connection, connectionFact({ id: `${ID}b`, name: 'Beta' })] });
/** What the modal gives when nothing is touched. */
const untouched = {
  name: 'Okta',
  provider: 'okta',
  metadataFile: [],
  metadataUrl: '',
  entityId: connection.entityId,
  ssoUrl: connection.ssoUrl,
  certificate: '',
};

describe('Edit connection', () => {
  test('renames at once, and the evidence of the last test stays', async () => {
    const { effects, needed, impact, ready } = granted(
      await ask(editConnection, here, { ...untouched, name: 'Okta 2' }),
    );
    expect(needed).toBeNull();
    expect(impact?.people).toBe(0);
    expect(effects[0]).toEqual({ type: 'connections.change', change: { id: connection.id, name: 'Okta 2' } });
    expect(ready.change.configHash).toBeUndefined();
    expect(errors(await ask(editConnection, here, { ...untouched, name: 'beta' }))).toHaveProperty('name');
    granted(await ask(editConnection, here, { ...untouched, name: 'OKTA' }));
  });

  test('says so when nothing is different', async () => {
    expect(errors(await ask(editConnection, here, untouched)).name).toContain('Nothing');
  });

  test('has new metadata of the same identity provider approved, and keeps the current certificate beside', async () => {
    const metadataFile = file('idp.xml', metadataXml(connection.entityId, next.body));
    const asked = granted(await ask(editConnection, here, { ...untouched, metadataFile }));
    expect(asked.needed).toBe(1);
    expect(asked.impact).toMatchObject({ people: 340, teams: ['other'] });
    expect(asked.ready).toMatchObject({ newIdp: null, remove: [], add: [{ fingerprint: next.fingerprint }] });
    const fingerprints = [next.fingerprint, ...connection.certificates.map((c) => c.fingerprint)];
    expect(asked.ready.change.configHash).toBe(
      configHash({
        entityId: connection.entityId,
        ssoUrl: `${connection.entityId}/sso`,
        ssoBinding: 'redirect',
        fingerprints,
      }),
    );
    expect(asked.effects.map(({ type }) => type)).toEqual([
      'connections.change',
      'certificates.add',
      'tell.channel',
    ]);
  });

  test('says that another entity ID is another identity provider, whose certificates replace the current', async () => {
    const metadataFile = file('idp.xml', metadataXml('https://other.test', next.body));
    const { ready, impact } = granted(await ask(editConnection, here, { ...untouched, metadataFile }));
    expect(ready.newIdp).toEqual({ from: connection.entityId, to: 'https://other.test' });
    expect(ready.remove).toEqual([`${ID}certificate`]);
    expect(impact?.lines.join(' ')).toContain('another identity provider');
    expect(editConnection.checks?.(here, ready).join(' ')).toContain('https://other.test');
  });

  test('takes the present entity ID out of a file of several', async () => {
    const xml = aggregateXml(
      metadataXml('https://other.test', next.body),
      metadataXml(connection.entityId, next.body),
    );
    const { ready } = granted(
      await ask(editConnection, here, { ...untouched, metadataFile: file('f.xml', xml) }),
    );
    expect(ready.newIdp).toBeNull();
  });

  test('changes the sign-on URL alone and leaves certificates as they are', async () => {
    const input = { ...untouched, ssoUrl: 'https://idp.example/new' };
    const { ready, needed } = granted(await ask(editConnection, here, input));
    expect(needed).toBe(1);
    expect(ready).toMatchObject({ add: [], remove: [], change: { ssoUrl: 'https://idp.example/new' } });
  });

  test('is void when the configuration changed after it was asked', () => {
    const bound = (configHash: string) =>
      editConnection.boundTo?.(facts({ connection: { ...connection, configHash } }), {} as never);
    expect(bound('hash-2')).not.toEqual(bound('hash-1'));
  });

  test('is refused when the new certificates have expired by the time it is approved', async () => {
    const metadataFile = file('idp.xml', metadataXml('https://other.example', next.body));
    const { ready } = granted(await ask(editConnection, here, { ...untouched, metadataFile }));
    const refusals = (at: string, edit = ready) => {
      const then = { ...here, now: new Date(at) };
      return editConnection.requires.flatMap((requirement) => requirement(then, edit) ?? []);
    };
    expect(refusals('2031-01-01T00:00:00Z')).toMatchObject([{ code: 'no-usable-certificate' }]);
    expect(refusals(here.now.toISOString())).toEqual([]);
    expect(refusals('2031-01-01T00:00:00Z', { ...ready, add: [], remove: [] })).toEqual([]);
  });

  test('leads to Metadata, Renew, Test and Link domains', () => {
    const parts = editConnection.intro?.(here)?.parts ?? [];
    const kinds = parts.flatMap((part) => (part.type === 'steps' ? part.steps.map(({ kind }) => kind) : []));
    expect(kinds.sort()).toEqual([
      'connection.metadata',
      'connection.renew',
      'connection.test',
      'domain.link',
    ]);
  });
});
