import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { addDays, subDays } from 'date-fns';
import type { Clock } from '../../clock.ts';
import { selfSigned } from '../../identity/certificates.ts';
import { type Route, readForm, send } from '../../web/http.ts';
import { errorPage, type Html, html, sendPage } from '../../web/page.ts';
import { createIdp, type Idp } from '../idp/idp.ts';
import { type ReceivedRequest, readAuthnRequest } from '../idp/request.ts';
import type { Panel } from '../ui/panels.ts';
import { FAULTS } from './idp-faults.ts';
import { userOf, usersOf } from './idp-users.ts';
import { jsonFile } from './json-file.ts';
import type { ShownSignIn } from './sign-ins.ts';

/** The test identity provider: real metadata, a sign-on page, responses that are really signed. */
export interface LocalIdp {
  route: Route;
  panel: Panel;
  metadataXml(): string;
  entityId: string;
  ssoUrl: string;
  certificatePem(): string;
  /** A further certificate of the same key, which ends in so many days: to see what is said of one that ends. */
  endingCertificatePem(days: number): string;
}

/** Where it is served. */
const BASE = '/workspace/idp';
const FORM_BYTES = 128 * 1024;

/**
 * @param options where its key is kept, the clock, our base address, the domains whose people it knows, and who has
 *   signed in
 */
export async function localIdp(options: {
  path: string;
  clock: Clock;
  publicUrl: string;
  domains: () => Promise<string[]>;
  signIns: () => Promise<ShownSignIn[]>;
}): Promise<LocalIdp> {
  const { clock, publicUrl } = options;
  const entityId = `${publicUrl}${BASE}`;
  const ssoUrl = `${publicUrl}${BASE}/sso`;
  const kept = await jsonFile<{ certificatePem?: string; privateKeyPem?: string }>(options.path, {});
  let idp = createIdp({ entityId, ssoUrl, ...kept.value });
  const keep = async (made: Idp) => {
    idp = made;
    kept.value = { certificatePem: made.certificatePem, privateKeyPem: made.privateKeyPem };
    await kept.save();
  };
  if (!kept.value.certificatePem) await keep(idp);

  const route: Route = async (req, res, url) => {
    if (url.pathname === `${BASE}/metadata` || url.pathname === BASE) {
      send(res, 200, 'application/samlmetadata+xml; charset=utf-8', idp.metadataXml());
      return true;
    }
    if (url.pathname === `${BASE}/certificate.pem`) {
      send(res, 200, 'application/x-pem-file', idp.certificatePem, {
        'content-disposition': 'attachment; filename="test-idp.pem"',
      });
      return true;
    }
    if (url.pathname !== `${BASE}/sso`) return false;
    const asked = await received(req, url);
    if (!asked?.request.acsUrl) errorPage(res, 400, 'This is no sign-in request. Begin at Drawbridge.');
    else {
      const body = await choosePage(idp, clock, await options.domains(), asked, url);
      // The page holds signed answers, which go to the address that the request names.
      const policy = `default-src 'none'; style-src 'self'; form-action 'self' ${new URL(asked.request.acsUrl).origin}; base-uri 'none'; frame-ancestors 'none'`;
      sendPage(res, 200, 'Test identity provider', body, { 'content-security-policy': policy });
    }
    return true;
  };

  return {
    route,
    entityId,
    ssoUrl,
    metadataXml: () => idp.metadataXml(),
    certificatePem: () => idp.certificatePem,
    endingCertificatePem: (days) =>
      selfSigned({
        commonName: 'Test identity provider',
        from: subDays(clock.now(), 1),
        until: addDays(clock.now(), days),
        keyPair: {
          privateKey: createPrivateKey(idp.privateKeyPem),
          publicKey: createPublicKey(idp.privateKeyPem),
        },
      }).certificatePem,
    panel: {
      async state() {
        const certificate = new X509Certificate(idp.certificatePem);
        const people = (await options.domains()).slice(0, 10).flatMap(usersOf);
        return {
          entity_id: entityId,
          metadata_url: `${entityId}/metadata`,
          sign_on_url: ssoUrl,
          certificate_url: `${entityId}/certificate.pem`,
          people: people.map((user) => ({ email: user.email, name: `${user.firstName} ${user.lastName}` })),
          sign_ins: await options.signIns(),
          certificate: {
            fingerprint: certificate.fingerprint256,
            not_after: new Date(certificate.validTo).toISOString(),
          },
        };
      },
      actions: { renew: () => keep(createIdp({ entityId, ssoUrl })) },
    },
  };
}

interface Asked {
  request: ReceivedRequest;
  samlRequest: string;
  relayState: string;
  binding: 'redirect' | 'post';
}

async function received(req: IncomingMessage, url: URL): Promise<Asked | undefined> {
  const post = req.method === 'POST';
  const given = post ? await readForm(req, FORM_BYTES) : url.searchParams;
  const samlRequest = given.get('SAMLRequest') ?? '';
  const binding = post || given.get('binding') === 'post' ? 'post' : 'redirect';
  const request = readAuthnRequest(samlRequest, binding);
  return request && { request, samlRequest, relayState: given.get('RelayState') ?? '', binding };
}

/** One form for each person, with the signed answer in it: a single click and no script. */
async function choosePage(idp: Idp, clock: Clock, domains: string[], asked: Asked, url: URL): Promise<Html> {
  const wrong = FAULTS[url.searchParams.get('wrong') ?? '']
    ? (url.searchParams.get('wrong') as string)
    : 'none';
  const typed = (url.searchParams.get('email') ?? '').trim().slice(0, 254);
  const users = [...(typed ? [userOf(typed)] : []), ...domains.slice(0, 5).flatMap(usersOf)];
  const now = clock.now();
  const answers = users.map((user) => {
    const fault = FAULTS[wrong] ?? FAULTS.none;
    const given = {
      acsUrl: asked.request.acsUrl ?? '',
      audience: asked.request.issuer,
      inResponseTo: asked.request.id,
      user,
      now,
    };
    const response = idp.respond(fault ? fault.apply(given, now) : given);
    return html`<form method="post" action="${asked.request.acsUrl ?? ''}">
<input type="hidden" name="SAMLResponse" value="${response}"><input type="hidden" name="RelayState" value="${asked.relayState}">
<p><button>${user.firstName} ${user.lastName}, ${user.email}</button></p></form>`;
  });
  const hidden = html`<input type="hidden" name="SAMLRequest" value="${asked.samlRequest}"><input type="hidden" name="RelayState" value="${asked.relayState}"><input type="hidden" name="binding" value="${asked.binding}">`;
  const options = Object.entries(FAULTS).map(([name, { words }]) =>
    name === wrong
      ? html`<option value="${name}" selected>${words}</option>`
      : html`<option value="${name}">${words}</option>`,
  );
  return html`<p>It signs for anybody, on this machine alone. Sign in as:</p>${answers}
<h2>Somebody else, or something wrong</h2>
<form method="get" action="${BASE}/sso">${hidden}
<p><label>E-mail <input type="email" name="email" value="${typed}" placeholder="name@domain"></label></p>
<p><label>What is wrong <select name="wrong">${options}</select></label></p>
<p><button>Show</button></p></form>`;
}
