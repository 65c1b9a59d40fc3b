import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Email, parseEmail } from '../../identity/email.ts';
import { signInMethod } from '../../service/sign-in/method.ts';
import { askForReset } from '../../service/sign-in/password-reset.ts';
import { signInByPassword } from '../../service/sign-in/password-sign-in.ts';
import { countTry, forgetTries, takeBackTry } from '../../service/sign-in/rate-limit.ts';
import { newSecret } from '../../service/sign-in/tokens.ts';
import { strings } from '../../words/pages.ts';
import { HttpRefusal, send } from '../http.ts';
import { sessionCookie, sessionToken } from './cookies.ts';
import type { SignInDeps } from './deps.ts';
import { bindForm, readBoundForm } from './form.ts';
import { limitsOf, type Tried } from './limits.ts';
import { emailPage, endPage, forgotPage, passwordPage, ssoPage, tooOften } from './pages.ts';

/**
 * A link for somebody is written to disk and one for nobody is not, which takes some milliseconds: the answer to both
 * comes no sooner than after this long, so that it does not tell them apart.
 */
const FORGOT_MS = 150;

/** `POST /sign-in`: the address, then single sign-on or the password, by the domain's state alone. */
export async function afterEmail(deps: SignInDeps, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const form = await readBoundForm(req, deps);
  const email = addressIn(deps, form, req, res);
  if (!email || (await sentToSso(deps, email, res))) return;
  passwordPage(res, bindForm(req, deps), { email: email.address });
}

/** `POST /sign-in/password`. */
export async function afterPassword(
  deps: SignInDeps,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const form = await readBoundForm(req, deps);
  const email = addressIn(deps, form, req, res);
  if (!email || (await sentToSso(deps, email, res))) return;
  if (!(await withinLimits(deps, 'password', email.key, req, res))) {
    deps.onSignIn?.('password', 'limited');
    return;
  }
  const session = { token: newSecret(), replaces: sessionToken(req, deps.publicUrl) };
  const done = await signInByPassword(deps.db, {
    emailKey: email.key,
    domain: email.domain,
    password: form.get('password') ?? '',
    session,
    now: deps.clock.now(),
  });
  deps.onSignIn?.('password', done ? 'ok' : 'wrong');
  if (!done) {
    passwordPage(res, bindForm(req, deps), {
      email: email.address,
      problem: strings.signIn.password.wrong,
      status: 403,
    });
    return;
  }
  const [byAddress, ...byClient] = limitsOf('password', email.key, req, deps.publicUrl);
  await forgetTries(deps.db, byAddress);
  for (const limit of byClient) await takeBackTry(deps.db, limit);
  signedInNow(deps, res, session.token);
}

/** `POST /sign-in/forgot`: has a link mailed, and says the same whoever asks for whom. */
export async function afterForgot(
  deps: SignInDeps,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const form = await readBoundForm(req, deps);
  const email = addressIn(deps, form, req, res);
  if (!email || (await sentToSso(deps, email, res))) return;
  const words = strings.signIn.forgot;
  if (!deps.mail) {
    endPage(res, 503, words.noMailTitle, words.noMail(deps.supportContact));
    return;
  }
  if (!(await withinLimits(deps, 'forgot', email.key, req, res))) return;
  await Promise.all([askForReset(deps.db, deps.secrets, email.key, deps.clock.now()), sleep(FORGOT_MS)]);
  forgotPage(res, email.address);
}

/** Leads whoever has just signed in to the page that says so. */
export function signedInNow(deps: SignInDeps, res: ServerResponse, token: string): void {
  send(res, 303, 'text/plain; charset=utf-8', '', {
    location: '/sign-in',
    'set-cookie': sessionCookie(token, deps.publicUrl),
  });
}

/**
 * Counts a try.
 * @returns false when there were too many, having said so
 */
export async function withinLimits(
  deps: SignInDeps,
  tried: Tried,
  address: string,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<boolean> {
  const counted = await countTry(deps.db, limitsOf(tried, address, req, deps.publicUrl), deps.clock.now());
  if (counted.ok) return true;
  deps.log.warn({ tried }, 'Somebody tried too often');
  tooOften(res, counted.seconds);
  return false;
}

function addressIn(
  deps: SignInDeps,
  form: URLSearchParams,
  req: IncomingMessage,
  res: ServerResponse,
): Email | null {
  const typed = form.get('email') ?? '';
  if (typed.length > 1024) throw new HttpRefusal(413, strings.errors.tooLarge);
  const parsed = parseEmail(typed.trim());
  if (parsed.ok) return parsed;
  emailPage(res, bindForm(req, deps), { email: typed, problem: parsed.words });
  return null;
}

/** Passwords do not count where SSO is on, whoever has one. */
async function sentToSso(deps: SignInDeps, email: Email, res: ServerResponse): Promise<boolean> {
  const method = await signInMethod(deps.db, email.domain);
  if (method.method === 'sso') ssoPage(res, { ...method, domain: email.domain });
  return method.method === 'sso';
}
