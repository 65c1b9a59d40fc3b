import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { approvableChanges } from '../../src/operations/common/approvable.ts';
import { operations } from '../../src/operations/index.ts';
import { KINDS } from '../support/ask.ts';

const folder = new URL('../../src/operations/', import.meta.url);
const files = readdirSync(folder).filter(
  (file) => file.endsWith('.ts') && !['index.ts', 'operation.ts'].includes(file),
);

describe('the list of operations', () => {
  test.each(files)('has what %s declares', async (file) => {
    const exported = Object.values((await import(new URL(file, folder).href)) as Record<string, unknown>);
    const declared = exported.filter(
      (value) => typeof value === 'object' && value !== null && 'type' in value && 'kind' in value,
    );
    expect(declared, `${file} declares one operation or reading`).toHaveLength(1);
    expect(operations).toContain(declared[0]);
  });

  test('names each kind and each command once, all of them known', () => {
    const kinds = operations.map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
    for (const kind of kinds) expect(KINDS).toContain(kind);
    const verbs = operations.flatMap(({ command }) => (command ? [command.verb] : []));
    expect(new Set(verbs).size).toBe(verbs.length);
  });

  test('fits a modal: titles and submits of at most 24 characters, labels by name', () => {
    for (const one of operations) {
      expect(one.title.length, one.kind).toBeLessThanOrEqual(24);
      if (one.type === 'reading') continue;
      expect(one.submit.length, one.kind).toBeLessThanOrEqual(24);
      expect(new Set(one.fields.map(({ name }) => name)).size, one.kind).toBe(one.fields.length);
      for (const field of one.fields) expect(field.label, one.kind).not.toBe('');
    }
  });

  test('says in the settings of a team exactly what may need an approval', () => {
    const approvable = operations.filter((one) => one.type === 'operation' && one.approval !== null);
    expect(approvable.map(({ kind }) => kind).sort()).toEqual(
      approvableChanges()
        .map(({ kind }) => kind)
        .sort(),
    );
  });
});

/** Words of the contract with the people who use it: changing one of these breaks what they rely on. */
const MODALS: Record<string, [title: string, submit: string, ...labels: string[]]> = {
  setup: [
    'Set up your team',
    'Create team',
    'Team name',
    'Notifications channel',
    'Admins',
    'Approvers',
    'Approvals needed',
  ],
  'domain.add': ['Add domains', 'Add', 'Domains'],
  'domain.link': ['Link domain', 'Link domain', 'Domain', 'Domains', 'Connection'],
  'domain.testers': ['Test users', 'Save changes', 'Test users'],
  'domain.on': ['Turn on SSO', 'Turn on SSO', 'Reason'],
  'domain.off': ['Turn off SSO', 'Turn off SSO', 'Reason', 'Mail'],
  'domain.unlink': ['Unlink domain', 'Unlink domain', 'Reason'],
  'domain.delete': ['Delete domain', 'Delete domain', 'Reason', 'Type the domain to confirm'],
  'user.invite': ['Invite user', 'Invite', 'E-mail', 'First name', 'Last name'],
};

test.each(Object.entries(MODALS))('the modal of %s keeps its words', (kind, words) => {
  const found = operations.find((one) => one.kind === kind);
  if (found?.type !== 'operation') throw new Error(`${kind} is no operation`);
  expect([found.title, found.submit, ...found.fields.map(({ label }) => label)]).toEqual(words);
});

test('the checkbox for new users keeps its words', () => {
  const found = operations.find(({ kind }) => kind === 'domain.jit');
  const fields = found?.type === 'operation' ? found.fields : [];
  expect(found?.title).toBe('Edit SSO access');
  expect(fields.find(({ name }) => name === 'jit')).toMatchObject({
    type: 'check',
    text: 'Allow just-in-time provisioning to give SSO access to new users',
  });
});
