import type { Idp, RespondOptions } from '../../src/workspace/idp/idp.ts';
import { readAuthnRequest } from '../../src/workspace/idp/request.ts';

/** What a browser does in a sign-in: keeps the cookie, follows the redirect, posts the answer. */
export interface SignInPage {
  status: number;
  html: string;
}

/** The cookie of the browser in which an address was opened: the same address is opened in the same one again. */
const browsers = new Map<string, string>();

/**
 * Opens a login address, lets the identity provider answer, and posts the answer.
 * @param link our login address
 * @param idp who answers
 * @param given what the answer says, beside what the request asks for
 * @returns the page that the ACS answers with
 */
export async function signIn(
  link: string,
  idp: Idp,
  given: Pick<RespondOptions, 'user'> & Partial<RespondOptions>,
): Promise<SignInPage & { post: () => Promise<SignInPage> }> {
  const before = browsers.get(link);
  const login = await fetch(link, { redirect: 'manual', ...(before && { headers: { cookie: before } }) });
  if (login.status !== 302)
    return { status: login.status, html: await login.text(), post: () => never(login.status) };
  const to = new URL(login.headers.get('location') ?? '');
  const request = readAuthnRequest(to.searchParams.get('SAMLRequest') ?? '', 'redirect');
  if (!request?.acsUrl) throw new Error('the login sent no sign-in request');
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  browsers.set(link, cookie);
  const acsUrl = request.acsUrl;
  const response = idp.respond({ acsUrl, audience: request.issuer, inResponseTo: request.id, ...given });
  const post = async (): Promise<SignInPage> => {
    const answer = await fetch(acsUrl, {
      method: 'POST',
      headers: { cookie },
      body: new URLSearchParams({
        SAMLResponse: response,
        RelayState: to.searchParams.get('RelayState') ?? '',
      }),
    });
    return { status: answer.status, html: await answer.text() };
  };
  return { ...(await post()), post };
}

function never(status: number): Promise<SignInPage> {
  throw new Error(`there is nothing to post: the login answered ${status}`);
}
