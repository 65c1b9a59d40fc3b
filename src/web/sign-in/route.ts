import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseEmail } from '../../identity/email.ts';
import { signInMethod } from '../../service/sign-in/method.ts';
import { endSession, signedIn } from '../../service/sign-in/sessions.ts';
import { type Route, send, sendJson } from '../http.ts';
import { wrongMethod } from '../page.ts';
import { noSessionCookie, sessionToken } from './cookies.ts';
import type { SignInDeps } from './deps.ts';
import { bindForm, readBoundForm } from './form.ts';
import { emailPage, signedInPage } from './pages.ts';
import { afterEmail, afterForgot, afterPassword } from './password.ts';
import { afterReset, showReset } from './reset.ts';

type Handler = (
  deps: SignInDeps,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
) => void | Promise<void>;

/** What answers at which address, by method. A form's own address leads back to the beginning when it is opened. */
const PAGES: Record<string, { GET?: Handler; POST?: Handler }> = {
  '/sign-in': { GET: begin, POST: afterEmail },
  '/sign-in/password': { GET: toBeginning, POST: afterPassword },
  '/sign-in/forgot': { GET: toBeginning, POST: afterForgot },
  '/sign-in/reset': { GET: showReset, POST: afterReset },
  '/sign-out': { GET: toBeginning, POST: signOut },
  '/api/sign-in-method': { GET: tellMethod },
};

/** The sign-in: address, password or single sign-on, reset, sign-out. */
export function signInRoute(deps: SignInDeps): Route {
  return async (req, res, url) => {
    if (!Object.hasOwn(PAGES, url.pathname)) return false;
    const page = PAGES[url.pathname] ?? {};
    const handler = page[req.method as 'GET' | 'POST'];
    if (handler) await handler(deps, req, res, url);
    else wrongMethod(res, Object.keys(page));
    return true;
  };
}

async function begin(deps: SignInDeps, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const token = sessionToken(req, deps.publicUrl);
  const person = token ? await signedIn(deps.db, token, deps.clock.now()) : null;
  const form = bindForm(req, deps);
  if (person) signedInPage(res, form, person);
  else emailPage(res, form);
}

function toBeginning(_deps: SignInDeps, _req: IncomingMessage, res: ServerResponse): void {
  send(res, 303, 'text/plain; charset=utf-8', '', { location: '/sign-in' });
}

async function signOut(deps: SignInDeps, req: IncomingMessage, res: ServerResponse): Promise<void> {
  await readBoundForm(req, deps);
  const token = sessionToken(req, deps.publicUrl);
  if (token) await endSession(deps.db, token);
  send(res, 303, 'text/plain; charset=utf-8', '', {
    location: '/sign-in',
    'set-cookie': noSessionCookie(deps.publicUrl),
  });
}

/** The same answer for everybody with an address of the domain. */
async function tellMethod(
  deps: SignInDeps,
  _req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  const parsed = parseEmail(url.searchParams.get('email') ?? '');
  if (!parsed.ok) {
    sendJson(res, 400, { error: parsed.words });
    return;
  }
  const method = await signInMethod(deps.db, parsed.domain);
  sendJson(
    res,
    200,
    method.method === 'sso'
      ? { method: 'sso', url: `${deps.publicUrl}/saml/${method.connectionId}/login` }
      : { method: 'password' },
  );
}
