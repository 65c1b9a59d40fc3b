import { median, type Row, round } from './row.ts';
import { type Load, startBot } from './serve/load.ts';
import { closed } from './serve/payloads.ts';
import { compare, rounds, workplace } from './serve/whole-path.ts';

/** Medians of the ratios within one round: first bot to second. */
export function ratios(loads: Load[][]) {
  const of = (value: (load: Load) => number) =>
    loads.map(([one, other]) => value(one as Load) / value(other as Load));
  const middle = (load: Load) => load.latencies[load.latencies.length >> 1] ?? 0;
  const all = (at: number, value: (load: Load) => number) =>
    round(median(loads.map((l) => value(l[at] as Load))));
  return {
    perSecond: round(median(of((l) => l.perSecond))),
    cpu: round(median(of((l) => l.cpuMsEach))),
    p50: round(median(of(middle))),
    ours: { perSecond: all(0, (l) => l.perSecond), cpuMs: all(0, (l) => l.cpuMsEach), p50: all(0, middle) },
    peer: { perSecond: all(1, (l) => l.perSecond), cpuMs: all(1, (l) => l.cpuMsEach), p50: all(1, middle) },
  };
}

/** b: from the signed request to the answer that carries the commit. */
export const wholePath: Row = {
  id: 'b',
  figure: 'whole path against Bolt + transaction',
  aim: '≥ 2.5× req/s, ≤ 0.35× CPU',
  async measure() {
    const r = ratios(await compare(0));
    return {
      shown: `${r.perSecond}× req/s (${r.ours.perSecond} to ${r.peer.perSecond}), ${r.cpu}× CPU`,
      met: r.perSecond >= 2.5 && r.cpu <= 0.35,
      figures: r,
    };
  },
};

/** c: the same with a network between. */
export const delayedPath: Row = {
  id: 'c',
  figure: 'the same, 1 ms and 5 ms a round trip',
  aim: '≥ 3× req/s',
  async measure() {
    const one = ratios(await compare(1, { count: 3, requests: 480 }));
    const five = ratios(await compare(5, { count: 3, requests: 320 }));
    return {
      shown: `${one.perSecond}× and ${five.perSecond}×`,
      met: one.perSecond >= 3 && five.perSecond >= 3,
      figures: { one, five },
    };
  },
};

/** d: a signed payload that asks for nothing. */
export const noOp: Row = {
  id: 'd',
  figure: 'signed no-op against bare Bolt',
  aim: '≥ 1.0× req/s',
  async measure() {
    const place = await workplace();
    const bots = [await startBot('drawbridge', place.url), await startBot('bare')];
    try {
      const body = closed();
      const r = ratios(await rounds(bots, () => body, { requests: 1600 }));
      return { shown: `${r.perSecond}× req/s, ${r.cpu}× CPU`, met: r.perSecond >= 1, figures: r };
    } finally {
      for (const bot of bots) await bot.stop();
      await place.close();
    }
  },
};

/** e: whether a request pays for operations it does not use. */
export const manyOperations: Row = {
  id: 'e',
  figure: 'CPU a request, 50 operations against 5',
  aim: '≤ 1.05×',
  async measure() {
    const place = await workplace();
    const bots = [
      await startBot('drawbridge', place.url, '50'),
      await startBot('drawbridge', place.url, '5'),
    ];
    try {
      const r = ratios(await rounds(bots, place.bodyOf, { count: 7, requests: 640 }));
      return { shown: `${r.cpu}× CPU`, met: r.cpu <= 1.05, figures: r };
    } finally {
      for (const bot of bots) await bot.stop();
      await place.close();
    }
  },
};
