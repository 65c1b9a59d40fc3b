import { describe, expect, test } from 'vitest';
import { settings } from '../../src/operations/settings.ts';
import { setup } from '../../src/operations/setup.ts';
import { peopleNeeded } from '../../src/service/approval.ts';
import type { TeamFact } from '../../src/service/facts/facts.ts';
import { ask, effectContext, errors, expectSaneDocument, granted, refused } from '../support/ask.ts';
import { facts, ID, personFact, teamFact } from '../support/facts.ts';

const [anna, bert, cleo, dora] = ['anna', 'bert', 'cleo', 'dora'].map((name) => `${ID}${name}`) as [
  string,
  string,
  string,
  string,
];
const named = [
  personFact(),
  personFact({ slackId: bert, name: 'Bert' }),
  personFact({ slackId: cleo, name: 'Cleo' }),
  personFact({ slackId: dora, name: 'Dora' }),
];
const read = (over: Partial<TeamFact> = {}) => facts({ team: teamFact(over), named });

/** The modal as it opens for a team, with what the person changed in it. */
function modal(team: TeamFact, over: Record<string, unknown> = {}) {
  const { name, channelId, admins, approvers, approvalsNeeded } = team;
  return { name, channelId, admins, approvers, approvalsNeeded: String(approvalsNeeded), ...over };
}
const asking = (team: Partial<TeamFact>, over: Record<string, unknown>) =>
  ask(settings, read(team), modal(teamFact(team), over));

describe('team settings', () => {
  test('open as they are: saved unchanged, nothing is asked', async () => {
    const team = teamFact({ approvals: { 'domain.on': 2 } });
    const opened = Object.fromEntries(
      settings.fields.map((field) => [
        field.name,
        'initial' in field ? field.initial?.(facts({ team })) : undefined,
      ]),
    );
    const refusal = refused(await ask(settings, facts({ team, named }), opened));
    expect(refusal.text).toBe('Nothing was changed in the settings.');
  });

  test('saved unchanged while the channel takes no messages, they only send it a hello', async () => {
    const { needed, effects } = granted(await asking({ channelTrouble: true }, {}));
    expect(needed).toBeNull();
    expect(effects).toMatchObject([
      { type: 'tell.channel', document: { text: expect.stringMatching(/^Hello! Notices of Acme/) } },
    ]);
  });

  test('a new channel gets a hello, an old one that works does not', async () => {
    const hellos = async (over: Record<string, unknown>) =>
      granted(await asking({}, over)).effects.filter(
        (effect) => effect.type === 'tell.channel' && effect.document.text.startsWith('Hello!'),
      ).length;
    expect(await hellos({ channelId: `${ID}other` })).toBe(1);
    expect(await hellos({ name: 'Other' })).toBe(0);
  });

  test('a new name needs nobody', async () => {
    const { needed, effects } = granted(await asking({}, { name: ' New   Acme ' }));
    expect(needed).toBeNull();
    expect(effects[0]).toMatchObject({ type: 'teams.change', change: { id: `${ID}team`, name: 'New Acme' } });
    expect(effects.at(-1)).toMatchObject({ type: 'tell.channel' });
  });

  test('everything else needs approval, and the card says what changes', async () => {
    const { needed, impact, effects, ready } = granted(
      await asking(
        {},
        {
          channelId: `${ID}other`,
          admins: [anna, dora],
          approvers: [bert, cleo, dora],
          approvalsNeeded: '2',
          'needed:domain.on': '0',
          'needed:settings': 'team',
        },
      ),
    );
    expect(needed).toBe(1);
    expect(impact?.lines).toEqual([
      'Notices go to another channel.',
      'Admins will be: Anna and Dora. 1 person of today loses this role.',
      'Approvers will be: Bert, Cleo and Dora.',
      'Approvals needed: 2 instead of 1.',
      'Approvals for Turn on SSO: 0 instead of as the team.',
    ]);
    expect(settings.act(read(), ready)).toBe(
      'Change the settings of Acme: notifications channel, admins, approvers, approvals needed, approvals for Turn on SSO',
    );
    expect(effects.slice(0, 2)).toEqual([
      {
        type: 'teams.change',
        change: {
          id: `${ID}team`,
          name: 'Acme',
          channelId: `${ID}other`,
          approvalsNeeded: 2,
          approvals: { 'domain.on': 0 },
        },
      },
      {
        type: 'members.set',
        teamId: `${ID}team`,
        members: [
          { slackId: anna, admin: true, approver: false },
          { slackId: bert, admin: false, approver: true },
          { slackId: cleo, admin: false, approver: true },
          { slackId: dora, admin: true, approver: true },
        ],
      },
    ]);
    const approved = settings.effects(read(), ready, effectContext({ requestId: `${ID}request` }));
    // The card tells what changed; the hello goes to the new channel.
    expect(approved.map(({ type }) => type)).toEqual(['teams.change', 'members.set', 'tell.channel']);
  });

  test('rest on the team as it was when they were asked', () => {
    const bound = (over: Partial<TeamFact>) => settings.boundTo?.(read(over), undefined as never);
    expect(bound({ version: 9, admins: [bert, anna] })).toEqual(bound({}));
    expect(bound({ approvers: [bert] })).not.toEqual(bound({}));
    expect(bound({ approvals: { settings: 2 } })).not.toEqual(bound({}));
  });

  test('cannot leave a team without an admin', async () => {
    for (const admins of [[], null, undefined])
      expect(errors(await asking({}, { admins })).admins).toBe('Choose at least one admin.');
  });

  test('take full members who are known and active', async () => {
    const wrong = async (over: object) =>
      errors(
        await ask(
          settings,
          facts({
            team: teamFact(),
            named: [...named.slice(0, 3), personFact({ slackId: dora, name: 'Dora', ...over })],
          }),
          modal(teamFact(), { approvers: [bert, cleo, dora] }),
        ),
      ).approvers;
    expect(await wrong({ guest: true })).toBe('Dora is a guest. Choose full members only.');
    expect(await wrong({ deactivated: true })).toBe('Dora is deactivated in Slack. Choose somebody else.');
    const unknown = await ask(
      settings,
      facts({ team: teamFact() }),
      modal(teamFact(), { approvers: [dora] }),
    );
    expect(errors(unknown).approvers).toBe(
      'One of these people could not be looked up. Choose people of this workspace.',
    );
  });

  test('look at people again when they run: who was deactivated since does not become admin', async () => {
    const { ready } = granted(await asking({}, { admins: [anna, dora] }));
    const later = facts({
      team: teamFact(),
      named: [...named.slice(0, 3), personFact({ slackId: dora, name: 'Dora', deactivated: true })],
    });
    const refusals = settings.requires.flatMap((requirement) => requirement(later, ready) ?? []);
    expect(refusals.map(({ text }) => text)).toEqual(['Dora is deactivated in Slack. Choose somebody else.']);
  });

  test('refuse more approvals than there are people to give them, in the kinds too', async () => {
    const words = '3 approvals cannot be reached: besides the person who asks there are only 2 approvers.';
    expect(errors(await asking({}, { approvalsNeeded: '3' })).approvalsNeeded).toBe(words);
    expect(errors(await asking({}, { 'needed:domain.delete': '3' })).approvalsNeeded).toBe(words);
    granted(await asking({}, { approvalsNeeded: '2' }));
  });

  test('keep a name that no other team of the workspace has', async () => {
    const taken = facts({
      team: teamFact(),
      named,
      workspaceTeams: [
        { id: `${ID}team`, name: 'Acme', admin: true, approver: false },
        { id: `${ID}sales`, name: 'Sales', admin: false, approver: false },
      ],
    });
    expect(errors(await ask(settings, taken, modal(teamFact(), { name: 'sALES' }))).name).toBe(
      'Another team of this workspace has this name. Choose a different one.',
    );
    granted(await ask(settings, taken, modal(teamFact(), { name: 'ACME' })));
    for (const name of ['', '  ', 'x'.repeat(61), 'Ac\u200bme'])
      expect(errors(await asking({}, { name })).name).toMatch(/\.$/);
  });
});

describe('a team that nobody can approve for', () => {
  const alone = { admins: [anna], approvers: [anna] };

  test('gives itself an approver without approval', async () => {
    const { needed } = granted(await asking(alone, { approvers: [anna, bert] }));
    expect(needed).toBeNull();
    const renamed = granted(await asking(alone, { approvers: [anna, bert], channelId: `${ID}other` }));
    expect(renamed.needed).toBeNull();
  });

  test.each([
    ['another admin', { approvers: [anna, bert], admins: [anna, dora] }],
    ['fewer approvals', { approvers: [anna, bert], approvalsNeeded: '0' }],
    ['fewer approvals of one kind', { approvers: [anna, bert], 'needed:domain.off': '0' }],
    ['an approver less', { approvers: [bert] }],
    ['only another channel', { channelId: `${ID}other` }],
  ])('gets nothing else by the way: %s needs approval', async (_what, over) => {
    const { needed, ready } = granted(await asking(alone, over));
    expect(needed).toBe(1);
    expect(settings.approvalAtMost?.(read(alone), ready)).toBe(3);
  });

  test('does not count the asker: making oneself approver is no way out', async () => {
    const { needed } = granted(await asking({ admins: [anna], approvers: [] }, { approvers: [anna] }));
    expect(needed).toBe(1);
  });

  test('with too few approvers left, all that are left decide on new ones', async () => {
    const few = { admins: [anna], approvers: [bert], approvalsNeeded: 2 };
    const { needed, ready } = granted(await asking(few, { approvers: [bert, cleo] }));
    expect(needed).toBe(1);
    expect(peopleNeeded(settings, read(few), ready)).toBe(1);
    const asMany = granted(await asking(few, { approvers: [bert, cleo], admins: [anna, dora] }));
    expect(peopleNeeded(settings, read(few), asMany.ready)).toBe(2);
  });

  test('one that is well gets no shortcut', async () => {
    const { needed, ready } = granted(await asking({}, { approvers: [bert, cleo, dora] }));
    expect(needed).toBe(1);
    expect(settings.approvalAtMost?.(read(), ready)).toBe(3);
  });
});

describe('setting up', () => {
  const first = facts({ team: null, person: personFact({ slackAdmin: true }), named });
  const input = {
    name: 'Acme',
    channelId: `${ID}channel`,
    admins: [anna],
    approvers: [bert],
    approvalsNeeded: '1',
  };

  test('makes the person who asks an admin, unless they choose otherwise', () => {
    const admins = setup.fields.find(({ name }) => name === 'admins');
    expect(admins?.type === 'people' && admins.initial?.(first)).toEqual([anna]);
    expect(setup.right).toBe('slackAdmin');
  });

  test('makes the team with its people, and greets the channel', async () => {
    const { effects, needed, done } = granted(await ask(setup, first, input));
    const id = `${ID}new-1`;
    expect(needed).toBeNull();
    expect(effects).toEqual([
      {
        type: 'teams.add',
        team: {
          id,
          workspaceId: `${ID}workspace`,
          name: 'Acme',
          channelId: `${ID}channel`,
          approvalsNeeded: 1,
          approvals: {},
        },
      },
      {
        type: 'members.set',
        teamId: id,
        members: [
          { slackId: anna, admin: true, approver: false },
          { slackId: bert, admin: false, approver: true },
        ],
      },
      expect.objectContaining({ type: 'tell.channel', teamId: id }),
    ]);
    expect(done.text).toBe('The team Acme is set up. Add a domain and a connection next.');
    expect(done.parts.some(({ type }) => type === 'note')).toBe(false);
  });

  test('lets one person begin alone, and says what is missing', async () => {
    for (const approvers of [[anna], [], null]) {
      const { done } = granted(await ask(setup, first, { ...input, approvers }));
      expect(done.parts).toContainEqual({
        type: 'note',
        words: 'Nobody can approve what the only admin asks for: add an approver who is somebody else.',
      });
    }
  });

  test('refuses approvals that some approvers cannot reach', async () => {
    expect(errors(await ask(setup, first, { ...input, approvalsNeeded: '3' })).approvalsNeeded).toBe(
      '3 approvals cannot be reached: besides the person who asks there is only 1 approver.',
    );
  });

  test('makes a further team, under a name of its own', async () => {
    const further = facts({ person: personFact({ slackAdmin: true }), named });
    expect(errors(await ask(setup, further, { ...input, name: 'ACME ' })).name).toContain(
      'Choose a different one',
    );
    granted(await ask(setup, further, { ...input, name: 'Sales' }));
    const intro = setup.intro?.(further);
    if (!intro) throw new Error('no words about the team that is there');
    expectSaneDocument(intro);
  });
});
