import type { IncomingMessage, ServerResponse } from 'node:http';
import { CHECKS, type Check, judgeResponse, type Verdict } from '../../identity/saml.ts';
import { type OpenRequest, openRequests } from '../../service/sign-in/authn-requests.ts';
import type { SignInConnection } from '../../service/sign-in/connection.ts';
import { recordFailed, recordPassed, type TestReport } from '../../service/sign-in/test-result.ts';
import { readForm } from '../http.ts';
import { errorPage, type Html, html, sendPage } from '../page.ts';
import { browserSecret } from './browser.ts';
import { ourSide, type SamlDeps } from './deps.ts';

/** The gate for the response itself is 400 KB; a form field grows by its percent-encoding. */
const FORM_BYTES = 1_300_000;

/**
 * The assertion consumer service (SAML bindings 3.5.4): judges what the identity provider posted, against the
 * requests that this very browser has open.
 * @param deps what the pages work with
 * @param connection which one
 */
export async function acs(
  deps: SamlDeps,
  connection: SignInConnection,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const form = await readForm(req, FORM_BYTES);
  const response = form.get('SAMLResponse') ?? '';
  const now = deps.clock.now();
  const browser = browserSecret(req);
  const open = browser ? await openRequests(deps.db, connection.id, browser, now) : [];
  if (open.length === 0) {
    deps.log.warn({ connection: connection.id, reason: 'no-open-request' }, 'A SAML response was refused');
    deps.onSignIn?.('unknown', 'no-open-request');
    errorPage(
      res,
      403,
      'This sign-in has expired, was finished before, or began in another browser. Start again.',
    );
    return;
  }
  const { entityId, acsUrl } = ourSide(deps.publicUrl, connection.id);
  const verdict = await judgeResponse(response, {
    connection: { entityId: connection.entityId, certificates: connection.certificates },
    spEntityId: entityId,
    acsUrl,
    now,
    expectedRequestId: open.map(({ id }) => id),
    // Before the team has proved any domain there is nothing an address could belong to.
    domains: (domain) => !connection.hasDomains || connection.domains.includes(domain),
  });
  if (!verdict.ok)
    deps.log.warn({ connection: connection.id, reason: verdict.failed.code }, 'A SAML response was refused');
  await finishTest(deps, connection, open, verdict, res);
}

async function finishTest(
  deps: SamlDeps,
  connection: SignInConnection,
  open: OpenRequest[],
  verdict: Verdict,
  res: ServerResponse,
): Promise<void> {
  const now = deps.clock.now();
  const request = (verdict.ok && open.find(({ id }) => id === verdict.identity.requestId)) || open[0];
  if (!request?.slackId) throw new Error('a test request without its person');
  const test = { ...request, slackId: request.slackId };
  const report: TestReport = {
    passed: verdict.ok,
    checks: verdict.checks,
    attributes: verdict.attributes,
    ...(!verdict.ok && verdict.idpMessage ? { idpMessage: verdict.idpMessage } : {}),
  };
  if (!verdict.ok) {
    await recordFailed(deps.db, connection, test, report, now);
  } else if (!(await recordPassed(deps.db, connection, test, verdict.identity, report, now))) {
    deps.onSignIn?.('test', 'used-before');
    errorPage(res, 403, 'This response was used before. Start again.');
    return;
  }
  deps.onSignIn?.('test', verdict.ok ? 'passed' : (verdict.failed.code ?? 'refused'));
  const title = verdict.ok ? 'The test passed' : 'The test did not pass';
  sendPage(res, verdict.ok ? 200 : 403, title, reportPage(connection, report));
}

function reportPage(connection: SignInConnection, report: TestReport): Html {
  const next = report.passed
    ? 'SSO can now be turned on with this configuration. You can close this page; Drawbridge wrote to you in Slack.'
    : 'Change what is marked below, then run /sso test again. Drawbridge wrote this to you in Slack as well.';
  const attributes =
    report.attributes.length === 0
      ? html``
      : html`<h2>What was sent</h2><dl>${report.attributes.map(
          ({ name, values }) => html`<dt>${name}</dt><dd>${values.join(', ') || '(empty)'}</dd>`,
        )}</dl>`;
  return html`<p>Connection: ${connection.name}</p><p>${next}</p>
<ul class="checks">${report.checks.map(checkLine)}</ul>
${report.idpMessage ? html`<p>The identity provider said: ${report.idpMessage}</p>` : html``}${attributes}`;
}

function checkLine(check: Check): Html {
  const fix = check.fix ? html`<span class="fix">${check.fix}</span>` : html``;
  return html`<li class="${check.ok ? 'pass' : 'fail'}"><strong>${CHECKS[check.name]}</strong> (${check.ok ? 'right' : 'wrong'}): ${check.detail}${fix}</li>`;
}
