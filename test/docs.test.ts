import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BEGIN, commandTable, END, withCommandTable } from '../src/docs.ts';
import { operations } from '../src/operations/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the table of commands in the README', () => {
  test('is up to date: `npm run docs` would change nothing', () => {
    expect(withCommandTable(readme)).toBe(readme);
  });

  test('has every command', () => {
    const table = commandTable();
    for (const { command } of operations)
      if (command) expect(table).toContain(`\`${['/sso', command.verb].join(' ').trim()}`);
  });

  test('cannot be written where its place is missing', () => {
    expect(() => withCommandTable('# Drawbridge')).toThrow('README.md needs');
    expect(() => withCommandTable(`${END}${BEGIN}`)).toThrow('README.md needs');
  });
});
