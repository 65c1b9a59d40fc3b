import { describe, expect, test } from 'vitest';
import { renewCertificate } from '../../src/operations/renew-certificate.ts';
import { ask, errors, granted, refused } from '../support/ask.ts';
import { connectionFact, facts, ID, NOW } from '../support/facts.ts';
import { certificate, file } from '../support/idp.ts';

const next = certificate('next');
const [present] = connectionFact().certificates;
if (!present) throw new Error('the connection has no certificate');
const withCertificates = (...certificates: Partial<typeof present>[]) =>
  facts({
    connection: connectionFact({
      ssoOn: { domains: 1, people: 12, otherTeams: [] },
      certificates: certificates.map((over, n) => ({
        ...present,
        id: `${ID}k${n}`,
        fingerprint: `F${n}`,
        ...over,
      })),
    }),
  });
const here = withCertificates({});

describe('Renew certificate', () => {
  test('accepts the new one beside the current one by default, and says that the test is stale', async () => {
    const keep = renewCertificate.fields.find(({ name }) => name === 'keep');
    expect(keep?.type === 'check' && keep.initial?.(here)).toBe(true);
    const asked = granted(
      await ask(renewCertificate, here, { certificateFile: file('new.pem', next.pem), keep: true }),
    );
    expect(asked.needed).toBe(1);
    expect(asked.ready).toMatchObject({ add: [{ fingerprint: next.fingerprint }], remove: [] });
    expect(asked.ready.configHash).not.toBe('hash-1');
    expect(asked.impact?.people).toBe(12);
    expect(asked.impact?.lines.join(' ')).toContain('test sign-in does not count any more');
    expect(asked.effects.map(({ type }) => type)).toEqual([
      'connections.change',
      'certificates.add',
      'tell.channel',
    ]);
  });

  test('takes the current one away when it is not to be kept', async () => {
    const { effects } = granted(await ask(renewCertificate, here, { certificate: next.pem, keep: false }));
    expect(effects).toContainEqual({
      type: 'certificates.remove',
      connectionId: `${ID}okta`,
      ids: [`${ID}k0`],
    });
  });

  test('takes old ones away by giving the one that stays', async () => {
    const both = withCertificates({}, { fingerprint: next.fingerprint });
    const { ready } = granted(await ask(renewCertificate, both, { certificate: next.pem, keep: false }));
    expect(ready).toMatchObject({ add: [], remove: [`${ID}k0`] });
  });

  test('says that the same certificate changes nothing', async () => {
    const both = withCertificates({}, { fingerprint: next.fingerprint });
    expect(
      errors(await ask(renewCertificate, both, { certificate: next.pem, keep: true })).certificate,
    ).toContain('nothing was changed');
  });

  test('refuses a private key, keeps nothing of it and says where the file still is', async () => {
    const certificateFile = file('bundle.pem', `${next.pem}\n${next.keyPem}`);
    const words =
      errors(await ask(renewCertificate, here, { certificateFile, keep: true })).certificateFile ?? '';
    expect(words).toContain('private key');
    expect(words).toContain('Slack');
    for (const line of next.keyPem.split('\n').slice(1, -2)) expect(words).not.toContain(line);
  });

  test('refuses a weak or expired one as the only one, and flags it beside a usable one', async () => {
    const expired = certificate('expired', { until: '2026-02-01' });
    expect(
      errors(await ask(renewCertificate, here, { certificate: expired.pem, keep: false })).certificate,
    ).toContain('2026-02-01');
    const { ready } = granted(await ask(renewCertificate, here, { certificate: expired.pem, keep: true }));
    expect(ready.notes.join(' ')).toContain('2026-02-01');
    const gone = withCertificates({ validUntil: NOW });
    expect(
      errors(await ask(renewCertificate, gone, { certificate: expired.pem, keep: true })),
    ).toHaveProperty('certificate');
  });

  test('holds at most 5', async () => {
    const five = withCertificates({}, {}, {}, {}, {});
    expect(
      errors(await ask(renewCertificate, five, { certificate: next.pem, keep: true })).certificate,
    ).toContain('5');
    granted(await ask(renewCertificate, five, { certificate: next.pem, keep: false }));
  });

  test('is refused when what it leaves has expired by the time it is approved', async () => {
    const { ready } = granted(await ask(renewCertificate, here, { certificate: next.pem, keep: false }));
    const later = { ...here, now: new Date('2031-01-01T00:00:00Z') };
    const refusal = renewCertificate.requires.map((requirement) => requirement(later, ready)).find(Boolean);
    expect(refusal).toMatchObject({ code: 'no-usable-certificate' });
    expect(refused({ refusal: refusal as NonNullable<typeof refusal> }).text).toContain('SSO is on');
  });

  test('wants one source, and reads a bundle without the authorities that issued it', async () => {
    expect(errors(await ask(renewCertificate, here, { keep: true }))).toHaveProperty('certificateFile');
    const both = { certificateFile: file('a.pem', next.pem), certificate: next.pem, keep: true };
    expect(errors(await ask(renewCertificate, here, both))).toHaveProperty('certificate');
    const third = certificate('third');
    const { ready } = granted(
      await ask(renewCertificate, here, { certificate: `${next.pem}\r\n${third.pem}`, keep: true }),
    );
    expect(ready.add.map(({ fingerprint }) => fingerprint)).toEqual([next.fingerprint, third.fingerprint]);
  });

  test('is void when the certificates changed after it was asked', () => {
    const bound = (configHash: string) =>
      renewCertificate.boundTo?.(facts({ connection: connectionFact({ configHash }) }), {} as never);
    expect(bound('hash-2')).not.toEqual(bound('hash-1'));
  });
});
