import { Packet } from 'dns2';
import { afterEach, describe, expect, it } from 'vitest';
import { challengeName, challengeValue, createDnsProof } from '../../src/identity/dns-proof.ts';
import { type Asked, cname, type DnsLiar, startDnsLiar, txt } from '../support/dns-liar.ts';

const NAME = challengeName('acme.test');
const VALUE = challengeValue('t0ken');
const OTHER = challengeName('other.test');

const liars: DnsLiar[] = [];
afterEach(async () => {
  await Promise.all(liars.splice(0).map((liar) => liar.close()));
});

/** Asks servers that answer so. */
async function look(
  lies: ((asked: Asked) => void)[],
  timeoutMs = 1200,
): Promise<{ looked: unknown; asked: DnsLiar['asked'][] }> {
  const here = await Promise.all(lies.map(startDnsLiar));
  liars.push(...here);
  const proof = createDnsProof({ servers: here.map(({ address }) => address), timeoutMs });
  const from = performance.now();
  const looked = await proof.lookFor('acme.test', VALUE);
  expect(performance.now() - from).toBeLessThan(timeoutMs + 1000);
  return { looked, asked: here.map(({ asked }) => asked) };
}

const truth = ({ answer, type, send }: Asked): void => {
  if (type === Packet.TYPE.TXT) answer.answers.push(txt(NAME, [VALUE]));
  send(answer);
};
const failing =
  (rcode: number) =>
  ({ answer, send }: Asked): void => {
    answer.header.rcode = rcode;
    send(answer);
  };
const silence = (): void => {};
const unknown = { unknown: true, cause: expect.any(String) };

describe('a DNS server that lies', () => {
  it('with the number of another question is not believed', async () => {
    const { looked } = await look([
      ({ answer, send }) => {
        answer.header.id = (answer.header.id + 1) & 0xffff;
        answer.answers.push(txt(NAME, [VALUE]));
        send(answer);
      },
    ]);
    expect(looked).toMatchObject(unknown);
  });

  it('by the answer to another question is not believed', async () => {
    const { looked } = await look([
      ({ answer, send }) => {
        answer.questions = [{ ...answer.questions[0], name: OTHER }] as typeof answer.questions;
        answer.answers.push(txt(OTHER, [VALUE]));
        send(answer);
      },
    ]);
    expect(looked).toMatchObject(unknown);
  });

  it('before the truth arrives, without knowing the number, changes nothing; nor does it afterwards', async () => {
    const early = await look([
      (asked) => {
        const lie = Packet.parse(asked.answer.toBuffer());
        lie.header.id = (lie.header.id + 7) & 0xffff;
        lie.answers.push(txt(NAME, ['drawbridge-verification=forged']));
        asked.send(lie);
        setTimeout(() => truth(asked), 50);
      },
    ]);
    expect(early.looked).toEqual({ found: true });
    const late = await look([
      (asked) => {
        const lie = Packet.parse(asked.answer.toBuffer());
        asked.send(asked.answer);
        lie.answers.push(txt(NAME, [VALUE]));
        asked.send(lie);
      },
    ]);
    expect(late.looked).toEqual({ found: false, seen: [] });
  });

  it('with what is no DNS is not believed', async () => {
    const { looked } = await look([
      ({ answer, send }) => {
        const whole = answer.toBuffer();
        send(Buffer.concat([whole.subarray(0, 12), Buffer.from([0xc0, 0x0c, 0xc0, 0x0e, 0xff])]));
      },
    ]);
    expect(looked).toMatchObject(unknown);
  });

  it('about the case of the name is understood, of the value is not', async () => {
    const inCapitals = await look([
      ({ answer, type, send }) => {
        if (type === Packet.TYPE.TXT) answer.answers.push(txt(NAME.toUpperCase(), [VALUE]));
        send(answer);
      },
    ]);
    expect(inCapitals.looked).toEqual({ found: true });
    const value = await look([
      ({ answer, type, send }) => {
        if (type === Packet.TYPE.TXT) answer.answers.push(txt(NAME, [VALUE.toUpperCase()]));
        send(answer);
      },
    ]);
    expect(value.looked).toEqual({ found: false, seen: [VALUE.toUpperCase()] });
  });
});

describe('a DNS server that fails', () => {
  it.each([
    ['SERVFAIL', 2],
    ['REFUSED', 5],
    ['NOTIMP', 4],
    ['FORMERR', 1],
  ])('by %s says nothing about the domain', async (_, rcode) => {
    expect((await look([failing(rcode)])).looked).toMatchObject(unknown);
  });

  it('by being slow says nothing, and is not waited for longer than was said', async () => {
    const { looked } = await look([(asked) => setTimeout(() => truth(asked), 10_000).unref()]);
    expect(looked).toEqual({ unknown: true, cause: 'the DNS servers did not answer in time' });
  });

  it('at the first question only is asked once more', async () => {
    const { looked, asked } = await look([(one) => (one.n === 0 ? silence() : truth(one))]);
    expect(looked).toEqual({ found: true });
    expect(asked[0]?.length).toBeGreaterThan(1);
  });

  it.each([
    ['dead', silence],
    ['failing', failing(2)],
    ['refusing', failing(5)],
  ])('beside one that knows (the first is %s) is passed over', async (_, lie) => {
    const from = performance.now();
    expect((await look([lie, truth], 5000)).looked).toEqual({ found: true });
    expect((await look([truth, lie], 5000)).looked).toEqual({ found: true });
    // Soon enough for somebody who waits in Slack.
    expect(performance.now() - from).toBeLessThan(3000);
  });

  it('like all the others is told as the first of them failed', async () => {
    const { looked } = await look([failing(5), failing(2), silence], 2000);
    expect(looked).toMatchObject({ unknown: true, cause: expect.stringMatching(/refused|in time/) });
  });
});

describe('a great answer', () => {
  /** 500 records, of which the one that counts is the last. Written by hand, since the library takes seconds for it. */
  const many = (answer: Asked['answer']): Buffer => {
    const texts = [...Array.from({ length: 499 }, (_, n) => `v=spf1 ${n}`.padEnd(90, '.')), VALUE];
    const records = texts.map((text) => {
      // A pointer to the question's name, TXT, IN, a second to live, one chunk (RFC 1035 4.1.3, 3.3.14).
      const head = Buffer.from([0xc0, 0x0c, 0, Packet.TYPE.TXT, 0, 1, 0, 0, 0, 1, 0, text.length + 1]);
      return Buffer.concat([head, Buffer.from([text.length]), Buffer.from(text)]);
    });
    const bytes = Buffer.concat([answer.toBuffer(), ...records]);
    bytes.writeUInt16BE(texts.length, 6);
    return bytes;
  };
  const cutShort = ({ answer, send }: Asked): void => {
    answer.header.tc = 1;
    send(answer);
  };

  it('that was cut short is asked for again by TCP', async () => {
    const { looked, asked } = await look([
      (one) => {
        if (!one.tcp) return cutShort(one);
        one.send(many(one.answer));
      },
    ]);
    expect(looked).toEqual({ found: true });
    expect(asked[0]?.map(({ tcp }) => tcp)).toEqual([false, true]);
  });

  it('that was cut short says nothing by itself, even with the record in it', async () => {
    const { looked } = await look([
      (one) => {
        if (one.tcp) return silence();
        one.answer.answers.push(txt(NAME, [VALUE]));
        cutShort(one);
      },
    ]);
    expect(looked).toMatchObject(unknown);
  });

  it('in chunks, one of them empty, is put together', async () => {
    const chunks = [VALUE.slice(0, 1), '', VALUE.slice(1, 20), VALUE.slice(20)];
    const { looked } = await look([
      ({ answer, type, send }) => {
        if (type === Packet.TYPE.TXT) answer.answers.push(txt(NAME, chunks));
        send(answer);
      },
    ]);
    expect(looked).toEqual({ found: true });
  });
});

describe('aliases', () => {
  it('that go round in one answer, or in ever new ones, come to an end', async () => {
    const round = await look([
      ({ answer, send }) => {
        answer.answers.push(cname(NAME, OTHER), cname(OTHER, NAME));
        send(answer);
      },
    ]);
    expect(round.looked).not.toMatchObject({ found: true });
    const endless = await look(
      [
        ({ answer, name, n, send }) => {
          answer.answers.push(cname(name, `a${n}.test`));
          send(answer);
        },
      ],
      3000,
    );
    expect(endless.looked).not.toMatchObject({ found: true });
    expect(endless.asked[0]?.length).toBeLessThan(50);
  });

  it('are followed to the record, in one answer', async () => {
    const { looked } = await look([
      ({ answer, type, send }) => {
        answer.answers.push(cname(NAME, 'proofs.example'));
        if (type === Packet.TYPE.TXT) answer.answers.push(txt('proofs.example', [VALUE]));
        send(answer);
      },
    ]);
    expect(looked).toEqual({ found: true });
  });
});
