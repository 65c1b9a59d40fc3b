/** Words by which people try what a chat makes of them. */
export const HOSTILE = [
  '<!channel> <!here> <!everyone>',
  '<@U0OWNER001> <#C0GENERAL1> <!subteam^S0TEAM>',
  '<https://evil.example|your bank>',
  'https://evil.example/?a=1&b=<2>',
  '*bold* _it_ ~no~ `code` ```block``` > quote',
  ':smile: &lt;!channel&gt; &amp;amp;',
  '\u202eevil\u202c \u2066isolated\u2069 zero\u200bwidth\ufeff',
  'line\nfeed\r\nand\ttab\u0000nul\u0007bell',
  '👩‍👩‍👧‍👦 \ud83d half',
  '',
  ' ',
] as const;

/** All of it at once, and very long. */
export const LONG = `${HOSTILE.join(' ')} ${'😀<!channel>&'.repeat(800)}`;

/** The longest domain name there is, and the longest address. */
export const LONG_DOMAIN = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.test`;
export const LONG_EMAIL = `${'x'.repeat(64)}@${'y'.repeat(63)}.${'z'.repeat(63)}.${'w'.repeat(57)}.ab`;
