import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { message } from '../../src/slack/blocks.ts';
import { escaped, shorten, shortenName } from '../../src/slack/inert.ts';
import { homeView, resultView } from '../../src/slack/views.ts';
import type { Document, Part } from '../../src/words/document.ts';
import { say } from '../../src/words/document.ts';
import { HOSTILE, LONG, LONG_DOMAIN } from '../support/hostile.ts';
import { wordsOf } from '../support/slack-person.ts';
import { expectMessage, expectView } from './inert.ts';

const WHEN = new Date('2026-03-02T10:00:00Z');

/** Every kind of part, full of the same words. */
function everything(words: string): Document {
  const step = { label: words, go: 'show' as const, kind: 'status', args: { domain: 'd1' } };
  const pieces = [words, { bold: words }, { code: words }, { person: 'U0ADMIN001' }, { time: WHEN }];
  const parts: Part[] = [
    { type: 'heading', text: words },
    {
      type: 'text',
      words: [...pieces, { channel: 'C0GENERAL1' }, { link: 'https://ok.example', text: words }],
    },
    { type: 'note', words: pieces },
    {
      type: 'fields',
      rows: [
        [words, pieces],
        ['Label', words],
      ],
    },
    { type: 'copy', label: words, value: words },
    { type: 'list', items: [{ words }, { words: pieces }] },
    {
      type: 'list',
      items: [
        { words, note: words, step },
        { words: pieces, note: pieces, step },
      ],
    },
    { type: 'progress', done: 3, total: 9, words },
    {
      type: 'ticks',
      items: [
        { done: true, words },
        { done: false, words: pieces },
      ],
    },
    { type: 'divider' },
    { type: 'steps', steps: Array.from({ length: 30 }, () => step) },
  ];
  return { text: words, parts };
}

describe.each([...HOSTILE, LONG, LONG_DOMAIN].map((words) => [words.slice(0, 40), words]))(
  'with %j',
  (_, words) => {
    it('a message, a modal and Home are taken by Slack and harmless', () => {
      const document = everything(words);
      expectMessage(message(document));
      expectView(resultView(words, document));
      expectView(homeView(document), 'home');
    });
  },
);

describe('blocks', () => {
  it('say all words, and no more than fit', () => {
    const many: Document = {
      text: 'Many.',
      parts: [
        ...Array.from({ length: 200 }, (_, i): Part => ({ type: 'text', words: `line ${i}` })),
        { type: 'steps', steps: [{ label: 'More', go: 'show', kind: 'overview', args: {} }] },
      ],
    };
    const shown = message(many);
    expectMessage(shown);
    expect(shown.blocks).toHaveLength(50);
    expect(wordsOf({ blocks: shown.blocks })).toContain('There is more than fits here.');
    expect(shown.blocks.at(-1)?.type).toBe('actions');
  });

  it('keep a value to copy in full, alone in its own box', () => {
    const value = `drawbridge-verification=${'a'.repeat(60)}`;
    const { blocks } = message({ text: 'x', parts: [{ type: 'copy', label: 'Value', value }] });
    expect(JSON.stringify(blocks)).toContain(
      `{"type":"rich_text_preformatted","elements":[{"type":"text","text":"${value}"}]}`,
    );
  });

  it('show a moment in the zone of whoever reads it', () => {
    expect(JSON.stringify(message(say([{ time: WHEN }])).blocks)).toContain(
      `"timestamp":${WHEN.getTime() / 1000}`,
    );
  });

  it('name people in the text for notifications, and mention nobody by words', () => {
    const words = [{ person: 'U0ADMIN001' }, ' said <@U0OWNER001> @U0OWNER001 & ', { time: WHEN }];
    const { text } = message(say(words));
    expect(text).toBe(
      `<@U0ADMIN001> said &lt;@U0OWNER001&gt; @U0OWNER001 &amp; <!date^${WHEN.getTime() / 1000}^{date_short_pretty} at {time}|2026-03-02 10:00 UTC>`,
    );
  });

  it('number buttons that do the same', () => {
    const step = { label: 'Go', go: 'do' as const, kind: 'domain.verify', args: {} };
    const ids = [
      ...JSON.stringify(message(say('x', [step, step, step])).blocks).matchAll(/"action_id":"([^"]+)"/g),
    ];
    expect(ids.map(([, id]) => id)).toEqual(['do:domain.verify', 'do:domain.verify#2', 'do:domain.verify#3']);
  });

  it('tell progress in words beside the bar, never beyond its ends', () => {
    for (const [done, total] of [
      [0, 0],
      [5, 0],
      [20, 10],
      [-1, 10],
      [5, 10],
    ] as const) {
      const words = wordsOf(
        message({ text: 'x', parts: [{ type: 'progress', done, total, words: '5 of 10' }] }),
      );
      expect(words).toMatch(/[▓░]{20}/);
      expect(words).toContain('5 of 10');
    }
  });

  it('never make a link of what is no web address', () => {
    const { blocks } = message(say([{ link: 'javascript:alert(1)', text: 'click' }]));
    expect(JSON.stringify(blocks)).not.toContain('javascript');
  });
});

describe('shortening', () => {
  it('keeps the length, says that it cut, and never halves a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 3, max: 80 }),
        (words, max) => {
          for (const short of [shorten(words, max), shortenName(words, max)]) {
            expect(short.length).toBeLessThanOrEqual(Math.max(max, 0));
            expect(/\p{Surrogate}/u.test(short)).toBe(/\p{Surrogate}/u.test(words));
            if (words.length > max) expect(short).toContain('…');
            else expect(short).toBe(words);
          }
        },
      ),
    );
  });

  it('escapes so that nothing of Slack’s markup is left', () => {
    expect(escaped('<!channel> & <@U1>')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;');
  });
});
