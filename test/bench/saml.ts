import { setImmediate as turn } from 'node:timers/promises';
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { readCertificates } from '../../src/identity/certificates.ts';
import { judgeResponse } from '../../src/identity/saml.ts';
import { createIdp } from '../../src/workspace/idp/idp.ts';
import { median, type Row, round } from './row.ts';

const ROUNDS = 5;
const ANSWERS = 60;
const acsUrl = 'https://sso.example/saml/c1/acs';
const spEntityId = 'https://sso.example/saml/c1/metadata';
const user = { email: 'anna@acme.test', firstName: 'Anna', lastName: 'Ade', objectGUID: 'guid-1' };

/** How long each of some answers took, in milliseconds; the loop gets its turn between them, so each is one block. */
async function timed(judge: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < ANSWERS; n += 1) {
    const started = performance.now();
    await judge();
    took.push(performance.now() - started);
    await turn();
  }
  return took.sort((a, b) => a - b);
}

/** k: how many SAML responses a second are judged, and how long each keeps everything else waiting. */
export const saml: Row = {
  id: 'k',
  figure: 'SAML answers/s against bare node-saml; longest block (95 of 100)',
  aim: '≥ 0.8×, < 5 ms',
  async measure() {
    const idp = createIdp({ entityId: 'https://idp.acme.test', ssoUrl: 'https://idp.acme.test/sso' });
    const read = readCertificates(idp.certificatePem);
    if (!read.ok || !read.certificates[0]) throw new Error('not a certificate');
    const connection = { entityId: idp.entityId, certificates: [read.certificates[0].der] };
    const now = new Date();
    const response = idp.respond({ acsUrl, audience: spEntityId, inResponseTo: '_request1', user, now });
    const bare = new SAML({
      idpCert: idp.certificatePem,
      issuer: spEntityId,
      audience: spEntityId,
      callbackUrl: acsUrl,
      wantAuthnResponseSigned: false,
      validateInResponseTo: ValidateInResponseTo.never,
      acceptedClockSkewMs: -1,
    });
    const ours = async () => {
      const verdict = await judgeResponse(response, {
        connection,
        spEntityId,
        acsUrl,
        now,
        expectedRequestId: '_request1',
      });
      if (!verdict.ok) throw new Error(`refused: ${verdict.failed.detail}`);
    };
    const theirs = async () => {
      const { profile } = await bare.validatePostResponseAsync({ SAMLResponse: response });
      if (!profile) throw new Error('refused by node-saml');
    };
    const figures: { ratio: number; perSecond: number; block: number }[] = [];
    for (let n = 0; n <= ROUNDS; n += 1) {
      const [first, second] = n % 2 === 0 ? [ours, theirs] : [theirs, ours];
      const [a, b] = [await timed(first), await timed(second)];
      const [mine, other] = n % 2 === 0 ? [a, b] : [b, a];
      const sum = (all: number[]) => all.reduce((x, y) => x + y, 0);
      if (n === 0) continue;
      figures.push({
        ratio: sum(other) / sum(mine),
        perSecond: (ANSWERS / sum(mine)) * 1000,
        block: mine[Math.floor(ANSWERS * 0.95)] as number,
      });
    }
    const ratio = median(figures.map((f) => f.ratio));
    const block = median(figures.map((f) => f.block));
    return {
      shown: `${round(ratio)}× (${Math.round(median(figures.map((f) => f.perSecond)))}/s), ${round(block, 1)} ms`,
      met: ratio >= 0.8 && block < 5,
      figures,
    };
  },
};
