import type { ServerResponse } from 'node:http';
import { PASSWORD_LENGTH } from '../../identity/passwords.ts';
import type { SignedIn } from '../../service/sign-in/sessions.ts';
import { strings } from '../../words/pages.ts';
import { type Html, html, sendPage } from '../page.ts';
import type { FormBinding } from './form.ts';

const words = strings.signIn;
const nothing = html``;

/** The words that say what is wrong, before the field they are about. */
function problem(sentence: string | undefined): Html {
  return sentence ? html`<p class="problem" role="alert" id="problem">${sentence}</p>` : nothing;
}

/** What ties a field to the sentence that says what is wrong with it. */
function marked(sentence: string | undefined): Html {
  return sentence ? html` aria-invalid="true" aria-describedby="problem"` : nothing;
}

/** Where the address is asked. */
export function emailPage(
  res: ServerResponse,
  form: FormBinding,
  given: { email?: string; problem?: string } = {},
): void {
  const body = html`${problem(given.problem)}
<form method="post" action="/sign-in">${form.field}
<label for="email">${words.email}</label>
<input id="email" name="email" type="email" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus maxlength="254" value="${given.email ?? ''}"${marked(given.problem)}>
<button>${words.next}</button>
</form>`;
  sendPage(res, given.problem ? 400 : 200, words.title, body, form.headers);
}

/** Where the password is asked; the same for everybody, known or not. */
export function passwordPage(
  res: ServerResponse,
  form: FormBinding,
  given: { email: string; problem?: string; status?: number; headers?: Record<string, string> },
): void {
  const texts = words.password;
  const body = html`${problem(given.problem)}
<form method="post" action="/sign-in/password">${form.field}
<label for="email">${words.email}</label>
<input id="email" name="email" type="email" autocomplete="username" readonly value="${given.email}">
<p class="aside"><a href="/sign-in">${texts.change}</a></p>
<label for="password">${texts.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus maxlength="512"${marked(given.problem)}>
<button>${texts.submit}</button>
</form>
<form method="post" action="/sign-in/forgot" class="second">${form.field}
<input type="hidden" name="email" value="${given.email}">
<p>${texts.forgotHint}</p>
<button class="quiet">${texts.forgot}</button>
</form>`;
  sendPage(res, given.status ?? 200, words.title, body, { ...form.headers, ...given.headers });
}

/**
 * Sends on to single sign-on. By a refresh and a link: a form may not lead to another site here, not even by a
 * redirect, and pages run no scripts.
 */
export function ssoPage(
  res: ServerResponse,
  given: { domain: string; connectionId: string; connectionName: string },
): void {
  const address = `/saml/${given.connectionId}/login`;
  const body = html`<p>${words.sso.words(given.domain, given.connectionName)}</p>
<p><a class="button" href="${address}">${words.sso.onwards(given.connectionName)}</a></p>
<p class="aside"><a href="/sign-in">${words.password.change}</a></p>`;
  sendPage(res, 200, words.sso.title, body, { refresh: `0; url=${address}` });
}

/** Says that a mail may be on its way; the same for everybody, known or not. */
export function forgotPage(res: ServerResponse, email: string): void {
  const body = html`<p>${words.forgot.sent(email)}</p><p>${words.forgot.nothing}</p>
<p><a href="/sign-in">${words.back}</a></p>`;
  sendPage(res, 200, words.forgot.title, body);
}

/** Where a new password is typed twice. */
export function resetPage(
  res: ServerResponse,
  form: FormBinding,
  given: { token: string; email: string; problem?: string },
): void {
  const texts = words.reset;
  const body = html`<p>${texts.for(given.email)}</p>${problem(given.problem)}
<form method="post" action="/sign-in/reset">${form.field}
<input type="hidden" name="token" value="${given.token}">
<input type="email" name="email" autocomplete="username" value="${given.email}" readonly hidden>
<label for="password">${texts.password}</label>
<input id="password" name="password" type="password" autocomplete="new-password" required autofocus minlength="${PASSWORD_LENGTH.min}" maxlength="${PASSWORD_LENGTH.max * 4}"${marked(given.problem)}>
<p class="aside">${texts.rules(PASSWORD_LENGTH.min)}</p>
<label for="confirm">${texts.confirm}</label>
<input id="confirm" name="confirm" type="password" autocomplete="new-password" required maxlength="${PASSWORD_LENGTH.max * 4}"${marked(given.problem)}>
<button>${texts.submit}</button>
</form>`;
  sendPage(res, given.problem ? 400 : 200, texts.title, body, form.headers);
}

/** Who is signed in, and the way out. */
export function signedInPage(res: ServerResponse, form: FormBinding, person: SignedIn): void {
  const texts = words.signedIn;
  const name = `${person.firstName} ${person.lastName}`.trim();
  const body = html`<p><strong>${texts.who(name, person.email)}</strong></p>
<p>${person.connectionName === null ? texts.byPassword : texts.bySso(person.connectionName)}</p>
<p>${person.teams.length > 0 ? texts.teams(person.teams) : texts.noTeam}</p>
<form method="post" action="/sign-out">${form.field}<button>${texts.signOut}</button></form>`;
  sendPage(res, 200, texts.title, body, form.headers);
}

/** Says that there were too many tries, and for how long to wait. */
export function tooOften(res: ServerResponse, seconds: number): void {
  endPage(res, 429, strings.errors.titles[429] ?? '', words.wait(Math.ceil(seconds / 60)), {
    'retry-after': String(seconds),
  });
}

/** A sentence that ends the way, with the way back. */
export function endPage(
  res: ServerResponse,
  status: number,
  title: string,
  sentence: string,
  headers: Record<string, string> = {},
): void {
  const body = html`<p>${sentence}</p><p><a href="/sign-in">${words.back}</a></p>`;
  sendPage(res, status, title, body, headers);
}
