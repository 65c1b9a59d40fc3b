import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AuthnRequest, buildAuthnRequest, newRequestId } from '../../identity/saml.ts';
import { keepAuthnRequest, testLinkOwner } from '../../service/sign-in/authn-requests.ts';
import type { SignInConnection } from '../../service/sign-in/connection.ts';
import { send } from '../http.ts';
import { errorPage, html, sendPage } from '../page.ts';
import { browserCookie, browserSecret, newBrowserSecret } from './browser.ts';
import { ourSide, type SamlDeps } from './deps.ts';

/**
 * Sends a person to the identity provider with a signed request. A test link says whose test it is.
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
  const token = url.searchParams.get('test');
  const slackId = token ? await testLinkOwner(deps.db, token, connection.id, now) : null;
  if (!slackId) {
    errorPage(res, 404, 'This link has expired or is not complete. Run /sso test in Slack for a new one.');
    return;
  }
  const browser = browserSecret(req) ?? newBrowserSecret();
  const id = newRequestId();
  const { entityId, acsUrl } = ourSide(deps.publicUrl, connection.id);
  await keepAuthnRequest(deps.db, {
    id,
    purpose: 'test',
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
    forceAuthn: true,
  });
  goTo(res, request, connection, browserCookie(browser));
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
    `Sign in at ${connection.name}`,
    html`<form method="post" action="${request.action}">${fields}<p>Your identity provider takes it from here.</p>
<button>Continue</button></form>`,
    {
      'set-cookie': cookie,
      'content-security-policy': `default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'`,
    },
  );
}
