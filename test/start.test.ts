import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variables } from '../src/environment.ts';
import { type Child, listenTo } from './support/child.ts';
import { freePort } from './support/free-port.ts';

/** What npm start needs, and what the Dockerfile copies. */
const NEEDED = ['package.json', 'package-lock.json', 'manifest.yml', 'tsconfig.json', 'db', 'src', 'start'];
const NOTHING_SET = Object.fromEntries(Object.keys(variables.shape).map((name) => [name, '']));

/** A copy of the project as it is after `npm ci --ignore-scripts`: sources and modules, and nothing built. */
let project: string;

/** Runs what `npm start` runs. */
function start(
  env: Record<string, string> = {},
  args: string[] = [],
  node: string[] = [],
  as: { uid?: number } = {},
): Child {
  return listenTo(
    spawn(process.execPath, [...node, 'start/start.js', ...args], {
      cwd: project,
      env: { ...process.env, ...NOTHING_SET, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...as,
    }),
  );
}

/** A start that goes no further than the reading of its settings, so that it is over soon. @returns all it says */
async function refusal(...args: string[]): Promise<string> {
  const child = start({ PORT: 'none' }, args);
  expect(await child.ended).toBe(1);
  return child.lines.join('\n');
}

async function edit(file: string, from: string, to: string): Promise<void> {
  const path = join(project, file);
  const text = await readFile(path, 'utf8');
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
}

const bundles = async () => (await readdir(join(project, 'dist'))).filter((name) => name.endsWith('.cjs'));

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'drawbridge-start-'));
  for (const name of NEEDED) await cp(name, join(project, name), { recursive: true });
  await symlink(resolve('node_modules'), join(project, 'node_modules'));
});
afterAll(() => rm(project, { recursive: true, force: true }));

describe('npm start', () => {
  it('bundles where nothing is built, and says what is wrong with the settings', async () => {
    expect(await refusal()).toContain('PORT must be a number from 1 to 65535');
    expect(await bundles()).toHaveLength(1);
  });

  it('runs the same bundle again while nothing changes', async () => {
    const [bundle = ''] = await bundles();
    const before = await stat(join(project, 'dist', bundle));
    await refusal();
    expect((await stat(join(project, 'dist', bundle))).mtimeMs).toBe(before.mtimeMs);
  });

  it('bundles anew where part of the bundle has been lost', async () => {
    const [bundle = ''] = await bundles();
    await rm(join(project, 'dist', bundle));
    expect(await refusal('--built')).toContain('run "npm run build" first');
    expect(await refusal()).toContain('PORT must be');
    await writeFile(join(project, 'dist/built.json'), '');
    expect(await refusal()).toContain('PORT must be');
    expect(await bundles()).toHaveLength(1);
  });

  it('says in a line that the bundle has to be made anew where it cannot be', async () => {
    await writeFile(join(project, 'dist/built.json'), '');
    await chmod(project, 0o755);
    await chmod(join(project, 'dist'), 0o555);
    // Whoever may write everywhere starts it as nobody.
    const child = start({ PORT: 'none' }, [], [], process.getuid?.() === 0 ? { uid: 65534 } : {});
    expect(await child.ended).toBe(1);
    await chmod(join(project, 'dist'), 0o755);
    expect(child.lines.filter(Boolean)).toEqual([
      expect.stringMatching(/cannot be written \(EACCES\): run "npm run build" as who owns the folder$/),
    ]);
    expect(await refusal()).toContain('PORT must be');
  });

  it('runs what a developer has just written, and keeps no bundle of before', async () => {
    await edit('src/environment.ts', 'must be a number from 1 to 65535', 'must be a number from 1 to 77777');
    expect(await refusal()).toContain('PORT must be a number from 1 to 77777');
    expect(await bundles()).toHaveLength(1);
  });

  it('names the place where a source has a fault, and starts nothing', async () => {
    await edit('src/clock.ts', 'export', 'exprt');
    const said = await refusal();
    expect(said).toContain('src/clock.ts:');
    expect(said).not.toContain('PORT must be');
    // What a container has is run without a look at the sources.
    expect(await refusal('--built')).toContain('PORT must be a number from 1 to 77777');
    await edit('src/clock.ts', 'exprt', 'export');
    expect(await refusal()).toContain('PORT must be');
  });

  it('says which Node it needs', async () => {
    const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.1'})`;
    const child = start({}, [], ['--import', old]);
    expect(await child.ended).toBe(1);
    expect(child.lines.filter(Boolean)).toEqual([
      'Drawbridge needs Node 20.19 or later, and this is 18.20.1: get a newer one from https://nodejs.org',
    ]);
  });

  it('opens the local workspace and prints its address last; --reset begins anew', async () => {
    // Where the project is installed the template is there; else a database is made, which takes longer.
    for (const name of (await readdir('dist').catch(nothing)).filter((name) =>
      name.startsWith('database-'),
    )) {
      await cp(join('dist', name), join(project, 'dist', name), { recursive: true });
    }
    const port = await freePort();
    const env = { PORT: String(port), DATA_DIR: join(project, 'data') };
    const page = `http://localhost:${port}/workspace`;
    const first = start(env);
    await first.line(/Drawbridge runs here/);
    expect((await fetch(page)).status).toBe(200);
    expect(first.lines.filter((line) => line.includes(page))).toHaveLength(1);
    const script = /src="([^"]+\.js)"/.exec(await (await fetch(page)).text())?.[1];
    expect((await fetch(new URL(script ?? '', page))).headers.get('content-type')).toContain('javascript');
    // Slack's schema was compiled by the build.
    const check = async (block: object) => {
      const api = new URL('/workspace/api/blocks.validate', page);
      const headers = {
        authorization: 'Bearer xoxb-local-workspace',
        'content-type': 'application/json; charset=utf-8',
      };
      const body = JSON.stringify({ blocks: [block] });
      return ((await (await fetch(api, { method: 'POST', headers, body })).json()) as { ok: boolean }).ok;
    };
    expect(await check({ type: 'divider' })).toBe(true);
    expect(await check({ type: 'section' })).toBe(false);
    await first.kill('SIGTERM');

    await mkdir(join(project, 'data/workspace'), { recursive: true });
    await writeFile(join(project, 'data/workspace/of-before'), '');
    const anew = start(env, ['--reset']);
    await anew.line(/Drawbridge runs here/);
    expect((await fetch(page)).status).toBe(200);
    expect(await readdir(join(project, 'data/workspace'))).not.toContain('of-before');
    await anew.kill('SIGTERM');
    // What was compiled is kept beside the bundle.
    expect((await readdir(join(project, 'dist'))).filter((name) => name.endsWith('.cache'))).toHaveLength(1);
  });
});

function nothing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
