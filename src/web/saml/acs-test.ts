import type { IncomingMessage, ServerResponse } from 'node:http';
import { CHECKS, type Check, type Verdict } from '../../identity/saml.ts';
import type { OpenRequest } from '../../service/sign-in/authn-requests.ts';
import type { SignInConnection } from '../../service/sign-in/connection.ts';
import { countTry } from '../../service/sign-in/rate-limit.ts';
import { recordFailed, recordPassed, type TestReport } from '../../service/sign-in/test-result.ts';
import { strings } from '../../words/pages.ts';
import { errorPage, type Html, html, sendPage } from '../page.ts';
import { clientsOf, testLimits } from '../sign-in/limits.ts';
import type { SamlDeps } from './deps.ts';

const words = strings.saml.test;

/** Ends a test sign-in: evidence, a direct message to whoever asked, and a page that says the same. */
export async function finishTest(
  deps: SamlDeps,
  connection: SignInConnection,
  request: OpenRequest,
  verdict: Verdict,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const now = deps.clock.now();
  if (!request.slackId) throw new Error('a test request without its person');
  const [from] = clientsOf(req, deps.publicUrl);
  const test = { ...request, slackId: request.slackId, from };
  const report: TestReport = {
    passed: verdict.ok,
    checks: verdict.checks,
    attributes: verdict.attributes,
    ...(!verdict.ok && verdict.idpMessage ? { idpMessage: verdict.idpMessage } : {}),
  };
  if (!verdict.ok) {
    // A failure uses nothing up, but each is written down and told: not without end.
    const counted = await countTry(deps.db, testLimits(test), now);
    if (!counted.ok) {
      errorPage(res, 429, words.often);
      return;
    }
    await recordFailed(deps.db, connection, test, report, now);
  } else if (!(await recordPassed(deps.db, connection, test, verdict.identity, report, now))) {
    deps.onSignIn?.('test', 'used-before');
    errorPage(res, 403, strings.saml.used);
    return;
  }
  deps.onSignIn?.('test', verdict.ok ? 'passed' : (verdict.failed.code ?? 'refused'));
  const title = verdict.ok ? words.passed : words.failed;
  sendPage(res, verdict.ok ? 200 : 403, title, reportPage(connection, report));
}

function reportPage(connection: SignInConnection, report: TestReport): Html {
  const attributes =
    report.attributes.length === 0
      ? html``
      : html`<h2>${words.sent}</h2><dl>${report.attributes.map(
          ({ name, values }) => html`<dt>${name}</dt><dd>${values.join(', ') || words.empty}</dd>`,
        )}</dl>`;
  return html`<p>${words.connection(connection.name)}</p><p>${report.passed ? words.passedNext : words.failedNext}</p>
<ul class="checks">${report.checks.map(checkLine)}</ul>
${report.idpMessage ? html`<p>${words.idpSaid(report.idpMessage)}</p>` : html``}${attributes}`;
}

function checkLine(check: Check): Html {
  const fix = check.fix ? html`<span class="fix">${check.fix}</span>` : html``;
  return html`<li class="${check.ok ? 'pass' : 'fail'}"><strong>${CHECKS[check.name]}</strong> (${check.ok ? words.right : words.wrong}): ${check.detail}${fix}</li>`;
}
