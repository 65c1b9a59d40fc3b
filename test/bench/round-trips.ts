import { type Exchange, startPgProxy } from '../support/pg-proxy.ts';
import type { Row } from './row.ts';
import { round } from './row.ts';
import { startBot } from './serve/load.ts';
import { workplace } from './serve/whole-path.ts';

const REQUESTS = 200;

/** a: round trips of a submit that changes state, counted between the bot and the server. */
export const roundTrips: Row = {
  id: 'a',
  figure: 'round trips a change',
  aim: '1 read + 1 write',
  async measure() {
    const place = await workplace();
    const proxy = await startPgProxy(place.url);
    try {
      const counted: Record<string, number> = {};
      let parsed = 0;
      for (const which of ['drawbridge', 'transaction'] as const) {
        const bot = await startBot(which, proxy.url);
        await bot.load(160, 8, place.bodyOf);
        proxy.take();
        await bot.load(REQUESTS, 8, place.bodyOf);
        // The call that wakes the relay comes after the answer, at most once in 5 ms for all.
        const taken = proxy
          .take()
          .filter(({ statements }) => !statements.some((s) => s.includes('pg_notify')));
        counted[which] = round(taken.length / REQUESTS);
        if (which === 'drawbridge') parsed = taken.filter((exchange: Exchange) => exchange.parsed).length;
        await bot.stop();
      }
      return {
        shown: `${counted.drawbridge}; Bolt + transaction ${counted.transaction}`,
        met: counted.drawbridge === 2 && parsed === 0,
        figures: { ...counted, parsed },
      };
    } finally {
      await proxy.close();
      await place.close();
    }
  },
};
