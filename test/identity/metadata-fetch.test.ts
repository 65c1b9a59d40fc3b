import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, LookupFunction, Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../src/identity/certificates.ts';
import { fetchMetadata, isPublic } from '../../src/identity/metadata/fetch.ts';

const tls = selfSigned({
  commonName: 'localhost',
  from: new Date(Date.now() - 1e7),
  until: new Date(Date.now() + 1e7),
});
const seen: string[] = [];
const handler: RequestListener = (request, response) => {
  seen.push(`${request.url}`);
  if (request.url === '/metadata') return void response.end('<md/>');
  if (request.url === '/moved') return void response.writeHead(302, { location: '/metadata' }).end();
  if (request.url === '/gone') return void response.writeHead(404).end('no');
  if (request.url === '/gzip')
    return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('<md/>'));
  if (request.url === '/bomb') {
    return void response
      .writeHead(200, { 'content-encoding': 'gzip' })
      .end(gzipSync(Buffer.alloc(20_000_000)));
  }
  if (request.url === '/endless') {
    const timer = setInterval(() => response.write(Buffer.alloc(100_000)), 1);
    return void response.on('close', () => clearInterval(timer));
  }
  if (request.url === '/drip') {
    response.write('<md>');
    return;
  }
};

const http = createHttpServer(handler);
const https = createHttpsServer({ key: tls.privateKeyPem, cert: tls.certificatePem }, handler);
const port = (server: Server) => (server.address() as AddressInfo).port;
beforeAll(async () => {
  for (const server of [http, https]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  for (const server of [http, https]) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

const local = (path: string, options = {}) =>
  fetchMetadata(`http://127.0.0.1:${port(http)}${path}`, { allowPrivateNetwork: true, ...options });
const pointing =
  (...addresses: string[]): LookupFunction =>
  (_, options, callback) => {
    const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all) return callback(null, all);
    callback(null, addresses[0] as string, 4);
  };

describe('fetchMetadata', () => {
  it('brings the bytes, unpacked', async () => {
    expect(await local('/metadata')).toEqual({ ok: true, bytes: Buffer.from('<md/>') });
    expect(await local('/gzip')).toEqual({ ok: true, bytes: Buffer.from('<md/>') });
  });

  it('checks the certificate of the server', async () => {
    const address = `https://localhost:${port(https)}/metadata`;
    expect(await fetchMetadata(address, { allowPrivateNetwork: true })).toMatchObject({ code: 'tls' });
    expect(
      await fetchMetadata(address, {
        allowPrivateNetwork: true,
        ca: tls.certificatePem,
        lookup: pointing('127.0.0.1'),
      }),
    ).toMatchObject({ ok: true });
  });

  it('does not follow redirects', async () => {
    seen.length = 0;
    expect(await local('/moved')).toMatchObject({ code: 'redirect' });
    expect(seen).toEqual(['/moved']);
  });

  it.each([
    ['/gone', 'status'],
    ['/bomb', 'too-large'],
    ['/endless', 'too-large'],
  ])('refuses %s: %s', async (path, code) => {
    expect(await local(path)).toMatchObject({ ok: false, code });
  });

  it('does not wait for ever', async () => {
    expect(await local('/drip', { timeoutMs: 300 })).toMatchObject({ code: 'timeout' });
    expect(await local('/silence', { timeoutMs: 300 })).toMatchObject({ code: 'timeout' });
  });

  it('says when nobody is there', async () => {
    expect(await fetchMetadata('http://127.0.0.1:1/', { allowPrivateNetwork: true })).toMatchObject({
      code: 'unreachable',
    });
    const nowhere: LookupFunction = (_, __, callback) =>
      callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), '', 4);
    expect(await fetchMetadata('https://nowhere.test/', { lookup: nowhere })).toMatchObject({
      code: 'unreachable',
    });
  });

  it.each([
    ['not a url', 'bad-url'],
    ['ftp://acme.test/x', 'bad-url'],
    ['file:///etc/passwd', 'bad-url'],
    ['https://a:b@acme.test/', 'bad-url'],
    ['https://acme\u200b.test/', 'bad-url'],
    ['http://acme.com/metadata', 'not-https'],
    ['https://127.0.0.1/', 'private-network'],
    ['https://127.1/', 'private-network'],
    ['https://2130706433/', 'private-network'],
    ['https://0x7f.0.0.1/', 'private-network'],
    ['https://10.0.0.1/', 'private-network'],
    ['https://169.254.169.254/latest/meta-data', 'private-network'],
    ['https://[::1]/', 'private-network'],
    ['https://[::ffff:127.0.0.1]/', 'private-network'],
    ['https://[fd00::1]/', 'private-network'],
    ['https://[64:ff9b::7f00:1]/', 'private-network'],
    ['https://0.0.0.0/', 'private-network'],
  ])('refuses %s without connecting: %s', async (address, code) => {
    const lookup: LookupFunction = () => {
      throw new Error('looked up');
    };
    expect(await fetchMetadata(address, { lookup })).toMatchObject({ ok: false, code });
  });

  it('refuses a name when any of its addresses is private', async () => {
    for (const addresses of [
      ['127.0.0.1'],
      ['93.184.216.34', '10.0.0.1'],
      ['::1'],
      ['::ffff:192.168.0.1'],
      [],
    ]) {
      const answer = await fetchMetadata(`https://idp.test:${port(https)}/metadata`, {
        lookup: pointing(...addresses),
      });
      expect(answer).toMatchObject({ code: 'private-network' });
    }
    expect(await fetchMetadata(`https://localhost:${port(https)}/metadata`)).toMatchObject({
      code: 'private-network',
    });
  });

  it('knows public addresses', () => {
    expect(['93.184.216.34', '2606:2800:220:1::1', '::ffff:8.8.8.8'].every(isPublic)).toBe(true);
    expect(['100.64.0.1', '192.0.2.1', '224.0.0.1', 'fe80::1', '2002:7f00:1::', 'x'].some(isPublic)).toBe(
      false,
    );
  });
});
