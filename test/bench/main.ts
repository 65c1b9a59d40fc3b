/** `npm run bench [-- a h …]`: measures, prints a table and writes `bench.json`. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { deletion } from './deletion.ts';
import { openLoop } from './open-loop.ts';
import { delayedPath, manyOperations, noOp, wholePath } from './paths.ts';
import { roundTrips } from './round-trips.ts';
import type { Row } from './row.ts';
import { saml } from './saml.ts';
import { scale } from './scale.ts';
import { stopServer } from './server.ts';
import { socketMode } from './socket.ts';

const unbuilt = (id: string, figure: string, aim: string): Row => ({ id, figure, aim, measure: null });

const ROWS: Row[] = [
  roundTrips,
  wholePath,
  delayedPath,
  noOp,
  manyOperations,
  openLoop,
  socketMode,
  scale,
  unbuilt('i', 'commit → message out; a free channel beside a limited one', '≤ 2×; ≤ 0.05×'),
  deletion,
  saml,
  unbuilt('l', 'cold start; memory after 100,000 commands', '≤ 0.7×; + ≤ 5 MB'),
];

const FILE = 'bench.json';
const wanted = process.argv.slice(2).map((word) => word.toLowerCase());
const unknown = wanted.filter((id) => !ROWS.some((row) => row.id === id));
if (unknown.length > 0) {
  console.error(`There is no row ${unknown.join(', ')}; there are ${ROWS.map(({ id }) => id).join(' ')}.`);
  process.exit(1);
}

const results: {
  id: string;
  figure: string;
  aim: string;
  measured: string;
  met: boolean | null;
  figures?: unknown;
}[] = [];
try {
  for (const { id, figure, aim, measure } of ROWS) {
    if (wanted.length > 0 && !wanted.includes(id)) continue;
    if (!measure) {
      results.push({ id, figure, aim, measured: 'not built yet', met: null });
      continue;
    }
    console.error(`${id}: ${figure}`);
    const { shown, met, figures } = await measure((words) => console.error(`   ${words}`));
    results.push({ id, figure, aim, measured: shown, met, figures });
  }
} finally {
  await stopServer();
}

const machine = { node: process.version, cores: availableParallelism(), at: new Date().toISOString() };
await writeFile(FILE, `${JSON.stringify({ machine, results }, null, 2)}\n`);
console.log(`| # | figure | measured | aim | met |\n| --- | --- | --- | --- | --- |`);
for (const { id, figure, measured, aim, met } of results) {
  console.log(`| ${id} | ${figure} | ${measured} | ${aim} | ${met === null ? '–' : met ? 'yes' : 'no'} |`);
}
console.log(`\n${machine.cores} cores, Node ${machine.node}; everything in ${FILE}.`);
