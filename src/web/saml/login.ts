import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AuthnRequest, buildAuthnRequest, newRequestId } from '../../identity/saml.ts';
import { keepAuthnRequest, openTestLink } from '../../service/sign-in/authn-requests.ts';
import type { SignInConnection } from '../../service/sign-in/connection.ts';
import { countTry } from '../../service/sign-in/rate-limit.ts';
import { strings } from '../../words/pages.ts';
import { send } from '../http.ts';
import { errorPage, html, sendPage } from '../page.ts';
import { loginLimits } from '../sign-in/limits.ts';
import { endPage, tooOften } from '../sign-in/pages.ts';
import { browserCookie, browserSecret, newBrowserSecret } from './browser.ts';
import { ourSide, type SamlDeps } from './deps.ts';

/**
 * Sends a person to the identity provider with a signed request. A test link says whose test it is; without one it is
 * a sign-in, which anybody may begin: who comes back is what counts.
 * @param deps what the pages work with
 * @param connection which one
 */
export async function login(
  deps: SamlDeps,
  connection: SignInConnection,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  const now = deps.clock.now();
  const counted = await countTry(deps.db, loginLimits(req, deps.publicUrl), now);
  if (!counted.ok) {
    tooOften(res, counted.seconds);
    return;
  }
  const token = url.searchParams.get('test');
  const browser = browserSecret(req, deps.publicUrl) ?? newBrowserSecret();
  const link =
    token === null ? null : await openTestLink(deps.db, { token, connectionId: connection.id, browser }, now);
  if (link && !link.ok) {
    const words = strings.saml.testLink;
    if (link.why === 'gone') errorPage(res, 404, words.gone);
    else errorPage(res, 403, words.elsewhere);
    return;
  }
  if (token === null && !connection.signsIn) {
    endPage(res, 403, strings.saml.refused.title, strings.saml.notOpen(connection.name));
    return;
  }
  deps.judges.warm();
  const slackId = link?.slackId ?? null;
  const id = newRequestId();
  const { entityId, acsUrl } = ourSide(deps.publicUrl, connection.id);
  await keepAuthnRequest(deps.db, {
    id,
    purpose: slackId === null ? 'sign-in' : 'test',
    configHash: connection.configHash,
    slackId,
    connectionId: connection.id,
    workspaceId: connection.workspaceId,
    browser,
    now,
  });
  const request = buildAuthnRequest({
    id,
    ssoUrl: connection.ssoUrl,
    binding: connection.ssoBinding,
    acsUrl,
    spEntityId: entityId,
    relayState: id,
    signingKey: deps.key.privateKeyPem,
    now,
    // A test is to be seen from its beginning; whoever is signed in at their identity provider goes straight on.
    forceAuthn: slackId !== null,
  });
  goTo(res, request, connection, browserCookie(browser, deps.publicUrl));
}

/** Redirects, or posts: by a form that the person sends on themselves, for pages here run no scripts. */
function goTo(
  res: ServerResponse,
  request: AuthnRequest,
  connection: SignInConnection,
  cookie: string,
): void {
  if (request.binding === 'redirect') {
    send(res, 302, 'text/plain; charset=utf-8', '', { location: request.url, 'set-cookie': cookie });
    return;
  }
  const fields = Object.entries(request.fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  sendPage(
    res,
    200,
    strings.saml.toIdp(connection.name),
    html`<form method="post" action="${request.action}">${fields}<p>${strings.saml.idpNext}</p>
<button>${strings.saml.continue}</button></form>`,
    {
      'set-cookie': cookie,
      'content-security-policy': `default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'`,
    },
  );
}
