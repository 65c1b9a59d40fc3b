import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { startThread } from '../../src/identity/saml/judges.ts';
import { type Judges, JudgesBusy, judgeResponse, judges } from '../../src/identity/saml.ts';
import { given, idp, judgedBy } from './saml-fixture.ts';

const form = (response: string) =>
  Buffer.from(new URLSearchParams({ RelayState: 'x', SAMLResponse: response }).toString());
const good = idp.respond(given());

const made: Judges[] = [];
function judging(options: Parameters<typeof judges>[0] = {}): Judges {
  const one = judges({ threads: 1, ...options });
  made.push(one);
  return one;
}
afterEach(async () => {
  for (const one of made.splice(0)) await one.stop();
});

describe('the thread that judges responses', () => {
  it('says the same as judging here, of whatever is posted', async () => {
    const other = judging();
    for (const response of [good, idp.respond(given({ audience: 'other' })), '!', '']) {
      const here = await judgeResponse(response, judgedBy());
      expect(await other.judge(form(response), judgedBy(), 'anna')).toEqual(here);
    }
    const nothing = await other.judge(Buffer.from('RelayState=x'), judgedBy(), 'anna');
    expect(nothing).toMatchObject({ ok: false, failed: { code: 'not-base64' } });
  });

  it('keeps nobody waiting over the largest response', async () => {
    const other = judging();
    await other.judge(form(good), judgedBy(), 'anna');
    const groups = Array.from({ length: 2000 }, (_, n) => `group ${n} of a very large organisation`);
    const large = form(idp.respond(given({ attributes: { groups } })));
    let answered = false;
    const verdict = other.judge(large, judgedBy(), 'anna').finally(() => {
      answered = true;
    });
    let turns = 0;
    for (; !answered; turns += 1) await turn();
    expect(await verdict).toMatchObject({ ok: true });
    // Judging here would hold the loop from beginning to end: one turn.
    expect(turns).toBeGreaterThan(10);
  });

  it('lets so many wait, and refuses more at once', async () => {
    const other = judging({ waiting: 2 });
    const three = [1, 2, 3].map(() => other.judge(form(good), judgedBy(), 'anna'));
    await expect(other.judge(form(good), judgedBy(), 'anna')).rejects.toBeInstanceOf(JudgesBusy);
    for (const verdict of await Promise.all(three)) expect(verdict.ok).toBe(true);
    expect((await other.judge(form(good), judgedBy(), 'anna')).ok).toBe(true);
  });

  it('lets real responses pass by large ones, which fill half of the room', async () => {
    const other = judging({ waiting: 4 });
    await other.judge(form(good), judgedBy(), 'anna');
    const order: string[] = [];
    const ask = (what: string, body: Buffer) =>
      other.judge(body, judgedBy(), 'anna').then((verdict) => {
        order.push(what);
        return verdict.ok;
      });
    const large = Buffer.concat([form(good), Buffer.from(`&x=${'x'.repeat(100_000)}`)]);
    const asked = [ask('first', form(good)), ask('large 1', large), ask('large 2', large)];
    await expect(ask('large 3', large)).rejects.toBeInstanceOf(JudgesBusy);
    asked.push(ask('small', form(good)));
    expect(await Promise.all(asked)).toEqual([true, true, true, true]);
    expect(order).toEqual(['first', 'small', 'large 1', 'large 2']);
  });

  it('gives everybody their turn, whoever else has sent how many', async () => {
    const other = judging({ waiting: 4 });
    await other.judge(form(good), judgedBy(), 'anna');
    const order: string[] = [];
    const ask = (from: string) => other.judge(form(good), judgedBy(), from).then(() => order.push(from));
    const flood = [1, 2, 3, 4, 5].map(() => ask('flood'));
    const last = expect(flood[4]).rejects.toBeInstanceOf(JudgesBusy);
    const bert = ask('bert');
    await last;
    await Promise.all([...flood.slice(0, 4), bert]);
    expect(order).toEqual(['flood', 'flood', 'bert', 'flood', 'flood']);
  });

  it('lets a response that takes too long block nobody a second time', async () => {
    let starts = 0;
    const endless = 'require("node:worker_threads").parentPort.on("message", () => { for (;;); })';
    const other = judging({
      lateMs: 300,
      start: () => {
        starts += 1;
        return new Worker(endless, { eval: true });
      },
    });
    await expect(other.judge(form(good), judgedBy(), 'anna')).rejects.toThrow('the thread that judges');
    expect(starts).toBe(1);
  });

  it('is replaced when it dies, and the answer comes all the same', async () => {
    const threads: Worker[] = [];
    const other = judging({
      start: () => {
        const thread = startThread();
        threads.push(thread);
        return thread;
      },
    });
    const both = [other.judge(form(good), judgedBy(), 'anna'), other.judge(form(good), judgedBy(), 'anna')];
    await threads[0]?.terminate();
    for (const verdict of await Promise.all(both)) expect(verdict.ok).toBe(true);
    expect(threads).toHaveLength(2);
  });

  it('fails with the cause when it dies over the same response twice, and goes on with the next', async () => {
    let starts = 0;
    const other = judging({
      start: () => {
        starts += 1;
        return starts <= 2 ? new Worker('throw new Error("broken thread")', { eval: true }) : startThread();
      },
    });
    await expect(other.judge(form(good), judgedBy(), 'anna')).rejects.toThrow('broken thread');
    expect((await other.judge(form(good), judgedBy(), 'anna')).ok).toBe(true);
    expect(starts).toBe(3);
  });

  it('ends when it is told to, whatever it is about', async () => {
    const other = judging();
    const both = [other.judge(form(good), judgedBy(), 'anna'), other.judge(form(good), judgedBy(), 'anna')];
    const ends = Promise.allSettled(both);
    await other.stop();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(other.judge(form(good), judgedBy(), 'anna')).rejects.toBeInstanceOf(JudgesBusy);
  });
});
