import { h, safeUrl } from '../dom.ts';
import { now, on, person } from '../state.ts';
import { formatDate } from './dates.ts';

/** @returns the reader's time zone */
export function zone(): string {
  return person()?.tz || Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** English words with the reader's habits (12 or 24 hours, order of day and month). */
function locale(): string {
  return navigator.language.startsWith('en') ? navigator.language : 'en-GB';
}

/**
 * A time in the reader's zone, kept right when the clock moves on or somebody else reads.
 * @param seconds since 1970
 * @param format Slack's tokens, e.g. `{date_short_pretty} at {time}`
 * @param fallback what to show when the time cannot be read
 */
export function time(seconds: number, format: string, fallback = '', url?: string): HTMLElement {
  const words = formatDate(seconds, format, zone(), now(), locale());
  if (words === null) return h('span', null, fallback || format);
  const node = h(
    'time',
    {
      datetime: new Date(seconds * 1000).toISOString(),
      title: formatDate(seconds, '{date_long}, {time_secs}', zone(), now(), locale()),
      'data-seconds': seconds,
      'data-format': format,
    },
    words,
  );
  const href = url && safeUrl(url);
  return href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, node) : node;
}

/** @param ts Slack's time stamp of a message */
export function clockTime(ts: string, format = '{time}'): HTMLElement {
  return time(Number(ts), format);
}

/** Brings every time on the page up to the present. */
export function refreshTimes(): void {
  for (const node of document.querySelectorAll<HTMLElement>('time[data-seconds]')) {
    const words = formatDate(
      Number(node.dataset.seconds),
      node.dataset.format ?? '',
      zone(),
      now(),
      locale(),
    );
    if (words !== null && node.textContent !== words) node.textContent = words;
  }
}

/** Keeps the times right from now on. */
export function keepTimes(): void {
  on('clock', refreshTimes);
  setInterval(refreshTimes, 30_000);
}
