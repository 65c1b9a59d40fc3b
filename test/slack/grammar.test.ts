import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operations } from '../../src/operations/index.ts';
import { readCommand } from '../../src/slack/grammar.ts';

const read = (text: string) => readCommand(text, operations);
const known = (text: string) => {
  const command = read(text);
  return command.type === 'known' ? [command.listed.kind, command.words] : command;
};

describe('a command', () => {
  it.each([
    ['', 'overview', ''],
    ['   ', 'overview', ''],
    ['status acme.com', 'status', 'acme.com'],
    ['  STATUS\u00a0  acme.com  ', 'status', 'acme.com'],
    ['/sso status acme.com', 'status', 'acme.com'],
    ['sso status', 'status', ''],
    ['status: acme.com', 'status', 'acme.com'],
    ['off “acme.com”', 'domain.off', 'acme.com'],
    ['off `acme.com`', 'domain.off', 'acme.com'],
    ["off 'acme.com'", 'domain.off', 'acme.com'],
    ['link acme.com "My Okta"', 'domain.link', 'acme.com My Okta'],
    ['link acme.com My  Okta of 2026', 'domain.link', 'acme.com My Okta of 2026'],
    ['connect Bob’s IdP', 'connection.add', 'Bob’s IdP'],
    ['history acme.com', 'history', 'acme.com'],
    ['help off', 'help', 'off'],
    ['“status acme.com”', 'status', 'acme.com'],
    ['"/sso status acme.com"', 'status', 'acme.com'],
    ['--help', 'help', ''],
    ['?', 'help', ''],
    ['off *acme.com*', 'domain.off', 'acme.com'],
    ['off _acme.com_,', 'domain.off', 'acme.com'],
    ['status acme.com?', 'status', 'acme.com'],
    ['status [acme.com]', 'status', 'acme.com'],
    ['status acme.com/login?a=1', 'status', 'acme.com'],
    ['status //acme.com/', 'status', 'acme.com'],
    ['status https://www.acme.com/about', 'status', 'https://acme.com/about'],
    ['status <https://www.acme.com/|www.acme.com>', 'status', '<https://acme.com/|www.acme.com>'],
    ['status www.com', 'status', 'www.com'],
    ['status Acme! Inc.', 'status', 'Acme! Inc.'],
    ['status Back to Basics', 'status', 'Back to Basics'],
    ['link Back to Basics', 'domain.link', 'Back to Basics'],
    ['link acme.com, My Okta', 'domain.link', 'acme.com My Okta'],
    ['link acme.com to My Okta', 'domain.link', 'acme.com My Okta'],
    ['link acme.com → My Okta', 'domain.link', 'acme.com My Okta'],
    ['link acme.com “To Okta”', 'domain.link', 'acme.com To Okta'],
    ['move acme.com to Labs', 'domain.move', 'acme.com Labs'],
    ['connect To Go!', 'connection.add', 'To Go!'],
  ])('%j', (text, kind, words) => {
    expect(known(text)).toEqual([kind, words]);
  });

  it('leaves Slack’s wrapping to be taken off once, later', () => {
    expect(known('add <http://acme.com|acme.com>')).toEqual(['domain.add', '<http://acme.com|acme.com>']);
    expect(known('invite <mailto:a@acme.com|a@acme.com>')).toEqual([
      'user.invite',
      '<mailto:a@acme.com|a@acme.com>',
    ]);
  });

  it('exports the history', () => {
    expect(read('history export')).toEqual({ type: 'export', words: '' });
    expect(read('history acme.com EXPORT')).toEqual({ type: 'export', words: 'acme.com' });
    expect(read('history export acme.com')).toEqual({ type: 'export', words: 'acme.com' });
    expect(read('history “My Okta” export.')).toEqual({ type: 'export', words: 'My Okta' });
    expect(known('history export tool')).toEqual(['history', 'export tool']);
    expect(known('history exporters.com')).toEqual(['history', 'exporters.com']);
  });

  it.each([
    ['statsu', 'status'],
    ['delet acme.com', 'delete'],
    ['verfy', 'verify'],
    ['conn', 'connect'],
    ['disable acme.com', 'off'],
    ['remove acme.com', 'delete'],
    ['export acme.com', 'history'],
    ['!!!', null],
    ['frobnicate', null],
    ['<!channel>', null],
  ])('that is unknown names the nearest: %j', (text, near) => {
    expect(read(text)).toMatchObject({ type: 'unknown', near });
  });

  it('has every verb of the list', () => {
    for (const { command, kind } of operations) {
      if (command) expect(known(command.verb)).toEqual([kind, '']);
    }
  });

  it('never throws and never makes up words, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const command = read(text);
        if (command.type === 'known') expect(command.words.length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
