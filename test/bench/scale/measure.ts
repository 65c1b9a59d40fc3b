import { benchDatabase } from '../server.ts';
import { explaining, type Touched } from './explain.ts';
import { questions } from './questions.ts';
import { fill } from './world.ts';

/** What one question costs in a database of one size. */
export interface Asked {
  what: string;
  statements: Touched[];
}

/**
 * Fills a database and asks everything once.
 * @param size how many domains, users, requests and audit entries
 * @param times how often each statement is timed
 * @param serverUrl a server that runs; the bench's own when left out
 */
export async function askAll(size: number, times?: number, serverUrl?: string): Promise<Asked[]> {
  const { db, url, close } = await benchDatabase(serverUrl);
  try {
    const world = await fill(db, size);
    const explained = explaining(db, url, times);
    const asked: Asked[] = [];
    try {
      for (const { what, ask } of questions(explained.db, world)) {
        await ask();
        asked.push({ what, statements: explained.take() });
      }
    } finally {
      await explained.close();
    }
    return asked;
  } finally {
    await close();
  }
}

/** One statement in two sizes. */
export interface Grown {
  what: string;
  text: string;
  few: Touched;
  many: Touched;
  buffers: number;
  ratio: number;
  /** How often the larger one comes down an index from its root. */
  descents: number;
  /** Where it touches more, the most first. */
  more: { name: string; index: boolean; buffers: number }[];
}

/** @returns each statement of each question in both sizes; fails when the larger one needed other statements */
export function grown(few: Asked[], many: Asked[]): Grown[] {
  return few.flatMap(({ what, statements }, at) => {
    const others = many[at]?.statements ?? [];
    if (others.length !== statements.length)
      throw new Error(`${what}: not the same statements in both sizes`);
    return statements.map((one, n) => {
      const other = others[n] as Touched;
      return {
        what: `${what}${statements.length > 1 ? ` (${n + 1})` : ''}`,
        text: one.text.replace(/\s+/g, ' ').trim().slice(0, 80),
        few: one,
        many: other,
        buffers: other.buffers - one.buffers,
        ratio: other.ms / one.ms,
        descents: [...other.relations.values()].reduce((sum, { descents }) => sum + descents, 0),
        more: moreOf(one, other),
      };
    });
  });
}

function moreOf(few: Touched, many: Touched): Grown['more'] {
  return [...many.relations]
    .map(([name, { index, buffers }]) => ({
      name,
      index,
      buffers: buffers - (few.relations.get(name)?.buffers ?? 0),
    }))
    .filter(({ buffers }) => buffers > 0)
    .sort((a, b) => b.buffers - a.buffers);
}
