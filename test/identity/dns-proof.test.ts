import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { challengeName, challengeValue, createDnsProof, newToken } from '../../src/identity/dns-proof.ts';
import { type DnsServer, startDnsServer } from '../../src/workspace/dns-server.ts';

let dns: DnsServer;
beforeAll(async () => {
  dns = await startDnsServer();
});
afterAll(() => dns.close());

const look = (domain: string, value: string, timeoutMs = 1500) =>
  createDnsProof({ servers: [dns.address], timeoutMs }).lookFor(domain, value);

describe('the words of a challenge', () => {
  it('are those of the contract', () => {
    expect(challengeName('acme.com')).toBe('_drawbridge-challenge.acme.com');
    expect(challengeValue('abc')).toBe('drawbridge-verification=abc');
  });
  it('holds at least 128 random bits in a token', () => {
    const tokens = Array.from({ length: 100 }, newToken);
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{32,}$/);
  });
});

describe('lookFor', () => {
  const value = challengeValue('t0ken');

  it('finds the record, among others and in chunks', async () => {
    dns.setTxt(challengeName('one.test'), [value]);
    dns.setTxt(challengeName('many.test'), ['v=spf1 -all', value]);
    dns.setTxt(challengeName('chunks.test'), [[value.slice(0, 10), value.slice(10)]]);
    for (const domain of ['one.test', 'many.test', 'chunks.test']) {
      expect(await look(domain, value)).toEqual({ found: true });
    }
  });

  it('takes a record too large for one UDP packet', async () => {
    dns.setTxt(challengeName('large.test'), [
      ...Array.from({ length: 20 }, (_, i) => `${i}`.repeat(200)),
      value,
    ]);
    expect(await look('large.test', value)).toEqual({ found: true });
  });

  it('compares exactly', async () => {
    const near = [
      value.toUpperCase(),
      ` ${value}`,
      `"${value}"`,
      `${value} `,
      value.slice(0, -1),
      `${value}x`,
    ];
    dns.setTxt(challengeName('near.test'), near);
    expect(await look('near.test', value)).toEqual({ found: false, seen: near });
  });

  it('does not join the chunks of two records', async () => {
    dns.setTxt(challengeName('halves.test'), [value.slice(0, 10), value.slice(10)]);
    expect(await look('halves.test', value)).toMatchObject({ found: false });
  });

  it('tells at most ten short values of what is there', async () => {
    dns.setTxt(
      challengeName('noisy.test'),
      Array.from({ length: 30 }, (_, i) => `${i}-`.repeat(300)),
    );
    const looked = await look('noisy.test', value);
    expect(looked).toMatchObject({ found: false });
    if (!('seen' in looked)) throw new Error('expected values');
    expect(looked.seen).toHaveLength(10);
    for (const seen of looked.seen) expect(seen.length).toBeLessThanOrEqual(255);
  });

  it('says not found where the name or the type does not exist', async () => {
    dns.setFault(challengeName('gone.test'), 'nxdomain');
    expect(await look('gone.test', value)).toEqual({ found: false, seen: [] });
    dns.setTxt(challengeName('empty.test'), []);
    expect(await look('empty.test', value)).toEqual({ found: false, seen: [] });
  });

  it('follows aliases, also when a server gives the alias alone', async () => {
    dns.setTxt('proofs.globex.test', [value]);
    dns.setCname(challengeName('alias.test'), 'proofs.globex.test');
    dns.setCname(challengeName('bare.test'), 'proofs.globex.test', { follow: false });
    expect(await look('alias.test', value)).toEqual({ found: true });
    expect(await look('bare.test', value)).toEqual({ found: true });
  });

  it('ends on aliases in a circle', async () => {
    dns.setCname(challengeName('round.test'), challengeName('about.test'), { follow: false });
    dns.setCname(challengeName('about.test'), challengeName('round.test'), { follow: false });
    expect(await look('round.test', value)).toEqual({ found: false, seen: [] });
  });

  it.each(['servfail', 'refused'] as const)('knows nothing after %s', async (fault) => {
    dns.setTxt(challengeName(`${fault}.test`), [value]);
    dns.setFault(challengeName(`${fault}.test`), fault);
    expect(await look(`${fault}.test`, value)).toMatchObject({ unknown: true, cause: expect.any(String) });
    dns.setFault(challengeName(`${fault}.test`), undefined);
    expect(await look(`${fault}.test`, value)).toEqual({ found: true });
  });

  it('knows nothing after silence, and does not wait longer than it was told', async () => {
    dns.setFault(challengeName('slow.test'), 'timeout');
    const started = performance.now();
    expect(await look('slow.test', value, 600)).toEqual({
      unknown: true,
      cause: 'the DNS servers did not answer in time',
    });
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it('knows nothing where no server listens', async () => {
    const socket = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => socket.once('listening', resolve));
    const { port } = socket.address() as { port: number };
    await new Promise((resolve) => socket.close(resolve));
    const proof = createDnsProof({ servers: [`127.0.0.1:${port}`], timeoutMs: 800 });
    expect(await proof.lookFor('acme.test', value)).toMatchObject({ unknown: true });
  });

  it('refuses a server that is not an IP address at once', () => {
    expect(() => createDnsProof({ servers: ['dns.acme.test:53'] })).toThrow(TypeError);
  });
});
