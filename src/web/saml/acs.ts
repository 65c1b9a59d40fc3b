import type { IncomingMessage, ServerResponse } from 'node:http';
import { type JudgeOptions, JudgesBusy, judgeDomain, type Verdict } from '../../identity/saml.ts';
import { openRequests } from '../../service/sign-in/authn-requests.ts';
import { mayBeLinked, signInConnection } from '../../service/sign-in/connection.ts';
import { strings } from '../../words/pages.ts';
import { readFormBytes } from '../http.ts';
import { errorPage } from '../page.ts';
import { clientsOf } from '../sign-in/limits.ts';
import { endPage } from '../sign-in/pages.ts';
import { finishSignIn } from './acs-sign-in.ts';
import { finishTest } from './acs-test.ts';
import { browserSecret } from './browser.ts';
import { ourSide, type SamlDeps } from './deps.ts';

/** The gate for the response itself is 400 KB; a form field grows by its percent-encoding. */
const FORM_BYTES = 1_300_000;

/**
 * The assertion consumer service (SAML bindings 3.5.4): judges what the identity provider posted, against the
 * requests that this very browser has open. RelayState is not looked at: what was begun is known by the request.
 * @param deps what the pages work with
 * @param connectionId which one
 */
export async function acs(
  deps: SamlDeps,
  connectionId: string,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const body = await readFormBytes(req, FORM_BYTES);
  // Read after the body, which may come slowly: a certificate that was removed meanwhile must not count.
  const connection = await signInConnection(deps.db, connectionId);
  if (!connection) {
    errorPage(res, 404, strings.saml.noConnection);
    return;
  }
  const now = deps.clock.now();
  const browser = browserSecret(req, deps.publicUrl);
  const open = browser ? await openRequests(deps.db, connection.id, browser, now) : [];
  const [newest] = open;
  if (!newest) {
    deps.log.warn({ connection: connection.id, reason: 'no-open-request' }, 'A SAML response was refused');
    deps.onSignIn?.('unknown', 'no-open-request');
    endPage(res, 403, strings.saml.refused.title, strings.saml.noOpenRequest);
    return;
  }
  const { entityId, acsUrl } = ourSide(deps.publicUrl, connection.id);
  const [client] = clientsOf(req, deps.publicUrl);
  let verdict = await judged(deps, res, client, body, {
    connection: { entityId: connection.entityId, certificates: connection.certificates },
    spEntityId: entityId,
    acsUrl,
    now,
    expectedRequestId: open.map(({ id }) => id),
  });
  if (!verdict) return;
  // The one that it answers, as far as it says so: a failed test is told as one, and proves nothing.
  const claimed = verdict.ok ? verdict.identity.requestId : verdict.claimedRequestId;
  const request = open.find(({ id }) => id === claimed) ?? newest;
  const test = request.purpose === 'test';
  if (test && request.configHash !== connection.configHash) {
    // What comes back answers a question asked with another configuration, so it is evidence for neither.
    deps.onSignIn?.('test', 'config-changed');
    errorPage(res, 409, strings.saml.test.changed(connection.name));
    return;
  }
  // A sign-in looks at the domain with the account, in one read. A test looks here; and before the team has proved
  // any domain there is nothing an address could belong to.
  if (test)
    verdict = await judgeDomain(
      verdict,
      (domain) => !connection.hasDomains || mayBeLinked(deps.db, connection, domain),
    );
  if (!verdict.ok)
    deps.log.warn({ connection: connection.id, reason: verdict.failed.code }, 'A SAML response was refused');
  if (test) await finishTest(deps, connection, request, verdict, req, res);
  else await finishSignIn(deps, connection, request, verdict, req, res);
}

/** @returns undefined when too many wait to be judged, having said so */
async function judged(
  { judges, log, onSignIn }: SamlDeps,
  res: ServerResponse,
  client: string,
  body: Uint8Array,
  options: JudgeOptions,
): Promise<Verdict | undefined> {
  try {
    return await judges.judge(body, options, client);
  } catch (error) {
    if (!(error instanceof JudgesBusy)) throw error;
    log.warn('Too many SAML responses at once');
    onSignIn?.('unknown', 'busy');
    endPage(res, 503, strings.errors.titles[503] ?? '', strings.saml.busy, { 'retry-after': '30' });
    return undefined;
  }
}
