import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SignedIdentity, Verdict } from '../../identity/saml.ts';
import type { OpenRequest } from '../../service/sign-in/authn-requests.ts';
import type { SignInConnection } from '../../service/sign-in/connection.ts';
import { type SsoOutcome, signInBySso } from '../../service/sign-in/sso.ts';
import type { SsoDomain } from '../../service/sign-in/sso-facts.ts';
import { newSecret } from '../../service/sign-in/tokens.ts';
import { strings } from '../../words/pages.ts';
import { send } from '../http.ts';
import { type Html, html, sendPage } from '../page.ts';
import { sessionCookie, sessionToken } from '../sign-in/cookies.ts';
import type { SamlDeps } from './deps.ts';

const words = strings.saml.refused;
/** Admins that a page names; one of them will do. */
const NAMED = 5;

/** Ends a sign-in: signed in and sent on to our own page, always the same one, or refused with what to do. */
export async function finishSignIn(
  deps: SamlDeps,
  connection: SignInConnection,
  request: OpenRequest,
  verdict: Verdict,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  if (!verdict.ok) {
    const { code, detail, fix } = verdict.failed;
    deps.onSignIn?.('sso', code ?? 'refused');
    refuse(res, words.response(connection.name), html`<p>${detail}${fix ? ` ${fix}` : ''}</p>`);
    return;
  }
  const { identity } = verdict;
  const session = {
    token: newSecret(),
    replaces: sessionToken(req, deps.publicUrl),
    ...(identity.sessionUntil && { until: identity.sessionUntil }),
  };
  const outcome = await signInBySso(deps.db, {
    connection,
    requestId: request.id,
    identity,
    session,
    now: deps.clock.now(),
  });
  if (outcome.type === 'signIn') {
    deps.onSignIn?.('sso', 'ok');
    send(res, 303, 'text/plain; charset=utf-8', '', {
      location: '/sign-in',
      'set-cookie': sessionCookie(session.token, deps.publicUrl),
    });
    return;
  }
  const reason = outcome.type === 'used' ? 'used-before' : outcome.reason;
  deps.log.warn({ connection: connection.id, reason }, 'A sign-in was refused');
  deps.onSignIn?.('sso', reason);
  refuse(res, sentence(outcome, identity, connection));
}

function sentence(
  outcome: Exclude<SsoOutcome, { type: 'signIn' }>,
  { email, emailDomain }: SignedIdentity,
  { name }: SignInConnection,
): string {
  if (outcome.type === 'used') return strings.saml.used;
  switch (outcome.reason) {
    case 'not-linked':
      return words.notLinked(emailDomain, name);
    case 'certificate-removed':
      return words.certificateRemoved(name);
    case 'sso-off':
      return words.ssoOff(emailDomain);
    case 'no-account':
    case 'not-in-team':
      return words.invitation(email, outcome.domain.teamName, adminsOf(outcome.domain));
    case 'doubtful':
      if (outcome.doubt.reason === 'subject-of-another')
        return words.sameId(name, outcome.domain.teamName, adminsOf(outcome.domain));
      return words.doubtful(email, name, outcome.domain.teamName, adminsOf(outcome.domain));
  }
}

function adminsOf({ admins }: SsoDomain): string {
  return admins.length === 0 ? '' : words.admins(admins.slice(0, NAMED).map((admin) => admin.name));
}

function refuse(res: ServerResponse, why: string, more: Html = html``): void {
  const body = html`<p>${why}</p>${more}<p><a href="/sign-in">${strings.signIn.back}</a></p>`;
  sendPage(res, 403, words.title, body);
}
