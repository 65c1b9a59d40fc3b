import { describe, expect, test } from 'vitest';
import { removeCertificate } from '../../src/operations/remove-certificate.ts';
import { status } from '../../src/operations/status.ts';
import type { CertificateFact } from '../../src/service/facts/facts.ts';
import type { Lists, TestRow } from '../../src/service/lists/lists.ts';
import type { Step } from '../../src/words/document.ts';
import { ask, errors, granted, refused } from '../support/ask.ts';
import { connectionFact, facts, ID, NOW } from '../support/facts.ts';

const [present] = connectionFact().certificates;
if (!present) throw new Error('the connection has no certificate');
const OLD = `${ID}old`;
const NEW = `${ID}new`;

/** Okta with an old and a new certificate, twelve people sign in by it. */
function here(old: Partial<CertificateFact> = {}, next: Partial<CertificateFact> | null = {}) {
  const both = [
    ...(next ? [{ ...present, id: NEW, fingerprint: 'BB'.repeat(32), ...next }] : []),
    {
      ...present,
      id: OLD,
      fingerprint: 'AA'.repeat(32),
      validUntil: new Date('2026-05-01T00:00:00Z'),
      ...old,
    },
  ] as CertificateFact[];
  return facts({
    connection: connectionFact({
      certificates: both,
      ssoOn: { domains: 1, people: 12, otherTeams: [] },
    }),
  });
}
const past = new Date('2026-01-01T00:00:00Z');

describe('Remove certificate', () => {
  test('is asked for with the numbers, and makes the evidence stale', async () => {
    const { ready, needed, impact, effects, done } = granted(
      await ask(removeCertificate, here(), { certificate: OLD }),
    );
    expect(needed).toBe(1);
    expect(ready.configHash).not.toBe('hash-1');
    expect(impact?.people).toBe(12);
    expect(impact?.lines.join(' ')).toContain('test sign-in does not count any more');
    expect(done.text).toContain('test sign-in does not count any more');
    expect(effects).toMatchObject([
      { type: 'connections.change', change: { id: `${ID}okta`, configHash: ready.configHash } },
      { type: 'certificates.remove', connectionId: `${ID}okta`, ids: [OLD] },
      { type: 'tell.channel' },
    ]);
    expect(removeCertificate.checks?.(here(), ready).join('\n')).toMatch(/Goes: .*AA[\s\S]*Stays: .*BB/);
  });

  test('never takes the last usable one', async () => {
    expect(refused(await ask(removeCertificate, here({}, null), { certificate: OLD }))).toMatchObject({
      code: 'no-usable-certificate',
      kinds: ['connection.renew'],
    });
    const nextExpired = here({}, { validUntil: past });
    expect(refused(await ask(removeCertificate, nextExpired, { certificate: OLD })).code).toBe(
      'no-usable-certificate',
    );
    const weak = here({}, { keyBits: 1024 });
    expect(refused(await ask(removeCertificate, weak, { certificate: OLD })).code).toBe(
      'no-usable-certificate',
    );
    granted(await ask(removeCertificate, nextExpired, { certificate: NEW }));
  });

  test('is refused when what was to stay has expired by the time it is approved', async () => {
    const { ready } = granted(await ask(removeCertificate, here(), { certificate: OLD }));
    const later = { ...here(), now: new Date('2031-01-01T00:00:00Z') };
    expect(removeCertificate.requires.map((r) => r(later, ready)).find(Boolean)).toMatchObject({
      code: 'no-usable-certificate',
    });
  });

  test('offers what can go, the one that ends first chosen', () => {
    const [field] = removeCertificate.fields;
    if (field?.type !== 'choice') throw new Error('no choice');
    expect(field.options(here()).map(({ value }) => value)).toEqual([NEW, OLD]);
    expect(field.initial?.(here())).toBe(OLD);
    expect(field.options(here({}, { validUntil: past })).map(({ value }) => value)).toEqual([NEW]);
    for (const { label } of field.options(here({ lastUsedAt: past })))
      expect(label.length).toBeLessThanOrEqual(75);
  });

  test('says so when the certificate is gone already, and is void when others changed', async () => {
    expect(errors(await ask(removeCertificate, here(), { certificate: `${ID}x` }))).toHaveProperty(
      'certificate',
    );
    const bound = (configHash: string) =>
      removeCertificate.boundTo?.(facts({ connection: connectionFact({ configHash }) }), {} as never);
    expect(bound('hash-2')).not.toEqual(bound('hash-1'));
  });
});

describe('the status of a connection', () => {
  const shown = async (test: TestRow | null, over = here()) => {
    const lists: Pick<Lists, 'lastTest'> = { lastTest: async () => test };
    return status.show(over, lists as Lists, {});
  };
  const words = async (test: TestRow | null) => JSON.stringify((await shown(test)).parts);
  const tested = (over: Partial<TestRow> = {}): TestRow => ({
    at: NOW,
    slackId: 'U0ANNA',
    passed: true,
    configHash: 'hash-1',
    ...over,
  });

  test('tells subject, issuer, fingerprint, validity and last use of each certificate', async () => {
    const { parts } = await shown(null, here({ lastUsedAt: past, issuer: 'CN=authority' }));
    const rows = parts.flatMap((part) => (part.type === 'fields' ? part.rows : []));
    const of = (label: string) => rows.filter(([name]) => name === label).map(([, value]) => value);
    expect(of('Subject')).toEqual(['CN=idp.example', 'CN=idp.example']);
    expect(of('Issuer')).toEqual(['CN=idp.example', 'CN=authority']);
    expect(of('SHA-256 fingerprint')).toEqual([{ code: 'BB'.repeat(32) }, { code: 'AA'.repeat(32) }]);
    expect(of('Valid')).toHaveLength(2);
    expect(of('Last used')).toEqual(['Not yet', { time: past }]);
  });

  test('tells the evidence: the last test, by whom, fresh or stale', async () => {
    expect(await words(null)).toContain('None yet');
    const fresh = await words(tested());
    expect(fresh).toMatch(/Passed .*U0ANNA.*with the present configuration/);
    const stale = await words(tested({ configHash: 'before' }));
    expect(stale).toMatch(/Passed .*stale: the configuration has changed since/);
    expect(await words(tested({ passed: false }))).toMatch(/Failed .*Last passed test/);
  });

  test('offers to remove a certificate where a usable one is left, to admins alone', async () => {
    const removals = async (over = here()) =>
      (await shown(null, over)).parts
        .flatMap((part): Step[] => (part.type === 'steps' ? part.steps : []))
        .filter(({ kind }) => kind === 'certificate.remove')
        .map(({ args }) => args.certificate);
    expect(await removals()).toEqual([NEW, OLD]);
    expect(await removals(here({}, null))).toEqual([]);
    const { team } = here();
    expect(await removals({ ...here(), team: team && { ...team, admin: false } })).toEqual([]);
  });
});
