import { describe, expect, it } from 'vitest';
import { addressPart, domainPart } from '../../src/operations/common/pasted.ts';

describe('the part of what was copied that names a domain', () => {
  it.each([
    ['acme.com', 'acme.com'],
    ['*acme.com*', 'acme.com'],
    ['(acme.com),', 'acme.com'],
    ['acme.com/login', 'acme.com'],
    ['https://www.acme.com/about?a=1', 'https://acme.com/about?a=1'],
    ['<http://www.acme.com|www.acme.com>', '<http://acme.com|www.acme.com>'],
    ['https://www.com/', 'https://www.com/'],
    ['www.acme.com', 'www.acme.com'],
    ['nora@acme.com;', 'nora@acme.com'],
    ['“acme.com”.', '“acme.com”.'],
    // No part of these is a domain, so nothing is taken off.
    ['Acme!', 'Acme!'],
    ['https://www.co.uk/x', 'https://www.co.uk/x'],
    ['a/b', 'a/b'],
    ['', ''],
  ])('%j is %j', (word, part) => {
    expect(domainPart(word)).toBe(part);
  });
});

describe('the address in what a mail program copies', () => {
  it.each([
    ['Anna Berg <anna@acme.com>', 'anna@acme.com'],
    ['"Berg, Anna" <anna@acme.com>,', 'anna@acme.com'],
    ['anna@acme.com;', 'anna@acme.com'],
    ['anna@acme.com', 'anna@acme.com'],
    ['<mailto:anna@acme.com|anna@acme.com>', '<mailto:anna@acme.com|anna@acme.com>'],
    ['Anna Berg', 'Anna Berg'],
    ['@anna,', '@anna,'],
  ])('%j is %j', (words, part) => {
    expect(addressPart(words)).toBe(part);
  });
});
