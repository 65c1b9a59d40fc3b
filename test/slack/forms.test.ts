import { describe, expect, it } from 'vitest';
import { operations } from '../../src/operations/index.ts';
import type { Field, Operation } from '../../src/operations/operation.ts';
import type { Facts } from '../../src/service/facts/facts.ts';
import { decisionView } from '../../src/slack/decisions.ts';
import { fieldBlocks } from '../../src/slack/fields.ts';
import {
  chooseSubjectView,
  chooseTeamView,
  fieldsView,
  openingView,
  shownFields,
} from '../../src/slack/form.ts';
import { rawInput, type StateValues } from '../../src/slack/values.ts';
import { connectionFact, domainFact, facts, requestFact, teamFact } from '../support/facts.ts';
import { HOSTILE, LONG, LONG_DOMAIN, LONG_EMAIL } from '../support/hostile.ts';
import { expectView } from './inert.ts';

const changes = operations.filter((one): one is Operation => one.type === 'operation');
const ARGS = { domain: 'd1', from: 'home' };

/** A team in which everything has the same name and the longest lists. */
function hostileFacts(name: string): Facts {
  const team = teamFact({ name, admins: ['U0ADMIN001'], approvers: ['U0APPROVE1'], channelId: 'C0SSOCHNG1' });
  const connection = connectionFact({ name, provider: name, ssoUrl: name, entityId: name });
  const domain = domainFact({
    state: 'SSO off',
    name: LONG_DOMAIN,
    connectionId: connection.id,
    testUsers: Array.from({ length: 30 }, () => LONG_EMAIL),
  });
  const summary = { id: 't1', name, admin: true, approver: true };
  return facts({
    team,
    teams: [summary, { ...summary, id: 't2' }],
    workspaceTeams: [summary, { ...summary, id: 't2' }],
    domain,
    domains: [domain],
    connection,
    connections: Array.from({ length: 25 }, (_, i) => ({ ...connection, id: `c${i}` })),
    otherTeam: teamFact({ id: 't2', name }),
    unknown: { words: name, near: [] },
  });
}

describe.each(changes.map((one) => [one.kind, one] as const))('the modal of %s', (_, operation) => {
  it.each([...HOSTILE, LONG, LONG_DOMAIN])('is taken by Slack and harmless with %j', (words) => {
    const read = hostileFacts(words);
    const errors = Object.fromEntries(operation.fields.map(({ name }) => [name, words]));
    for (const view of [
      openingView(operation, read, { args: ARGS }),
      fieldsView(operation, read, { args: ARGS }),
      fieldsView(operation, read, { args: ARGS, errors, notes: [words] }),
    ]) {
      expectView(view);
      expect(view.callback_id).toBe(operation.kind);
      expect(JSON.parse(view.private_metadata ?? '')).toMatchObject({ from: 'home' });
      expect(view.private_metadata).not.toContain(words.trim() || 'evil');
    }
  });

  it('has its title and submit in full, and a block named for each field', () => {
    const read = hostileFacts('Acme');
    const view = fieldsView(operation, read, { args: {} });
    expect(view.title.text).toBe(operation.title);
    expect(view.submit?.text).toBe(operation.submit);
    const inputs = view.blocks.filter((b) => b.type === 'input').map((b) => b.block_id?.replace(/#\d+$/, ''));
    expect([...new Set(inputs)]).toEqual(
      shownFields(operation, read)
        // Nothing to choose from, nothing to ask: the operation itself says why.
        .filter((field) => !('options' in field) || field.options(read).length > 0)
        .map(({ name }) => name),
    );
  });

  it('can be opened when nothing is there yet', () => {
    const bare = facts({ team: teamFact(), domain: null, domains: [], connection: null, connections: [] });
    expectView(fieldsView(operation, bare, { args: {} }));
  });
});

describe('the other modals', () => {
  it.each([...HOSTILE, LONG])('are taken by Slack with %j', (words) => {
    const teams = Array.from({ length: 120 }, (_, i) => ({
      id: `t${i}`,
      name: words,
      admin: true,
      approver: true,
    }));
    expectView(chooseTeamView(teams, { go: 'open', kind: 'domain.add' }));
    for (const subject of ['domain', 'connection', 'domainOrConnection'] as const) {
      expectView(chooseSubjectView(words, subject, { go: 'open', kind: 'domain.on', team: 't1' }));
    }
    const request = requestFact({
      act: words,
      reason: words,
      requester: 'U0ADMIN001',
      impact: { people: 1, teams: [], lines: Array.from({ length: 30 }, () => words) },
      checks: [words],
    });
    expectView(decisionView('approve', request, { request: 'r1' }));
    expectView(decisionView('reject', request, { request: 'r1' }));
  });
});

/** What Slack would send for the first values of some blocks. */
function untouched(blocks: unknown[]): StateValues {
  const values: StateValues = {};
  for (const block of blocks as { block_id: string; element: Record<string, unknown> }[]) {
    const { element, block_id } = block;
    values[block_id] = {
      [String(element.action_id)]: {
        value: element.initial_value as string | undefined,
        selected_option: (element.initial_option as { value: string }) ?? null,
        selected_options: (element.initial_options as { value: string }[]) ?? [],
        selected_users: (element.initial_users as string[]) ?? [],
        selected_conversation: (element.initial_conversation as string) ?? null,
      },
    };
  }
  return values;
}

describe('a field', () => {
  const read = facts({});
  const cases: [Field, unknown][] = [
    [{ name: 'a', label: 'A', type: 'text', initial: () => 'words' }, 'words'],
    [{ name: 'a', label: 'A', type: 'text' }, undefined],
    [{ name: 'a', label: 'A', type: 'email', initial: () => 'anna@acme.com' }, 'anna@acme.com'],
    [{ name: 'a', label: 'A', type: 'check', text: 'Yes', initial: () => true }, true],
    [{ name: 'a', label: 'A', type: 'check', text: 'Yes' }, false],
    [
      {
        name: 'a',
        label: 'A',
        type: 'choice',
        options: () => [{ value: '1', label: 'One' }],
        initial: () => '1',
      },
      '1',
    ],
    [{ name: 'a', label: 'A', type: 'radio', options: () => [{ value: '1', label: 'One' }] }, undefined],
    [
      {
        name: 'a',
        label: 'A',
        type: 'search',
        among: 'domains',
        initial: () => ({ value: 'd1', label: 'acme.com' }),
      },
      'd1',
    ],
    [
      {
        name: 'a',
        label: 'A',
        type: 'search',
        many: true,
        among: 'domains',
        initial: () => [{ value: 'd1', label: 'acme.com' }],
      },
      ['d1'],
    ],
    [{ name: 'a', label: 'A', type: 'people', initial: () => ['U0ADMIN001'] }, ['U0ADMIN001']],
    [{ name: 'a', label: 'A', type: 'channel', initial: () => 'C0GENERAL1' }, 'C0GENERAL1'],
  ];
  it.each(cases)('gives back what it began with: %j', (field, value) => {
    expect(rawInput([field], untouched(fieldBlocks(field, read, {}))).a).toEqual(value);
  });

  it('holds more lines than one input takes, and loses none', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `${i}${LONG_EMAIL.slice(2)}`).join('\n');
    const field: Field = { name: 'emails', label: 'E', type: 'text', lines: 'many', initial: () => lines };
    const blocks = fieldBlocks(field, read, {});
    expect(blocks.length).toBeGreaterThan(1);
    expect(blocks.slice(1).every((block) => block.optional === true)).toBe(true);
    expect(rawInput([field], untouched(blocks)).emails).toBe(lines);
  });

  it('of a channel offers no channel that other organisations read', () => {
    const [block] = fieldBlocks({ name: 'c', label: 'C', type: 'channel' }, read, {});
    expect(block?.element).toMatchObject({
      filter: { include: ['public', 'private'], exclude_external_shared_channels: true },
    });
  });
});
