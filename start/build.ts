/** `npm run build`: bundles src/main.ts and all that it imports into one file in dist/, which starts several times faster. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ValidateFunction } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { type BuildFailure, build, type Plugin } from 'esbuild';
import { schemaCompiler } from '../src/workspace/block-kit/validators.ts';
import { type BuiltPage, buildPage } from '../src/workspace/build-page.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');

/** Not bundled: what brings WebAssembly or machine code along as files of its own. */
const EXTERNAL = ['@electric-sql/pglite', '@node-rs/argon2'];

/** A change of these calls for a new bundle too; package-lock.json stands for all that is in node_modules. */
const ALSO = [
  'start/build.ts',
  'src/workspace/data/block-kit.data.json',
  'package-lock.json',
  'tsconfig.json',
];

/** Slack's schema as a module of functions that check a value by its definitions: compiling them takes a second. */
function schemaChecks(): string {
  const compiler = schemaCompiler(true);
  const { schema } = compiler.getSchema('block-kit') as ValidateFunction;
  const names = Object.keys((schema as { $defs: object }).$defs);
  const code = standaloneCode.default(
    compiler,
    Object.fromEntries(names.map((name) => [name, `block-kit#/$defs/${name}`])),
  );
  return `${code}\nconst checks = { ${names.join(', ')} };\nexport const validatorOf = (name) => checks[name];`;
}

/** Sources go on finding their data files where they lie, and the page comes along as it was built. */
const ours = (page: BuiltPage): Plugin => ({
  name: 'ours',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]workspace[\\/]build-page\.ts$/ }, () => ({
      contents: `export const buildPage = async () => (${JSON.stringify({ assets: page.assets })});`,
    }));
    onLoad({ filter: /[\\/]block-kit[\\/]validators\.ts$/ }, () => ({
      contents: schemaChecks(),
      resolveDir: ROOT,
    }));
    onLoad({ filter: /[\\/](src|db)[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      // The thread is started from beside the bundle; all other files are beside the source.
      const place = /judges\.ts$/.test(path)
        ? '__filename'
        : `__dirname, ${JSON.stringify(relative(DIST, path))}`;
      const url = `require('node:url').pathToFileURL(require('node:path').resolve(${place})).href`;
      return { loader: 'ts', contents: text.replaceAll('import.meta.url', url) };
    });
  },
});

async function bundle(entry: string, format: 'cjs' | 'esm', plugins: Plugin[]) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: join(DIST, 'out.js'),
    bundle: true,
    write: false,
    metafile: true,
    format,
    platform: 'node',
    target: 'node20',
    external: EXTERNAL,
    plugins,
    ...(format === 'esm' && {
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    }),
    logLevel: 'error',
  });
  const inputs = Object.keys(metafile.inputs).filter((path) => !path.includes('node_modules/'));
  return { text: outputFiles[0]?.text ?? '', inputs };
}

/** Size and time of each file that the bundle rests on; start.js compares them. */
async function stamps(paths: string[], begun: number) {
  const stamped = paths.map(async (path) => {
    const { size, mtimeMs } = await stat(join(ROOT, path));
    // What has changed meanwhile may be in the bundle or not, so it counts as changed.
    return [path, [size, mtimeMs < begun ? mtimeMs : 0]] as const;
  });
  return Object.fromEntries(await Promise.all(stamped));
}

/** Whole or not at all: another process may be starting from what is here. */
async function put(name: string, text: string): Promise<void> {
  const path = join(DIST, name);
  await writeFile(`${path}.${process.pid}`, text);
  await rename(`${path}.${process.pid}`, path);
}

async function buildAll(): Promise<void> {
  const begun = Date.now();
  const page = await buildPage();
  const main = await bundle('src/main.ts', 'cjs', [ours(page)]);
  const thread = await bundle('src/identity/saml/judge-thread.ts', 'esm', []);
  const inputs = [
    ...main.inputs,
    ...thread.inputs,
    ...page.inputs.map((path) => relative(ROOT, path)),
    ...ALSO,
  ];
  const name = `main-${createHash('sha256').update(main.text).digest('hex').slice(0, 12)}.cjs`;

  await mkdir(DIST, { recursive: true });
  await put(name, main.text);
  // By the name that src/identity/saml/judges.ts looks for.
  await put('judge-thread.js', thread.text);
  await put('built.json', JSON.stringify({ main: name, inputs: await stamps(inputs, begun) }));
  // Bundles of before; whoever runs one has read all of it.
  for (const other of await readdir(DIST)) {
    if (other.startsWith('main-') && !other.startsWith(name)) await rm(join(DIST, other), { force: true });
  }
}

await buildAll().catch((error: BuildFailure | NodeJS.ErrnoException) => {
  process.exitCode = 1;
  // esbuild has told already what is wrong where.
  if ('errors' in error) return;
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(error.code ?? '')) throw error;
  console.error(
    `The bundle in ${DIST} has to be made anew and cannot be written (${error.code}): run "npm run build" as who owns the folder`,
  );
});
