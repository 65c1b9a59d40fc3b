import type { IncomingMessage } from 'node:http';
import type { Secrets } from '../../secrets.ts';
import { hashOf } from '../../service/sign-in/authn-requests.ts';
import { newSecret } from '../../service/sign-in/tokens.ts';
import { strings } from '../../words/pages.ts';
import { HttpRefusal, readForm } from '../http.ts';
import { type Html, html } from '../page.ts';
import { formCookie, formSecret } from './cookies.ts';

/** Passwords, addresses and tokens are short. */
const FORM_BYTES = 16 * 1024;
const FIELD = 'form';
const PURPOSE = 'form';

/** What binds a page's forms to the browser that it was sent to. */
export interface FormBinding {
  /** The hidden field of every form. */
  field: Html;
  /** Headers of the page: the cookie, when the browser has none yet. */
  headers: Record<string, string[]>;
}

/**
 * Binds forms to the browser by a cookie and a hidden field that only we can make from it, so that no other site can
 * post them in somebody's name.
 */
export function bindForm(
  req: IncomingMessage,
  { secrets, publicUrl }: { secrets: Secrets; publicUrl: string },
): FormBinding {
  const known = formSecret(req, publicUrl);
  const secret = known ?? newSecret();
  const value = secrets.sign(hashOf(secret), PURPOSE);
  return {
    field: html`<input type="hidden" name="${FIELD}" value="${value}">`,
    headers: known ? {} : { 'set-cookie': [formCookie(secret, publicUrl)] },
  };
}

/**
 * Reads a form that a page of ours sent to this very browser.
 * @throws HttpRefusal 403 for a form of another site or browser, 413 or 415 as `readForm`
 */
export async function readBoundForm(
  req: IncomingMessage,
  { secrets, publicUrl }: { secrets: Secrets; publicUrl: string },
): Promise<URLSearchParams> {
  const form = await readForm(req, FORM_BYTES);
  const secret = formSecret(req, publicUrl);
  const site = req.headers['sec-fetch-site'];
  const ours =
    (site === undefined || site === 'same-origin') &&
    secret !== undefined &&
    secrets.verify(form.get(FIELD) ?? '', PURPOSE) === hashOf(secret);
  if (!ours) throw new HttpRefusal(403, strings.signIn.form, '/sign-in');
  return form;
}
