import { expect, test } from 'vitest';
import { clientsOf, limitsOf, loginLimits } from '../../src/web/sign-in/limits.ts';

const asker = (remoteAddress: string, forwarded?: string) => ({
  socket: { remoteAddress },
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
});
const https = 'https://sso.example';

test.each<[string, string, string | undefined, string, string[]]>([
  ['the socket, where nothing is forwarded', '198.51.100.7', undefined, https, ['198.51.100.7']],
  ['the socket of a stranger, whatever they say', '198.51.100.7', '203.0.113.1', https, ['198.51.100.7']],
  [
    'the socket, where we are reached over http',
    '127.0.0.1',
    '203.0.113.1',
    'http://localhost:3000',
    ['127.0.0.1'],
  ],
  ['whom the proxy on this machine names', '127.0.0.1', '203.0.113.1', https, ['203.0.113.1', '127.0.0.1']],
  ['whom it named last', '10.0.0.5', '1.1.1.1, 2.2.2.2 ,203.0.113.1', https, ['203.0.113.1', '10.0.0.5']],
  ['without the port', '::1', '203.0.113.1:51812', https, ['203.0.113.1', '::']],
  [
    'in IPv6, by its network',
    '::ffff:172.17.0.1',
    '[2001:db8:1:2::9]:443',
    https,
    ['2001:db8:1:2::', '172.17.0.1'],
  ],
  ['the socket, where the last one is no address', '10.0.0.5', '203.0.113.1, evil', https, ['10.0.0.5']],
  ['the socket, where the header is empty', '10.0.0.5', '', https, ['10.0.0.5']],
])('a client is %s', (_, peer, forwarded, publicUrl, clients) => {
  expect(clientsOf(asker(peer, forwarded), publicUrl)).toEqual(clients);
});

test('what comes through a proxy counts together too, against a wider limit', () => {
  const limits = limitsOf('password', 'anna@acme.com', asker('10.0.0.5', '203.0.113.1'), https);
  expect(limits.map(({ what, who }) => [what, who])).toEqual([
    ['password:address', 'anna@acme.com'],
    ['password:client', '203.0.113.1'],
    ['password:proxy', '10.0.0.5'],
  ]);
  const [, client, proxy] = limits;
  expect(proxy?.most).toBe((client?.most ?? 0) * 20);
  expect(loginLimits(asker('198.51.100.7'), https)).toHaveLength(1);
});
