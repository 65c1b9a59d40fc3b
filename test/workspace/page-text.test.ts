import { describe, expect, it } from 'vitest';
import { commands, hintSlots } from '../../src/workspace/page/suggestions.ts';
import { formatDate, zonedLocal, zonedSeconds } from '../../src/workspace/page/text/dates.ts';
import { parseMrkdwn } from '../../src/workspace/page/text/mrkdwn.ts';

const inline = (source: string, verbatim = false) => {
  const [first] = parseMrkdwn(source, verbatim);
  return first && 'children' in first ? first.children : first;
};

describe('mrkdwn as Slack reads it', () => {
  it('reads styles only at the edges of words', () => {
    expect(inline('a *b c* d')).toEqual([
      { type: 'text', text: 'a ' },
      { type: 'bold', children: [{ type: 'text', text: 'b c' }] },
      { type: 'text', text: ' d' },
    ]);
    expect(inline('2*3*4 snake_case_name')).toEqual([{ type: 'text', text: '2*3*4 snake_case_name' }]);
    expect(inline('* not bold *')).toEqual([{ type: 'text', text: '* not bold *' }]);
  });

  it('finds every kind of token, and nothing in what was escaped', () => {
    expect(inline('<@U1> <#C1|general> <!here> <!subteam^S1|ops> <https://a.example|a>')).toMatchObject([
      { type: 'user', id: 'U1', token: '<@U1>' },
      {},
      { type: 'channel', id: 'C1', label: 'general' },
      {},
      { type: 'broadcast', range: 'here', token: '<!here>' },
      {},
      { type: 'group', id: 'S1', label: 'ops' },
      {},
      { type: 'link', url: 'https://a.example', text: 'a' },
    ]);
    expect(inline('&lt;!channel&gt; &amp;lt;')).toEqual([{ type: 'text', text: '<!channel> &lt;' }]);
  });

  it('links bare addresses unless the text is verbatim', () => {
    expect(inline('see https://a.example/b.')).toMatchObject([
      { text: 'see ' },
      { type: 'link', url: 'https://a.example/b' },
      { text: '.' },
    ]);
    expect(inline('see https://a.example/b', true)).toEqual([
      { type: 'text', text: 'see https://a.example/b' },
    ]);
    expect(inline('to bea@harbour.example')).toMatchObject([{}, { url: 'mailto:bea@harbour.example' }]);
  });

  it('leaves code alone and reads quotes and preformatted parts', () => {
    expect(inline('`*a* <@U1>`')).toEqual([{ type: 'code', text: '*a* @U1' }]);
    expect(parseMrkdwn('> quoted\nplain\n```a *b*\nc```after').map((chunk) => chunk.type)).toEqual([
      'quote',
      'paragraph',
      'preformatted',
      'paragraph',
    ]);
    expect(parseMrkdwn('an open ``` fence')).toHaveLength(1 + 1);
  });

  it('reads dates with their fallback and link', () => {
    expect(inline('<!date^1772355600^{date} at {time}^https://a.example|then>')).toMatchObject([
      {
        type: 'date',
        seconds: 1772355600,
        format: '{date} at {time}',
        link: 'https://a.example',
        fallback: 'then',
      },
    ]);
  });
});

describe('dates in the reader’s zone', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const at = (iso: string) => Date.parse(iso) / 1000;

  it('says today, yesterday and tomorrow by the reader’s calendar', () => {
    const late = at('2026-03-01T22:30:00Z');
    expect(formatDate(late, '{date_short_pretty}', 'Europe/Stockholm', now)).toBe('today');
    expect(formatDate(late, '{date_short_pretty}', 'Asia/Tokyo', now)).toBe('tomorrow');
    expect(formatDate(late + 86_400, '{date_short_pretty}', 'Asia/Tokyo', now)).toBe('3 Mar 2026');
    expect(formatDate(late, '{date_pretty}', 'Asia/Tokyo', new Date('2026-03-01T20:00:00Z'))).toBe('today');
    expect(formatDate(at('2026-02-28T12:00:00Z'), '{date_pretty}', 'UTC', now)).toBe('yesterday');
    expect(formatDate(at('2026-03-02T12:00:00Z'), 'until {date_long_pretty}', 'UTC', now)).toBe(
      'until tomorrow',
    );
  });

  it('knows the other tokens, and leaves unknown ones as they are', () => {
    const time = at('2026-03-01T10:00:00Z');
    expect(formatDate(time, '{date_num} {time}', 'Asia/Tokyo', now)).toBe('2026-03-01 19:00');
    expect(formatDate(time, '{ago} {nonsense}', 'UTC', now)).toBe('2 hours ago {nonsense}');
    expect(formatDate(time, '{time}', 'UTC', now, 'en-US')).toBe('10:00 AM');
    expect(formatDate(Number.NaN, '{date}', 'UTC', now)).toBeNull();
  });

  it('takes a clock on the wall to the right moment, also when summer time begins', () => {
    for (const local of ['2026-03-29T01:30', '2026-03-29T03:30', '2026-10-25T12:00']) {
      expect(zonedLocal(zonedSeconds(local, 'Europe/Stockholm'), 'Europe/Stockholm')).toBe(local);
    }
    expect(zonedSeconds('2026-07-01T12:00', 'Europe/Stockholm')).toBe(at('2026-07-01T10:00:00Z'));
  });
});

describe('completion of commands', () => {
  const all = [
    { command: '/sso', description: 'Run SSO', usage_hint: '[status|add|off] [name]' },
    { command: '/invite', usage_hint: '@name', builtin: true },
  ];
  const labels = (typed: string) => commands(typed, all).suggestions.map((one) => one.label);

  it('reads the usage hint', () => {
    expect(hintSlots('[status|add] [name] <x>')).toEqual([['status', 'add'], ['name'], ['x']]);
  });

  it('offers commands, then their words, then says what follows', () => {
    expect(labels('/s')).toEqual(['/sso']);
    expect(labels('/sso ')).toEqual(['status', 'add', 'off']);
    expect(labels('/sso a')).toEqual(['add']);
    expect(commands('/sso off ', all)).toEqual({ suggestions: [], hint: '[name]' });
    expect(commands('/sso off harbour', all)).toEqual({ suggestions: [] });
  });
});
