import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { problemsOf, readCertificates, selfSigned, usable } from '../../src/identity/certificates.ts';

const now = new Date('2026-11-23T12:00:00Z');
const year = { from: new Date('2026-01-01T00:00:00Z'), until: new Date('2027-01-01T00:00:00Z') };
// One RSA key for all: finding one takes long on a busy machine.
const keyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const one = selfSigned({ commonName: 'idp.acme.test', ...year, keyPair });
const two = selfSigned({
  commonName: 'Zwei – “2”',
  ...year,
  key: { type: 'ec', curve: 'prime256v1' },
  ca: true,
});
const der = new X509Certificate(one.certificatePem).raw;
const base64 = der.toString('base64');
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

function read(input: Uint8Array | string) {
  const answer = readCertificates(input);
  if (!answer.ok) throw new Error(`${answer.code}: ${answer.message}`);
  return answer.certificates;
}

describe('selfSigned', () => {
  it.each([
    [{ type: 'rsa', bits: 2048 } as const, 'sha256' as const],
    [{ type: 'rsa', bits: 1024 } as const, 'sha1' as const],
    [{ type: 'ec', curve: 'secp384r1' } as const, 'sha384' as const],
    [{ type: 'ec', curve: 'prime256v1' } as const, 'sha512' as const],
  ])('makes a certificate of %j and %s that OpenSSL verifies', (key, hash) => {
    const until = new Date('2061-02-03T04:05:06Z');
    const made = selfSigned({ commonName: 'x', from: year.from, until, key, hash });
    const certificate = new X509Certificate(made.certificatePem);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(new Date(certificate.validFrom)).toEqual(year.from);
    expect(new Date(certificate.validTo)).toEqual(until);
    expect(certificate.ca).toBe(false);
  });
});

describe('readCertificates', () => {
  it('tells the facts', () => {
    const [facts] = read(one.certificatePem);
    const certificate = new X509Certificate(one.certificatePem);
    expect(facts).toEqual({
      subject: 'CN=idp.acme.test',
      issuer: 'CN=idp.acme.test',
      fingerprint: certificate.fingerprint256,
      ...year,
      keyType: 'rsa',
      keyBits: 2048,
      signatureAlgorithm: 'sha256-rsa',
      der: base64,
    });
    expect(read(two.certificatePem)[0]).toMatchObject({
      keyType: 'ec prime256v1',
      keyBits: 256,
      signatureAlgorithm: 'sha256-ecdsa',
    });
  });

  it.each<[string, Uint8Array | string]>([
    ['DER', der],
    ['PEM', one.certificatePem],
    ['PEM with CRLF', one.certificatePem.replaceAll('\n', '\r\n')],
    ['PEM with text around', `subject=idp\n\n${one.certificatePem}\nthanks!`],
    ['PEM on one line', one.certificatePem.replaceAll('\n', ' ')],
    ['PEM with a byte order mark', Buffer.from(`\ufeff${one.certificatePem}`)],
    ['PEM in UTF-16', utf16(one.certificatePem)],
    ['PEM in UTF-16 without a mark', Buffer.from(one.certificatePem, 'utf16le')],
    ['PEM in UTF-16, big end first', utf16(one.certificatePem).swap16()],
    ['PEM labelled X509', one.certificatePem.replaceAll('CERTIFICATE', 'X509 CERTIFICATE')],
    ['bare base64', base64],
    ['bare base64 in lines', `  ${base64.replace(/(.{70})/g, '$1\r\n')}\r\n`],
    ['base64 of PEM', Buffer.from(one.certificatePem).toString('base64')],
  ])('reads %s', (_, input) => {
    expect(read(input).map((facts) => facts.der)).toEqual([base64]);
  });

  it('reads a bundle in order, each certificate once', () => {
    const facts = read(one.certificatePem + two.certificatePem + one.certificatePem);
    expect(facts.map(({ subject }) => subject)).toEqual(['CN=idp.acme.test', 'CN=Zwei – “2”']);
  });

  it.each<[string, Uint8Array | string, string]>([
    ['nothing', '', 'empty'],
    ['blanks', ' \r\n', 'empty'],
    ['prose', 'Please find the certificate attached. '.repeat(9), 'not-a-certificate'],
    ['random base64', Buffer.alloc(300, 7).toString('base64'), 'not-a-certificate'],
    ['metadata', '<?xml version="1.0"?><EntityDescriptor/>', 'metadata'],
    ['a cut PEM', one.certificatePem.slice(0, 400), 'broken'],
    ['a damaged body', one.certificatePem.replace(/[\s\S]{64}\n-----END/, '\n-----END'), 'broken'],
    ['bytes behind the DER', Buffer.concat([der, Buffer.from('tail')]), 'broken'],
    [
      'bytes behind the DER in base64',
      Buffer.concat([der, Buffer.from('tail')]).toString('base64'),
      'broken',
    ],
    ['too much', Buffer.alloc(70_000, 65), 'too-large'],
    ['too many', one.certificatePem.repeat(11), 'too-many'],
    [
      'a public key',
      generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({
        type: 'spki',
        format: 'pem',
      }),
      'public-key',
    ],
    ['a request', '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----', 'request'],
    ['a PKCS #7 bundle', '-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----', 'pkcs7'],
    ['PKCS #7 in DER', Buffer.from('300e06092a864886f70d010702a0010000', 'hex').subarray(0, 16), 'pkcs7'],
  ])('refuses %s', (_, input, code) => {
    const answer = readCertificates(input);
    expect(answer).toMatchObject({ ok: false, code });
    if (!answer.ok) expect(answer.message).toMatch(/ .+\./);
  });
});

describe('a private key in it', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const encrypted = { cipher: 'aes-256-cbc', passphrase: 'x' };
  const pems = [
    rsa.export({ type: 'pkcs8', format: 'pem' }),
    rsa.export({ type: 'pkcs1', format: 'pem' }),
    ec.export({ type: 'sec1', format: 'pem' }),
    ec.export({ type: 'pkcs8', format: 'pem', ...encrypted }),
    rsa.export({ type: 'pkcs1', format: 'pem', ...encrypted }),
  ].map(String);
  const ders = [
    rsa.export({ type: 'pkcs8', format: 'der' }),
    rsa.export({ type: 'pkcs1', format: 'der' }),
    ec.export({ type: 'sec1', format: 'der' }),
    ec.export({ type: 'pkcs8', format: 'der' }),
    rsa.export({ type: 'pkcs8', format: 'der', ...encrypted }),
  ];
  const lines = (bytes: Buffer) => bytes.toString('base64').replace(/(.{64})/g, '$1\n');
  const inputs: [string, Uint8Array | string][] = [
    ...pems.flatMap((pem, i): [string, Uint8Array | string][] => [
      [`PEM ${i} behind a certificate`, one.certificatePem + pem],
      [`PEM ${i} in front of a certificate`, pem + one.certificatePem],
      [`PEM ${i} in UTF-16`, utf16(one.certificatePem + pem)],
      [`PEM ${i} in big-endian UTF-16`, utf16(one.certificatePem + pem).swap16()],
      [`PEM ${i} in base64`, Buffer.from(one.certificatePem + pem).toString('base64')],
      [`PEM ${i} in base64 in UTF-16`, utf16(lines(Buffer.from(one.certificatePem + pem)))],
      [`PEM ${i} in UTF-16 in base64`, lines(utf16(one.certificatePem + pem))],
    ]),
    ...ders.flatMap((key, i): [string, Uint8Array | string][] => [
      [`DER ${i}`, key],
      [`DER ${i} behind a certificate`, Buffer.concat([der, key])],
      [`DER ${i} in bare base64`, key.toString('base64')],
      [`DER ${i} in bare base64 behind a certificate`, `${one.certificatePem}${lines(key)}`],
      [`DER ${i} in base64 behind a bare certificate`, `${base64}\n${lines(key)}`],
      [`DER ${i} in bare base64 below a word`, `key\n${lines(key)}`],
      [
        `DER ${i} labelled as a certificate`,
        `-----BEGIN CERTIFICATE-----\n${lines(key)}\n-----END CERTIFICATE-----`,
      ],
    ]),
    ['a JWK', JSON.stringify(ec.export({ format: 'jwk' }))],
    ['PKCS #12', Buffer.from('3014020103300f06092a864886f70d010701a0020400', 'hex')],
  ];

  it.each(inputs)('is found: %s', (_, input) => {
    expect(readCertificates(input)).toMatchObject({ ok: false, code: 'private-key' });
  });

  it('is never in the answer', () => {
    const secret = /[A-Za-z0-9+/]{30,}/;
    for (const [, input] of inputs) expect(JSON.stringify(readCertificates(input))).not.toMatch(secret);
  });
});

describe('problemsOf', () => {
  const facts = (options: Partial<Parameters<typeof selfSigned>[0]>) =>
    read(
      selfSigned({ commonName: 'x', ...year, ...(options.key ? {} : { keyPair }), ...options })
        .certificatePem,
    )[0] as ReturnType<typeof read>[0];
  const codes = (options: Partial<Parameters<typeof selfSigned>[0]>) =>
    problemsOf(facts(options), now).map(({ code }) => code);

  it('has nothing to say of a good one, a CA or not', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ ca: true })).toEqual([]);
    expect(codes({ key: { type: 'ec', curve: 'secp521r1' } })).toEqual([]);
    expect(usable(facts({}), now)).toBe(true);
  });

  it('names what is wrong', () => {
    expect(codes({ key: { type: 'rsa', bits: 1024 } })).toEqual(['weak-key']);
    expect(codes({ key: { type: 'ec', curve: 'secp256k1' } })).toEqual(['unsupported-key']);
    expect(codes({ until: new Date('2026-11-23T12:00:00Z') })).toEqual(['expired']);
    expect(codes({ from: new Date('2026-11-23T12:00:01Z') })).toEqual(['not-yet-valid']);
    expect(codes({ key: { type: 'rsa', bits: 1024 }, hash: 'sha1', until: new Date('2026-02-01') })).toEqual([
      'weak-key',
      'expired',
      'weak-hash',
    ]);
  });

  it('lets a SHA-1 certificate through with a note', () => {
    expect(codes({ hash: 'sha1' })).toEqual(['weak-hash']);
    expect(usable(facts({ hash: 'sha1' }), now)).toBe(true);
    expect(usable(facts({ key: { type: 'rsa', bits: 1024 } }), now)).toBe(false);
  });
});
