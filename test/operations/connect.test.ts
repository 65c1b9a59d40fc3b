import { describe, expect, test } from 'vitest';
import { configHash } from '../../src/identity/config-hash.ts';
import { connect } from '../../src/operations/connect.ts';
import { ask, errors, granted, refused, tools } from '../support/ask.ts';
import { connectionFact, facts, ID } from '../support/facts.ts';
import { aggregateXml, certificate, file, metadataXml } from '../support/idp.ts';

const ENTITY = 'https://idp.test/saml';
const one = certificate('one');
const two = certificate('two');
const named = { name: 'New Okta', provider: 'okta' };

describe('New connection', () => {
  test('is made of a metadata file with all its signing certificates, and nobody has to approve it', async () => {
    const metadataFile = file('idp.xml', metadataXml(ENTITY, one.body, two.body));
    const { ready, effects, needed, done } = granted(await ask(connect, facts(), { ...named, metadataFile }));
    expect(needed).toBeNull();
    expect(ready).toMatchObject({
      name: 'New Okta',
      provider: 'okta',
      entityId: ENTITY,
      ssoUrl: `${ENTITY}/sso`,
      ssoBinding: 'redirect',
      metadataUrl: null,
    });
    expect(ready.configHash).toBe(
      configHash({
        entityId: ENTITY,
        ssoUrl: `${ENTITY}/sso`,
        ssoBinding: 'redirect',
        fingerprints: [two.fingerprint, one.fingerprint],
      }),
    );
    expect(effects.map(({ type }) => type)).toEqual(['connections.add', 'certificates.add', 'tell.channel']);
    expect(effects[0]).not.toHaveProperty('connection.certificates');
    expect(effects[1]).toMatchObject({
      connectionId: ready.id,
      teamId: `${ID}team`,
      certificates: [{ fingerprint: one.fingerprint }, { fingerprint: two.fingerprint }],
    });
    expect(JSON.parse(JSON.stringify(ready))).toEqual(ready);
    const kinds = done.parts.flatMap((part) =>
      part.type === 'steps' ? part.steps.map(({ kind }) => kind) : [],
    );
    expect(kinds).toEqual(['connection.metadata', 'connection.test', 'domain.link']);
  });

  test('is made of a metadata URL, which is kept', async () => {
    const asked: string[] = [];
    const world = tools({
      fetchMetadata: async (url) => {
        asked.push(url);
        return { ok: true, bytes: Buffer.from(metadataXml(ENTITY, one.body)) };
      },
    });
    const input = { ...named, metadataUrl: ' https://idp.test/metadata ' };
    const { ready } = granted(await ask(connect, facts(), input, { tools: world }));
    expect(asked).toEqual(['https://idp.test/metadata']);
    expect(ready.metadataUrl).toBe('https://idp.test/metadata');
  });

  test('is made of the three fields', async () => {
    const input = { ...named, entityId: ENTITY, ssoUrl: 'https://idp.test/login', certificate: one.pem };
    const { ready } = granted(await ask(connect, facts(), input));
    expect(ready).toMatchObject({
      entityId: ENTITY,
      ssoUrl: 'https://idp.test/login',
      ssoBinding: 'redirect',
    });
    expect(ready.certificates).toHaveLength(1);
  });

  test('says under the field what could not be fetched or read', async () => {
    expect(errors(await ask(connect, facts(), { ...named, metadataUrl: 'https://idp.test/x' }))).toEqual({
      metadataUrl: 'Nothing can be fetched here.',
    });
    const metadataFile = file('idp.xml', '<html><body>Sign in</body></html>');
    const words = errors(await ask(connect, facts(), { ...named, metadataFile }));
    expect(Object.keys(words)).toEqual(['metadataFile']);
  });

  test('wants exactly one source', async () => {
    const metadataFile = file('idp.xml', metadataXml(ENTITY, one.body));
    expect(errors(await ask(connect, facts(), named))).toEqual({
      metadataFile: expect.stringContaining('Entity ID, Sign-on URL and Certificate'),
    });
    const both = { ...named, metadataFile, metadataUrl: 'https://idp.test/metadata' };
    expect(errors(await ask(connect, facts(), both))).toHaveProperty('metadataUrl');
    const mixed = { ...named, metadataFile, certificate: one.pem };
    expect(errors(await ask(connect, facts(), mixed))).toHaveProperty('certificate');
    const half = { ...named, ssoUrl: 'javascript:alert(1)' };
    expect(Object.keys(errors(await ask(connect, facts(), half))).sort()).toEqual([
      'certificate',
      'entityId',
      'ssoUrl',
    ]);
  });

  test('of a file with several identity providers asks which, and takes the Entity ID as the answer', async () => {
    const xml = aggregateXml(
      metadataXml('https://a.test', one.body),
      metadataXml('https://b.test', two.body),
    );
    const metadataFile = file('federation.xml', xml);
    const { entityId } = errors(await ask(connect, facts(), { ...named, metadataFile }));
    expect(entityId).toContain('https://a.test');
    expect(entityId).toContain('https://b.test');
    const { ready } = granted(
      await ask(connect, facts(), { ...named, metadataFile, entityId: 'https://b.test' }),
    );
    expect(ready).toMatchObject({
      entityId: 'https://b.test',
      certificates: [{ fingerprint: two.fingerprint }],
    });
    expect(
      errors(await ask(connect, facts(), { ...named, metadataFile, entityId: 'https://c.test' })),
    ).toHaveProperty('entityId');
  });

  test('refuses a private key and says nothing of it', async () => {
    const input = { ...named, entityId: ENTITY, ssoUrl: ENTITY, certificate: `${one.pem}${one.keyPem}` };
    const words = JSON.stringify(errors(await ask(connect, facts(), input)));
    expect(words).toContain('private key');
    for (const line of one.keyPem.split('\n').slice(1, -2)) expect(words).not.toContain(line);
  });

  test('refuses a weak or expired certificate as the only one', async () => {
    const fields = { ...named, entityId: ENTITY, ssoUrl: ENTITY };
    const weak = certificate('weak', { bits: 1024 }).pem;
    expect(errors(await ask(connect, facts(), { ...fields, certificate: weak })).certificate).toContain(
      '1024',
    );
    const old = certificate('old', { until: '2026-01-01' }).pem;
    expect(errors(await ask(connect, facts(), { ...fields, certificate: old })).certificate).toContain(
      '2026-01-01',
    );
  });

  test('has a name of its own of 1 to 60 characters that can be seen', async () => {
    const metadataFile = file('idp.xml', metadataXml(ENTITY, one.body));
    const nameOf = async (name: string) => ask(connect, facts(), { name, provider: 'okta', metadataFile });
    expect(errors(await nameOf('OKTA')).name).toContain('Okta');
    expect(errors(await nameOf('  '))).toHaveProperty('name');
    expect(errors(await nameOf('x'.repeat(61)))).toHaveProperty('name');
    expect(errors(await nameOf('Ok​ta'))).toHaveProperty('name');
    expect(granted(await nameOf(`  ${'x'.repeat(29)}   ${'y'.repeat(30)} `)).ready.name).toHaveLength(60);
  });

  test('is refused beyond 25 connections', async () => {
    const connections = Array.from({ length: 25 }, (_, n) =>
      connectionFact({ id: `${ID}c${n}`, name: `C${n}` }),
    );
    const metadataFile = file('idp.xml', metadataXml(ENTITY, one.body));
    expect(refused(await ask(connect, facts({ connections }), { ...named, metadataFile })).text).toContain(
      '25',
    );
  });
});

describe('the hash of a configuration', () => {
  const config = { entityId: 'e', ssoUrl: 's', ssoBinding: 'redirect', fingerprints: ['b', 'a'] } as const;

  test('does not know the order of certificates, or the same one twice', () => {
    expect(configHash({ ...config, fingerprints: ['a', 'b', 'a'] })).toBe(configHash(config));
  });

  test('changes with everything that a sign-in rests on', () => {
    const others = [
      { ...config, entityId: 'f' },
      { ...config, ssoUrl: 't' },
      { ...config, ssoBinding: 'post' } as const,
      { ...config, fingerprints: ['a'] },
    ].map(configHash);
    expect(new Set([configHash(config), ...others]).size).toBe(5);
  });
});
