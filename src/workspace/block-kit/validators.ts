import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';

let ajv: Ajv2020 | undefined;

/**
 * @param source whether compiled checks can be written down as code, which the build does (start/build.ts)
 * @returns a compiler that knows Slack's schema as `block-kit`
 */
export function schemaCompiler(source = false): Ajv2020 {
  // Without inlining, compiling takes a quarter of the time; the data file is ours and needs no check itself.
  const compiler = new Ajv2020({
    strict: false,
    discriminator: true,
    allErrors: true,
    inlineRefs: false,
    validateSchema: false,
    code: { source, esm: source },
  });
  ajvFormats.default(compiler);
  const file = new URL('../data/block-kit.data.json', import.meta.url);
  compiler.addSchema({ $id: 'block-kit', ...JSON.parse(readFileSync(file, 'utf8')) });
  return compiler;
}

/**
 * Compiled at first use, which takes up to a second. In the bundle that `npm start` runs, what the build has compiled
 * stands in place of this.
 * @param name a definition of `data/block-kit.data.json`
 * @returns its check; undefined when there is none of that name
 */
export function validatorOf(name: string): ValidateFunction | undefined {
  ajv ??= schemaCompiler();
  return ajv.getSchema(`block-kit#/$defs/${name}`) as ValidateFunction | undefined;
}
