import { median, type Row, round } from './row.ts';
import { askAll, grown } from './scale/measure.ts';
import { why } from './scale/why.ts';

const FEW = 1000;
const MANY = 1_000_000;
/** Buffers that a query may touch more (one index level for some of what it looks up). */
export const MOST_BUFFERS = 5;

/** h: what every query a person can cause touches when there is a thousand times as much. */
export const scale: Row = {
  id: 'h',
  figure: `every query, ${FEW} → ${MANY} domains and users, generic plans`,
  aim: '≤ 1.5×, buffers +5',
  async measure(say) {
    say(`filling ${FEW}`);
    const few = await askAll(FEW);
    say(`filling ${MANY}`);
    const all = grown(few, await askAll(MANY));
    const more = all.filter(({ buffers }) => buffers > MOST_BUFFERS);
    const ratio = median(all.map((g) => g.ratio));
    for (const line of why(more)) say(line);
    return {
      shown: `${round(ratio)}× (median), ${all.length - more.length} of ${all.length} within +${MOST_BUFFERS}, worst +${Math.max(...all.map((g) => g.buffers))}`,
      met: ratio <= 1.5 && more.length === 0,
      figures: all.map(({ what, few, many, ratio, descents, more }) => ({
        what,
        descents,
        more: more.map(({ name, buffers }) => `${name} +${buffers}`),
        buffers: [few.buffers, many.buffers],
        ms: [round(few.ms), round(many.ms)],
        ratio: round(ratio),
      })),
    };
  },
};
