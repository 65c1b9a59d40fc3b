import { addHours } from 'date-fns';
import { describe, expect, test } from 'vitest';
import { addDomains } from '../../src/operations/add-domains.ts';
import type { Facts, NameFact } from '../../src/service/facts/facts.ts';
import { ask, errors, granted, refused } from '../support/ask.ts';
import { facts, ID, NOW } from '../support/facts.ts';

const free = (name: string): NameFact => ({ name, own: null, liveElsewhere: null });
const adding = (...names: NameFact[]): Facts => facts({ names });
const live = (workspaceId: string) => ({ teamId: `${ID}sales`, teamName: 'Sales', workspaceId });

describe('what is written', () => {
  test.each([
    ['acme.com', ['acme.com']],
    ['ACME.com.\n\n  @acme.org \r\nhttps://www.acme.net/about?x=1', ['acme.com', 'acme.org', 'acme.net']],
    ['acme.com, acme.org; acme.net acme.dev', ['acme.com', 'acme.org', 'acme.net', 'acme.dev']],
    ['<http://acme.com|acme.com>\nanna@acme.com', ['acme.com']],
    ['München.de', ['xn--mnchen-3ya.de']],
  ])('%j is read forgivingly', (domains, names) => {
    expect(addDomains.input.parse({ domains })).toEqual({ names });
  });

  test('every bad line is told under the field', async () => {
    const { domains } = errors(
      await ask(addDomains, facts(), { domains: 'acme.com\nacme\ngmail.com\nac\u200bme.org' }),
    );
    expect(domains?.split('\n')).toEqual([
      expect.stringContaining('“acme” has no dot'),
      expect.stringContaining('gmail.com gives mailboxes to anyone'),
      expect.stringContaining('characters that cannot be seen'),
    ]);
  });

  test('of many bad lines the first are told, and how many more there are', async () => {
    const bad = Array.from({ length: 12 }, (_, i) => `bad${i}`).join('\n');
    expect(errors(await ask(addDomains, facts(), { domains: bad })).domains).toMatch(
      /“bad4” .*\nAnd 7 more like these\.$/,
    );
  });

  test('nothing, or more than 200, is refused', async () => {
    for (const domains of [undefined, '', ' \n '])
      expect(errors(await ask(addDomains, facts(), { domains })).domains).toBe(
        'Write at least one domain, like acme.com.',
      );
    const many = Array.from({ length: 201 }, (_, i) => `d${i}.acme.com`).join('\n');
    expect(errors(await ask(addDomains, facts(), { domains: many })).domains).toBe(
      'These are 201 domains: add at most 200 at once.',
    );
  });
});

describe('who has it', () => {
  test('a domain of the team itself is pointed to', async () => {
    const own = { id: `${ID}domain`, state: 'Unverified' as const, version: 1 };
    const waiting = refused(
      await ask(addDomains, adding({ ...free('acme.com'), own }), { domains: 'acme.com' }),
    );
    expect(waiting.text).toBe('acme.com is in this team already and waits for its TXT record.');
    expect(waiting.kinds).toEqual(['domain.verify', 'status']);
    const on = { ...own, state: 'SSO on' as const };
    const there = refused(
      await ask(addDomains, adding({ ...free('acme.com'), own: on }), { domains: 'acme.com' }),
    );
    expect(there.text).toBe('acme.com is in this team already (SSO on).');
    expect(there.kinds).toEqual(['status']);
  });

  test('another team of the workspace is named, one elsewhere is not', async () => {
    const told = async (workspaceId: string) =>
      errors(
        await ask(addDomains, adding({ ...free('acme.com'), liveElsewhere: live(workspaceId) }), {
          domains: 'acme.com',
        }),
      ).domains;
    expect(await told(`${ID}workspace`)).toBe(
      'The team Sales has acme.com already: ask its admins to move or delete it, or contact support.',
    );
    expect(await told(`${ID}elsewhere`)).toBe(
      'Another team has acme.com already: ask its admins to move or delete it, or contact support.',
    );
  });

  test('one taken among several is told by its line, and nothing is added', async () => {
    const read = adding(
      free('acme.com'),
      { ...free('acme.org'), own: { id: `${ID}domain`, state: 'Verified', version: 1 } },
      { ...free('acme.net'), liveElsewhere: live(`${ID}elsewhere`) },
    );
    const asked = await ask(addDomains, read, { domains: 'acme.com\nacme.org\nacme.net' });
    expect(errors(asked).domains?.split('\n')).toEqual([
      'acme.org is in this team already (Verified).',
      expect.stringMatching(/^Another team has acme\.net/),
    ]);
  });
});

describe('what comes of it', () => {
  test('one domain with a token of its own, told to the channel', async () => {
    const asked = granted(await ask(addDomains, adding(free('acme.com')), { domains: 'acme.com' }));
    const [domain] = asked.ready.domains;
    expect(domain?.token).toMatch(/^[0-9a-f]{32,}$/);
    expect(asked.needed).toBeNull();
    expect(asked.effects).toEqual([
      {
        type: 'domains.add',
        domains: [{ ...domain, teamId: `${ID}team`, addedBy: `${ID}anna`, lookAt: addHours(NOW, 1) }],
      },
      expect.objectContaining({ type: 'tell.channel', teamId: `${ID}team` }),
    ]);
    expect(asked.done.parts).toEqual([
      { type: 'text', words: 'acme.com was added. Publish this TXT record in its DNS, then verify it.' },
      { type: 'copy', label: 'Name of the TXT record', value: '_drawbridge-challenge.acme.com' },
      {
        type: 'copy',
        label: 'Value of the TXT record',
        value: `drawbridge-verification=${domain?.token}`,
      },
      {
        type: 'steps',
        steps: [
          {
            label: 'Verify',
            go: 'do',
            kind: 'domain.verify',
            args: { domain: domain?.id },
            style: 'primary',
          },
        ],
      },
      { type: 'note', words: 'Drawbridge also looks by itself, every hour for the first 2 days.' },
    ]);
  });

  test('two hundred domains, each with its record, in few blocks', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `d${i}.acme.com`);
    const asked = granted(await ask(addDomains, adding(...names.map(free)), { domains: names.join('\n') }));
    expect(new Set(asked.ready.domains.flatMap(({ id, token }) => [id, token])).size).toBe(400);
    const copied = asked.done.parts.flatMap((part) => (part.type === 'copy' ? [part.value] : []));
    for (const { name, token } of asked.ready.domains)
      expect(
        copied.some((text) =>
          text.includes(`_drawbridge-challenge.${name}\ndrawbridge-verification=${token}`),
        ),
      ).toBe(true);
    for (const text of copied) expect(text.length).toBeLessThanOrEqual(3000);
  });
});
