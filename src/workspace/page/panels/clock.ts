import { h } from '../dom.ts';
import { now } from '../state.ts';
import { time, zone } from '../text/time.ts';
import { actButton } from './act.ts';

const HOUR = 3_600_000;
const STEPS: [words: string, ms: number][] = [
  ['1 hour', HOUR],
  ['1 day', 24 * HOUR],
  ['1 week', 7 * 24 * HOUR],
  ['30 days', 30 * 24 * HOUR],
];

/** @param data how far the workspace's clock was moved */
export function clockPanel(data: unknown): (Node | string | false)[] {
  const { offset_ms: offset = 0 } = (data ?? {}) as { offset_ms?: number };
  const days = Math.round(offset / (24 * HOUR));
  return [
    h('p', { class: 'big-time' }, time(now().getTime() / 1000, '{date_long}, {time}')),
    h(
      'p',
      { class: 'quiet' },
      zone().replaceAll('_', ' '),
      Math.abs(offset) > HOUR / 2 &&
        `, ${days >= 1 ? `${days} ${days === 1 ? 'day' : 'days'}` : `${Math.round(offset / HOUR)} hours`} ahead of this computer`,
    ),
    h(
      'p',
      null,
      'Move the time forward to see reminders, expiries and certificate notices. It goes back only with npm start -- --reset.',
    ),
    h(
      'div',
      { class: 'row-buttons' },
      STEPS.map(([words, ms]) =>
        actButton(
          `Forward ${words}`,
          'clock',
          'forward',
          { ms },
          `It is ${words} later`,
          ms === 24 * HOUR ? 'primary' : '',
        ),
      ),
    ),
  ];
}
