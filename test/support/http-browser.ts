import type { Idp, RespondOptions } from '../../src/workspace/idp/idp.ts';
import { readAuthnRequest } from '../../src/workspace/idp/request.ts';

/** A page as it came, with the forms in it. */
export interface HttpPage {
  status: number;
  headers: Headers;
  html: string;
  title: string;
  /** Where the page was at last. */
  url: string;
}

/** What a person types into a form; hidden fields are sent as they are. */
type Typed = Record<string, string>;

/** A browser without scripts: it keeps cookies, follows redirects within our pages, and sends forms. */
export interface HttpBrowser {
  cookies: Map<string, string>;
  /** Every Set-Cookie header so far. */
  setCookies: string[];
  get(path: string, headers?: Record<string, string>): Promise<HttpPage>;
  /** Sends the form of a page whose address is `action`. */
  submit(page: HttpPage, action: string, typed?: Typed, headers?: Record<string, string>): Promise<HttpPage>;
  /** Posts anything. */
  post(path: string, fields: Typed, headers?: Record<string, string>): Promise<HttpPage>;
  /** Begins at a login address: the answer that the identity provider gives, not yet posted. */
  begin(
    login: string,
    idp: Idp,
    given: Pick<RespondOptions, 'user'> & Partial<RespondOptions>,
  ): Promise<Begun>;
  /** The whole way: login, identity provider, back. */
  sso(
    login: string,
    idp: Idp,
    given: Pick<RespondOptions, 'user'> & Partial<RespondOptions>,
  ): Promise<HttpPage>;
}

export interface Begun {
  acsUrl: string;
  fields: { SAMLResponse: string; RelayState: string };
}

/** @param base where our pages are */
export function httpBrowser(base: string): HttpBrowser {
  const cookies = new Map<string, string>();
  const setCookies: string[] = [];

  const go = async (url: string, init: RequestInit, hops = 0): Promise<HttpPage> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(new URL(url, base), {
      ...init,
      redirect: 'manual',
      headers: { ...(cookie && { cookie }), ...(init.headers as Record<string, string>) },
    });
    for (const header of answer.headers.getSetCookie()) {
      setCookies.push(header);
      const [pair = ''] = header.split(';');
      const at = pair.indexOf('=');
      if (/max-age=0/i.test(header)) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = answer.headers.get('location');
    if (location && answer.status === 303 && hops < 3)
      return go(new URL(location, new URL(url, base)).href, { method: 'GET' }, hops + 1);
    const html = await answer.text();
    const title = unescaped(/<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? '');
    return { status: answer.status, headers: answer.headers, html, title, url: new URL(url, base).href };
  };

  const post = (path: string, fields: Typed, headers: Record<string, string> = {}) =>
    go(path, { method: 'POST', body: new URLSearchParams(fields), headers });

  const begin: HttpBrowser['begin'] = async (login, idp, given) => {
    const sent = await go(login, { method: 'GET' });
    const location = sent.headers.get('location');
    if (sent.status !== 302 || !location) throw new Error(`the login answered ${sent.status}: ${sent.html}`);
    const to = new URL(location);
    const request = readAuthnRequest(to.searchParams.get('SAMLRequest') ?? '', 'redirect');
    if (!request?.acsUrl) throw new Error('the login sent no sign-in request');
    const acsUrl = request.acsUrl;
    const response = idp.respond({ acsUrl, audience: request.issuer, inResponseTo: request.id, ...given });
    return {
      acsUrl,
      fields: { SAMLResponse: response, RelayState: to.searchParams.get('RelayState') ?? '' },
    };
  };

  return {
    cookies,
    setCookies,
    get: (path, headers = {}) => go(path, { method: 'GET', headers }),
    post,
    submit: (page, action, typed = {}, headers = {}) =>
      post(action, { ...hidden(page.html, action), ...typed }, headers),
    begin,
    async sso(login, idp, given) {
      const { acsUrl, fields } = await begin(login, idp, given);
      return post(acsUrl, fields);
    },
  };
}

/** The fields of a form that are filled in already. */
function hidden(html: string, action: string): Typed {
  const form = html.split('<form ').find((part) => part.includes(`action="${action}"`));
  if (!form) throw new Error(`there is no form for ${action} in: ${html}`);
  const fields: Typed = {};
  for (const [input] of form.slice(0, form.indexOf('</form>')).matchAll(/<input [^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1];
    const value = /value="([^"]*)"/.exec(input)?.[1];
    if (name && value !== undefined) fields[name] = unescaped(value);
  }
  return fields;
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
