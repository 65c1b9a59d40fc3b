import { beforeAll, describe, expect, inject, it } from 'vitest';
import { askAll, type Grown, grown } from './bench/scale/measure.ts';
import { ask } from './support/control.ts';

const FEW = 500;
const MANY = 10_000;
/** An index level or a page of the table for each row of a page, and now and then a page of an index more. */
const MORE = 25;
/** While somebody types, so many names are looked through at most. */
const WINDOW = 520;

/**
 * What every query a person can cause touches when a team and its neighbours own twenty times as much, by the plans
 * that prepared statements end with: by an index, a level more at most; nothing is counted and nothing read through.
 */
describe('queries do not grow with what is owned', () => {
  let all: Grown[];

  beforeAll(async () => {
    const url = await ask(inject('sharedDatabases')).serverUrl();
    all = grown(await askAll(FEW, 1, url), await askAll(MANY, 1, url));
  }, 180_000);

  const looksThroughNames = ({ what }: Grown) => /search .*\(2\)|nobody has/.test(what);
  const isBatch = ({ what }: Grown) => what.startsWith('a batch of a deletion');
  const grew = (by: number, which: (g: Grown) => boolean) =>
    all
      .filter((g) => which(g) && g.buffers > by)
      .map(({ what, few, many, text }) => [what, few.buffers, many.buffers, text]);

  it('reads, changes and pages of lists', () => {
    expect(grew(MORE, (g) => !looksThroughNames(g) && !isBatch(g))).toEqual([]);
    expect(all.length).toBeGreaterThan(60);
  });

  // The trigger that counts members reads the counters through while they are few, by the server's own choice.
  it('a batch of a deletion, counters included', () => {
    expect(grew(200, isBatch)).toEqual([]);
  });

  it('searches while somebody types', () => {
    expect(grew(WINDOW, looksThroughNames)).toEqual([]);
  });
});
