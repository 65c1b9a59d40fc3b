import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { readCertificates } from '../../src/identity/certificates.ts';
import { judges } from '../../src/identity/saml.ts';
import { createIdp } from '../../src/workspace/idp/idp.ts';
import { median, type Row, round } from './row.ts';

const ROUNDS = 5;
const ANSWERS = 80;
/** So many people come back from their identity provider at once. */
const AT_ONCE = 8;
const acsUrl = 'https://sso.example/saml/c1/acs';
const spEntityId = 'https://sso.example/saml/c1/metadata';
const user = { email: 'anna@acme.test', firstName: 'Anna', lastName: 'Ade', objectGUID: 'guid-1' };

/** How long it took to judge all answers, and the longest that the event loop was held meanwhile; milliseconds. */
async function timed(judge: () => Promise<unknown>): Promise<{ took: number; block: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const started = performance.now();
  let left = ANSWERS;
  const person = async () => {
    for (; left > 0; ) {
      left -= 1;
      await judge();
      // As a request comes: in a turn of its own.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, person));
  const took = performance.now() - started;
  delay.disable();
  // Of 100 turns the slowest but one: the machine has others to serve, and they hold the loop as well.
  return { took, block: delay.percentile(99) / 1e6 - 1 };
}

/** k: how many SAML responses a second are judged, and how long that keeps everything else waiting. */
export const saml: Row = {
  id: 'k',
  figure: 'SAML answers/s against bare node-saml; longest block of the event loop (99 of 100)',
  aim: '≥ 0.8×, < 5 ms',
  async measure() {
    const idp = createIdp({ entityId: 'https://idp.acme.test', ssoUrl: 'https://idp.acme.test/sso' });
    const read = readCertificates(idp.certificatePem);
    if (!read.ok || !read.certificates[0]) throw new Error('not a certificate');
    const connection = { entityId: idp.entityId, certificates: [read.certificates[0].der] };
    const now = new Date();
    const response = idp.respond({ acsUrl, audience: spEntityId, inResponseTo: '_request1', user, now });
    const body = Buffer.from(new URLSearchParams({ SAMLResponse: response, RelayState: 'x' }).toString());
    const bare = new SAML({
      idpCert: idp.certificatePem,
      issuer: spEntityId,
      audience: spEntityId,
      callbackUrl: acsUrl,
      wantAuthnResponseSigned: false,
      validateInResponseTo: ValidateInResponseTo.never,
      acceptedClockSkewMs: -1,
    });
    const bench = judges();
    const ours = async () => {
      const options = { connection, spEntityId, acsUrl, now, expectedRequestId: ['_request1'] };
      const verdict = await bench.judge(body, options, 'one client');
      if (!verdict.ok) throw new Error(`refused: ${verdict.failed.detail}`);
    };
    const theirs = async () => {
      const form = new URLSearchParams(body.toString());
      const given = { SAMLResponse: form.get('SAMLResponse') ?? '' };
      const { profile } = await bare.validatePostResponseAsync(given);
      if (!profile) throw new Error('refused by node-saml');
    };
    const figures: { ratio: number; perSecond: number; block: number; theirBlock: number }[] = [];
    for (let n = 0; n <= ROUNDS; n += 1) {
      const [first, second] = n % 2 === 0 ? [ours, theirs] : [theirs, ours];
      const [a, b] = [await timed(first), await timed(second)];
      const [mine, other] = n % 2 === 0 ? [a, b] : [b, a];
      if (n === 0) continue;
      figures.push({
        ratio: other.took / mine.took,
        perSecond: (ANSWERS / mine.took) * 1000,
        block: mine.block,
        theirBlock: other.block,
      });
    }
    await bench.stop();
    const middle = (of: 'ratio' | 'perSecond' | 'block' | 'theirBlock') => median(figures.map((f) => f[of]));
    const [ratio, block] = [middle('ratio'), middle('block')];
    return {
      shown: `${round(ratio)}× (${Math.round(middle('perSecond'))}/s), ${round(block, 1)} ms (node-saml ${round(middle('theirBlock'), 1)})`,
      met: ratio >= 0.8 && block < 5,
      figures,
    };
  },
};
