import { beforeAll, describe, expect, inject, it } from 'vitest';
import { askAll, type Grown, grown } from './bench/scale/measure.ts';
import { ask } from './support/control.ts';

const FEW = 1000;
const MANY = 20_000;
/** A level more of each index that a reading comes down, and now and then a page of one more. */
const READING = 13;
/** What runs a change goes by more indexes, its triggers' among them, and enters rows into more. */
const RUNNING = 21;

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

  const runs = ({ what }: Grown) => /^(approve .*\(3\)|submit .*\(2\)|a batch of a deletion)/.test(what);
  const grew = (by: number, which: (g: Grown) => boolean) =>
    all
      .filter((g) => which(g) && g.buffers > by)
      .map(({ what, few, many, more }) => [what, few.buffers, many.buffers, more]);

  it('what is read: facts, pages of lists, searches while somebody types', () => {
    expect(grew(READING, (g) => !runs(g))).toEqual([]);
    expect(all.length).toBeGreaterThan(100);
  });

  it('what is written: changes with their counters, a batch of a deletion', () => {
    expect(grew(RUNNING, runs)).toEqual([]);
    expect(all.filter(runs).length).toBeGreaterThan(15);
  });
});
