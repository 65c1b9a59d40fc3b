import type { IncomingMessage, ServerResponse } from 'node:http';
import { hashPassword, judgeNewPassword } from '../../identity/passwords.ts';
import { type ResetOwner, resetOwner, useReset } from '../../service/sign-in/password-reset.ts';
import { looksLikeSecret, newSecret } from '../../service/sign-in/tokens.ts';
import { strings } from '../../words/pages.ts';
import { sessionToken } from './cookies.ts';
import type { SignInDeps } from './deps.ts';
import { bindForm, readBoundForm } from './form.ts';
import { endPage, resetPage } from './pages.ts';
import { signedInNow, withinLimits } from './password.ts';

const words = strings.signIn.reset;

/** `GET /sign-in/reset`: shows the form. It uses nothing up, for mail scanners open links too. */
export async function showReset(
  deps: SignInDeps,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  const token = url.searchParams.get('token') ?? '';
  const owner = await ownerOf(deps, token, res);
  if (owner) resetPage(res, bindForm(req, deps), { token, email: owner.email });
}

/** `POST /sign-in/reset`: sets the password, uses the link up and signs in. */
export async function afterReset(deps: SignInDeps, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const form = await readBoundForm(req, deps);
  const token = form.get('token') ?? '';
  if (!(await withinLimits(deps, 'reset', token, req, res))) return;
  const owner = await ownerOf(deps, token, res);
  if (!owner) return;
  const password = form.get('password') ?? '';
  const again = (problem: string) =>
    resetPage(res, bindForm(req, deps), { token, email: owner.email, problem });
  if (password !== form.get('confirm')) return again(words.differ);
  const judged = judgeNewPassword(password, [owner.email, owner.firstName, owner.lastName]);
  if (!judged.ok) return again(judged.words);
  const session = { token: newSecret(), replaces: sessionToken(req, deps.publicUrl) };
  const passwordHash = await hashPassword(password);
  const done = await useReset(deps.db, { token, passwordHash, session, now: deps.clock.now() });
  deps.onSignIn?.('reset', done ? 'ok' : 'used');
  if (done) signedInNow(deps, res, session.token);
  else endPage(res, 403, words.title, words.gone);
}

async function ownerOf(deps: SignInDeps, token: string, res: ServerResponse): Promise<ResetOwner | null> {
  const owner = looksLikeSecret(token) ? await resetOwner(deps.db, token, deps.clock.now()) : null;
  if (owner && !owner.ssoOn) return owner;
  if (owner) endPage(res, 403, words.title, words.ssoOn);
  else endPage(res, 403, words.title, words.gone);
  return null;
}
