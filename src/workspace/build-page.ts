import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The page's script and styles. */
export interface BuiltPage {
  /** Their text by their names, which change with it. */
  assets: Record<string, string>;
  /** The files they were made of. */
  inputs: string[];
}

/**
 * Bundles the page. In the bundle that `npm start` runs (start/build.ts) the result stands in place of this.
 * @throws esbuild's error when the page's source has a fault
 */
export async function buildPage(): Promise<BuiltPage> {
  const source = fileURLToPath(new URL('./page/', import.meta.url));
  const { outputFiles, metafile } = await build({
    absWorkingDir: source,
    entryPoints: { main: 'main.ts', style: 'styles/main.css' },
    entryNames: '[name]-[hash]',
    outdir: 'out',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    charset: 'utf8',
    logLevel: 'error',
  });
  return {
    assets: Object.fromEntries(outputFiles.map(({ path, text }) => [basename(path), text])),
    inputs: Object.keys(metafile.inputs).map((name) => join(source, name)),
  };
}
