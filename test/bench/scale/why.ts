import type { Grown } from './measure.ts';

/** A thousand times as many rows make a B-tree one level higher, and one with long keys two. */
const LEVELS = 2;

/** Why a statement touches more pages where there is more, told in the order of how well it is meant. */
const REASONS: { words: string; fits: (grown: Grown) => boolean }[] = [
  {
    words: 'looks through so many names at most, which a thousand domains do not fill',
    fits: ({ what }) => /^search |^a name that nobody has/.test(what),
  },
  {
    words: 'comes down that many indexes, each of them a level or two higher',
    fits: ({ descents, more, buffers }) => {
      const inIndexes = more.reduce((sum, one) => sum + (one.index ? one.buffers : 0), 0);
      return inIndexes <= LEVELS * descents && buffers - inIndexes <= inIndexes;
    },
  },
  { words: 'touches more rows', fits: () => true },
];

/**
 * @param beyond the statements that touch more than they may
 * @returns lines to print: each reason with its statements, their descents and where they touch more
 */
export function why(beyond: Grown[]): string[] {
  const lines: string[] = [];
  let rest = beyond;
  for (const { words, fits } of REASONS) {
    const these = rest.filter(fits);
    rest = rest.filter((one) => !these.includes(one));
    if (these.length > 0) lines.push(`  ${words}:`, ...these.map(line));
  }
  return lines;
}

function line({ what, few, many, descents, more }: Grown): string {
  const where = more.slice(0, 5).map(({ name, buffers }) => `${name} +${buffers}`);
  return `    ${what}: ${few.buffers} → ${many.buffers} buffers, ${descents} descents (${where.join(', ')})`;
}
