// `npm start`: runs the bundle of the sources in dist/, which start/build.ts makes anew when they have changed since.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];

checkNode();
// A container has a bundle of its own and nothing to compare or to build it with: `--built` runs what is there.
if (!process.argv.includes('--built') && !isCurrent(built())) build();
const bundle = built();
if (bundle === undefined) {
  console.error('There is no bundle in dist/: run "npm run build" first');
  process.exit(1);
}
await run(join(ROOT, 'dist', bundle.main));

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldest = 0, least = 0] = OLDEST_NODE;
  if (major > oldest || (major === oldest && minor >= least)) return;
  console.error(
    `Drawbridge needs Node ${OLDEST_NODE.join('.')} or later, and this is ${process.versions.node}: get a newer one from https://nodejs.org`,
  );
  process.exit(1);
}

/**
 * What the last build wrote down: the bundle's name, and size and time of each file it was made of. Undefined where
 * there is none, or part of it has been lost.
 */
function built() {
  try {
    const last = JSON.parse(readFileSync(join(ROOT, 'dist/built.json'), 'utf8'));
    return existsSync(join(ROOT, 'dist', last.main)) ? last : undefined;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isCurrent(last) {
  if (last === undefined) return false;
  return Object.entries(last.inputs).every(([name, [size, mtimeMs]]) => {
    const now = statSync(join(ROOT, name), { throwIfNoEntry: false });
    return now?.size === size && now.mtimeMs === mtimeMs;
  });
}

/** In a process of its own, so that nothing of the compiler stays in this one. */
function build() {
  const args = ['--import', 'tsx', join(ROOT, 'start/build.ts')];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/**
 * Runs the bundle with what V8 compiled of it the last time, which halves the time it takes. V8 itself refuses what
 * another version of it has kept; the bundle's name changes with its content.
 */
async function run(file) {
  const kept = `${file}.cache`;
  const script = new vm.Script(
    `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`,
    {
      filename: file,
      cachedData: statSync(kept, { throwIfNoEntry: false }) && readFileSync(kept),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    },
  );
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  await module.exports.running;
  if (script.cachedDataRejected !== false) keep(kept, script.createCachedData());
}

function keep(path, bytes) {
  try {
    writeFileSync(`${path}.${process.pid}`, bytes);
    renameSync(`${path}.${process.pid}`, path);
  } catch (error) {
    // Where the folder cannot be written each start takes a little longer, and nothing else is lost.
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOSPC'].includes(error.code)) throw error;
  }
}
