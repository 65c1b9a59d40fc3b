import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCertificates } from '../../src/identity/certificates.ts';
import { parseDomainName } from '../../src/identity/domain-name.ts';
import { parseEmail } from '../../src/identity/email.ts';
import { readMetadata } from '../../src/identity/metadata.ts';
import { plainWords, quotable } from '../../src/identity/words.ts';
import { escapeXml } from '../../src/identity/xml/escape.ts';
import { gateXml } from '../../src/identity/xml/gate.ts';
import { base64, given, idp, judge, now } from './saml-fixture.ts';

const limits = { depth: 10, elements: 100, attributes: 10, comments: false };
const name = fc.string({ unit: fc.constantFrom(...'aZ09.-_@%/<>|&;:"“’\u200b\u00ad。ü \t'), maxLength: 60 });

describe('whatever is written', () => {
  it('a domain is a plain lower-case host name, or refused in one short sentence', () => {
    fc.assert(
      fc.property(fc.oneof(name, fc.string({ unit: 'binary' })), (words) => {
        const parsed = parseDomainName(words);
        if (parsed.ok) {
          expect(parsed.name).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
          expect(parseDomainName(parsed.name)).toEqual(parsed);
        } else expect(parsed.words).toMatch(/^[^\p{Cc}\u200b]{20,300}$/u);
      }),
      { numRuns: 500 },
    );
  });

  it('an address has its domain after the last @, or is refused', () => {
    fc.assert(
      fc.property(fc.oneof(name, fc.emailAddress(), fc.string({ unit: 'binary' })), (words) => {
        const parsed = parseEmail(words);
        if (!parsed.ok) {
          expect(parsed.words).toMatch(/^[^\p{Cc}\u200b]{20,300}$/u);
          return;
        }
        expect(parsed.address.slice(parsed.address.lastIndexOf('@') + 1)).toBe(parsed.domain);
        expect(parsed.key).toBe(parsed.address.toLowerCase());
        expect(parseEmail(parsed.address)).toEqual(parsed);
      }),
      { numRuns: 500 },
    );
  });

  it('stays inert in XML', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (words) => {
        const gated = gateXml(`<a b="${escapeXml(words)}">${escapeXml(words)}</a>`, limits);
        if (!gated.ok) throw new Error(gated.detail);
        const kept = words.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
        expect([gated.root.text, gated.root.attributes[0]?.value, gated.root.children.length]).toEqual([
          kept,
          kept,
          0,
        ]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('whatever is uploaded', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  const mutated = (text: string) =>
    fc
      .tuple(fc.nat(text.length), fc.nat(40), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([at, cut, more]) => {
        return text.slice(0, at) + more + text.slice(at + cut);
      });

  it('certificates and metadata are read or refused, never thrown at', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          mutated(idp.certificatePem).map((text) => Buffer.from(text)),
        ),
        (file) => {
          const read = readCertificates(file);
          expect(read.ok ? read.certificates.length : read.message.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          mutated(idp.metadataXml()).map((text) => Buffer.from(text)),
        ),
        (file) => {
          const read = readMetadata(file, now);
          expect(read.ok ? read.entityId.length : read.message.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a response is judged, never thrown at, and never somebody else’s', async () => {
    const xml = idp.respondXml(given());
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string().map(base64), fc.string(), mutated(xml).map(base64)),
        async (field) => {
          const verdict = await judge(field);
          if (verdict.ok)
            expect(verdict.identity).toMatchObject({ email: 'anna@acme.test', objectGuid: 'guid-1' });
          else expect(verdict.failed.code).toMatch(/^[a-z0-9-]+$/);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('whatever is sent to waste time', () => {
  const many = 100_000;
  const cases: [string, () => unknown][] = [
    ['blanks in words', () => plainWords(`a${' '.repeat(many)}b`)],
    ['open links in words', () => plainWords('<http://'.repeat(many))],
    ['dots in a domain', () => parseDomainName(`${'.'.repeat(many)}x`)],
    ['quotes around a domain', () => parseDomainName('"'.repeat(many))],
    ['dots in an address', () => parseEmail(`a@${'.'.repeat(many)}x`)],
    ['words to quote', () => quotable('\u200b'.repeat(many * 10))],
    ['blanks before metadata', () => readMetadata(Buffer.from(`${' '.repeat(many)}<x/>`), now)],
    ['comments before metadata', () => readMetadata(Buffer.from(`${'<!--x-->'.repeat(many)}<x/>`), now)],
    ['open comments before metadata', () => readMetadata(Buffer.from('<!--'.repeat(many)), now)],
    ['declarations before metadata', () => readMetadata(Buffer.from('<?x ?>'.repeat(many)), now)],
    ['lines of base64', () => readCertificates(`${'M'.repeat(16)}\n`.repeat(3800))],
    ['base64 in base64', () => readCertificates(base64(base64(`${'M'.repeat(16)}\n`.repeat(2000))))],
    ['open PEM blocks', () => readCertificates('-----BEGIN CERTIFICATE-----'.repeat(2400))],
    ['zero bytes', () => readCertificates(new Uint8Array(64 * 1024))],
    ['blanks in a response', () => judge(`${' '.repeat(many)}!`)],
    ['nested elements in a response', () => judge(base64('<a>'.repeat(60_000)))],
    ['attributes in a response', () => judge(base64(`<a ${'b="" '.repeat(50_000)}>`))],
  ];
  it.each(cases)('%s', async (_, run) => {
    const started = performance.now();
    await run();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
