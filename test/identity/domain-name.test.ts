import { describe, expect, it } from 'vitest';
import { parseDomainName } from '../../src/identity/domain-name.ts';
import { parseEmail, readEmail } from '../../src/identity/email.ts';
import { plainWords } from '../../src/identity/words.ts';

describe('parseDomainName', () => {
  it.each([
    ['acme.com', 'acme.com'],
    ['  ACME.com  ', 'acme.com'],
    ['acme.com.', 'acme.com'],
    ['acme.com...', 'acme.com'],
    ['@acme.com', 'acme.com'],
    ['anna@acme.com', 'acme.com'],
    ['a@b@acme.com', 'acme.com'],
    ['https://acme.com', 'acme.com'],
    ['https://www.acme.com:8443/a%20b/?q=1#x', 'www.acme.com'],
    ['http://anna:secret@acme.com/', 'acme.com'],
    ['“acme.com”', 'acme.com'],
    ['‘acme.com’', 'acme.com'],
    ['`acme.com`', 'acme.com'],
    ['<http://acme.com|acme.com>', 'acme.com'],
    ['<https://acme.com/path?x=1&amp;y=2|acme.com/path>', 'acme.com'],
    ['<mailto:anna@acme.com|anna@acme.com>', 'acme.com'],
    ['&lt;acme.com&gt;', 'acme.com'],
    ['mailto:anna@acme.com', 'acme.com'],
    ['müller.de', 'xn--mller-kva.de'],
    ['MÜLLER.de', 'xn--mller-kva.de'],
    ['ａｃｍｅ．ｃｏｍ', 'acme.com'],
    ['acme。com', 'acme.com'],
    ['acme.co.uk', 'acme.co.uk'],
    ['mail.acme.co.uk', 'mail.acme.co.uk'],
    ['acme.github.io', 'acme.github.io'],
    ['acme.test', 'acme.test'],
    ['globex.example', 'globex.example'],
    ['acme.localhost', 'acme.localhost'],
    ['acme.internal', 'acme.internal'],
    [`${'a'.repeat(63)}.com`, `${'a'.repeat(63)}.com`],
  ])('reads %j as %s', (words, name) => {
    expect(parseDomainName(words)).toEqual({ ok: true, name });
  });

  it.each([
    ['', 'empty'],
    [' . ', 'empty'],
    ['@', 'empty'],
    ['acme', 'single-label'],
    ['localhost', 'single-label'],
    ['acme.com/admin', 'characters'],
    ['acme%2ecom', 'characters'],
    ['ac me.com', 'characters'],
    ['acme.com globex.com', 'characters'],
    ['acme.com:443', 'characters'],
    ['acme.com\\evil.com', 'characters'],
    ['ftp://acme.com', 'characters'],
    ['<@U123456>', 'single-label'],
    ['https://acme.com%2eevil.com/', 'characters'],
    ['acme.com\u200b', 'unseen'],
    ['ac\u00adme.com', 'unseen'],
    ['\ufeffacme.com', 'unseen'],
    ['acme\u202e.com', 'unseen'],
    ['ac\u3164me.com', 'unseen'],
    ['ac\u0000me.com', 'unseen'],
    ['acme\n.com', 'unseen'],
    ['a..com', 'shape'],
    ['.acme.com', 'shape'],
    ['-acme.com', 'shape'],
    ['acme-.com', 'shape'],
    ['_dmarc.acme.com', 'shape'],
    ['xn--a.com', 'shape'],
    [`${'a'.repeat(64)}.com`, 'shape'],
    [`${'abc.'.repeat(70)}com`, 'too-long'],
    ['127.0.0.1', 'ip'],
    ['0x7f.1', 'ip'],
    ['[::1]', 'characters'],
    ['com', 'single-label'],
    ['co.uk', 'public-suffix'],
    ['github.io', 'public-suffix'],
    ['gmail.com', 'free-mail'],
    ['Anna@GoogleMail.com', 'free-mail'],
    ['mail.yahoo.co.jp', 'free-mail'],
    ['outlook.com', 'free-mail'],
    ['acme.onmicrosoft.com', 'shared-tenant'],
    ['onmicrosoft.com', 'shared-tenant'],
    ['acme.okta.com', 'shared-tenant'],
  ])('refuses %j as %s', (words, problem) => {
    const parsed = parseDomainName(words);
    expect(parsed).toMatchObject({ ok: false, problem });
    if (parsed.ok) return;
    expect(parsed.words.length).toBeGreaterThan(20);
    expect(parsed.words).not.toMatch(/[\u200b\u202e\ufeff\0\n]/);
  });

  it('keeps a refusal short however long the words', () => {
    const parsed = parseDomainName(`${'x '.repeat(5000)}.com`);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.words.length).toBeLessThan(250);
  });
});

describe('parseEmail', () => {
  it.each([
    ['Anna.Smith@ACME.com', 'Anna.Smith@acme.com', 'anna.smith@acme.com', 'acme.com'],
    ['<mailto:anna@acme.com|anna@acme.com>', 'anna@acme.com', 'anna@acme.com', 'acme.com'],
    ['mailto:anna@acme.com', 'anna@acme.com', 'anna@acme.com', 'acme.com'],
    ['anna@acme.com.', 'anna@acme.com', 'anna@acme.com', 'acme.com'],
    ['o’brien+x@acme.test', "o'brien+x@acme.test", "o'brien+x@acme.test", 'acme.test'],
    ['anna@müller.de', 'anna@xn--mller-kva.de', 'anna@xn--mller-kva.de', 'xn--mller-kva.de'],
    ['"anna@acme.com"', 'anna@acme.com', 'anna@acme.com', 'acme.com'],
    [`${'a'.repeat(64)}@acme.com`, `${'a'.repeat(64)}@acme.com`, `${'a'.repeat(64)}@acme.com`, 'acme.com'],
  ])('reads %j', (words, address, key, domain) => {
    expect(parseEmail(words)).toEqual({ ok: true, address, key, domain });
  });

  it.each([
    ['', 'empty'],
    ['anna', 'no-at'],
    ['@acme.com', 'local'],
    ['anna@', 'domain'],
    ['anna@acme', 'domain'],
    ['anna@evil.com@acme.com', 'local'],
    ['an%na@acme.com', 'local'],
    ['an/na@acme.com', 'local'],
    ['an na@acme.com', 'local'],
    ['anna..b@acme.com', 'local'],
    ['.anna@acme.com', 'local'],
    ['anna\u200b@acme.com', 'unseen'],
    ['anna@acme.com\r\nBcc: x@y.z', 'unseen'],
    [`${'a'.repeat(65)}@acme.com`, 'too-long'],
    [`anna@${'a.'.repeat(124)}com`, 'too-long'],
  ])('refuses %j as %s', (words, problem) => {
    expect(parseEmail(words)).toMatchObject({ ok: false, problem });
  });

  it('forgives nothing where a machine wrote the address', () => {
    expect(readEmail('<anna@acme.com>').ok).toBe(false);
    expect(readEmail(' anna@acme.com').ok).toBe(false);
    expect(readEmail('anna@acme.com.').ok).toBe(false);
    expect(readEmail('anna@acme.com').ok).toBe(true);
  });
});

describe('plainWords', () => {
  it('decodes entities once only', () => {
    expect(plainWords('&amp;lt;b&amp;gt;')).toBe('&lt;b&gt;');
  });
  it('leaves what a person typed alone', () => {
    expect(plainWords('a < b | c > d')).toBe('a < b | c > d');
  });
});
