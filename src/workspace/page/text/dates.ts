/** Slack's date tokens: https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
const DAY_MS = 86_400_000;

const STYLES: Record<string, Intl.DateTimeFormatOptions> = {
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  date_slash: { year: 'numeric', month: '2-digit', day: '2-digit' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

/**
 * @param seconds since 1970
 * @param format words with tokens such as `{date_short_pretty} at {time}`
 * @param zone the reader's IANA time zone
 * @param now the present, for "today" and "3 hours ago"
 * @param locale the reader's habits: 12 or 24 hours, order of day and month
 * @returns the words the reader sees, null when the time is no time
 */
export function formatDate(
  seconds: number,
  format: string,
  zone: string,
  now: Date,
  locale = 'en-GB',
): string | null {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  return format.replace(/\{(\w+)\}/g, (whole, name: string) => {
    if (name === 'date_num') return isoDay(date, zone);
    if (name === 'ago') return ago(date, now, locale);
    const pretty = name.endsWith('_pretty');
    if (pretty) {
      const near = nearDay(date, now, zone);
      if (near) return near;
    }
    const style = STYLES[pretty ? name.replace(/_pretty$/, '').replace('day_divider', 'date_long') : name];
    return style ? new Intl.DateTimeFormat(locale, { ...style, timeZone: zone }).format(date) : whole;
  });
}

/** @returns `2026-03-01`, the day it is in that zone */
export function isoDay(date: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(date);
}

/**
 * @param local `2026-03-01T13:45`, as a clock on the wall in that zone shows it
 * @returns seconds since 1970
 */
export function zonedSeconds(local: string, zone: string): number {
  const wall = new Date(`${local}:00Z`).getTime();
  // The zone's offset at about that time, then once more at the time so found: right across summer time.
  let at = wall;
  for (let round = 0; round < 2; round += 1)
    at = wall - (new Date(`${zonedLocal(at / 1000, zone)}:00Z`).getTime() - at);
  return Math.floor(at / 1000);
}

/** @returns `2026-03-01T13:45`, what a clock on the wall in that zone shows at that time */
export function zonedLocal(seconds: number, zone: string): string {
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(seconds * 1000));
  return text.replace(' ', 'T');
}

function nearDay(date: Date, now: Date, zone: string): string | null {
  const day = isoDay(date, zone);
  for (const [word, shift] of [
    ['today', 0],
    ['yesterday', -1],
    ['tomorrow', 1],
  ] as const) {
    if (day === isoDay(new Date(now.getTime() + shift * DAY_MS), zone)) return word;
  }
  return null;
}

function ago(date: Date, now: Date, locale: string): string {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['second', 60],
    ['minute', 60],
    ['hour', 24],
    ['day', 30],
    ['month', 12],
    ['year', Number.POSITIVE_INFINITY],
  ];
  let amount = seconds;
  for (const [unit, size] of steps) {
    if (Math.abs(amount) < size)
      return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(amount), unit);
    amount /= size;
  }
  return '';
}
