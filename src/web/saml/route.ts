import { serviceProviderMetadata } from '../../identity/metadata.ts';
import { signInConnection } from '../../service/sign-in/connection.ts';
import { strings } from '../../words/pages.ts';
import { type Route, send } from '../http.ts';
import { errorPage, wrongMethod } from '../page.ts';
import { acs } from './acs.ts';
import { ourSide, type SamlDeps } from './deps.ts';
import { login } from './login.ts';
import { signedOnce } from './signed-metadata.ts';

const PATH = /^\/saml\/([0-9a-z]{1,64})\/(metadata|login|acs)$/;
const METHODS = { metadata: 'GET', login: 'GET', acs: 'POST' } as const;

/** `GET /saml/<connection>/metadata` (with `?signed` signed), `GET …/login`, `POST …/acs`. */
export function samlRoute(deps: SamlDeps): Route {
  const signed = signedOnce(deps.key);
  return async (req, res, url) => {
    const match = PATH.exec(url.pathname);
    if (!match) return false;
    const [, id = '', page] = match;
    const method = METHODS[page as keyof typeof METHODS];
    if (req.method !== method) {
      wrongMethod(res, [method]);
      return true;
    }
    if (page === 'acs') {
      await acs(deps, id, req, res);
      return true;
    }
    const connection = await signInConnection(deps.db, id);
    if (!connection) errorPage(res, 404, strings.saml.noConnection);
    else if (page === 'login') await login(deps, connection, req, res, url);
    else {
      const provider = { ...ourSide(deps.publicUrl, id), signingCertificate: deps.key.certificate };
      const xml = url.searchParams.has('signed') ? signed(provider) : serviceProviderMetadata(provider);
      send(res, 200, 'application/samlmetadata+xml; charset=utf-8', xml, {
        'content-disposition': `inline; filename="drawbridge-${id}.xml"`,
      });
    }
    return true;
  };
}
