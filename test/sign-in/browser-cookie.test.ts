import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { browserCookie, browserSecret } from '../../src/web/saml/browser.ts';

const SECRET = 'a'.repeat(43);
const asking = (cookie: string) => ({ headers: { cookie } }) as IncomingMessage;

test('over https no other host of the site can set the cookie that binds a sign-in', () => {
  const at = 'https://sso.example';
  const cookie = browserCookie(SECRET, at);
  expect(cookie).toMatch(/^__Host-drawbridge_browser=a{43}; Path=\/; /);
  for (const flag of ['HttpOnly', 'Secure', 'SameSite=None']) expect(cookie).toContain(flag);
  expect(cookie).not.toContain('Domain');
  expect(browserSecret(asking(`drawbridge_browser=${SECRET}`), at)).toBeUndefined();
  expect(browserSecret(asking(`__Host-drawbridge_browser=${SECRET}`), at)).toBe(SECRET);
});

test('on localhost, where browsers grant no prefix, it goes without', () => {
  const at = 'http://localhost:3000';
  expect(browserCookie(SECRET, at)).toMatch(/^drawbridge_browser=/);
  expect(browserSecret(asking(`drawbridge_browser=${SECRET}`), at)).toBe(SECRET);
});
