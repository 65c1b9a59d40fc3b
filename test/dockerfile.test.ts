import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const lines = readFileSync('Dockerfile', 'utf8').split('\n');
const all = (word: string) =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
const packageJson = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
};
const copied = all('COPY')
  .filter((line) => !line.startsWith('--from'))
  .flatMap((line) => line.split(' ').slice(0, -1));

/** Every module that the files below a folder name, other than by a path. */
function imported(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ts$/.test(name))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return [...text.matchAll(/^(?:import|export)\s(?!type)[^;]*?from\s+'([^'.][^']*)'/gm)].map(
        ([, m = '']) => m,
      );
    });
}

describe('the Dockerfile', () => {
  it('copies what is there, and .dockerignore lets just that through', () => {
    const let_through = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const name of copied) expect(existsSync(name), name).toBe(true);
    expect(new Set(let_through)).toEqual(new Set(copied));
    expect(copied).not.toContain('.env');
  });

  it('runs what npm start runs, as somebody who is not root, and installs no tools of ours', () => {
    const [command = '[]'] = all('CMD');
    const words = JSON.parse(command) as string[];
    expect(['exec', ...words]).toEqual([...(packageJson.scripts.start ?? '').split(' '), '--built']);
    const build = JSON.parse(all('RUN')[1] ?? '[]') as string[];
    expect(packageJson.scripts.build).toContain(`tsx ${build.at(-1)}`);
    expect(all('USER')).toEqual(['node']);
    expect(lines.indexOf('USER node')).toBeGreaterThan(lines.findLastIndex((l) => l.startsWith('RUN ')));
    expect(all('RUN')[0]).toContain('npm ci --omit=dev');
  });

  it('brings along every module that is imported at run time', () => {
    const modules = [...imported('src'), ...imported('db'), ...imported('start')]
      .filter((name) => !name.startsWith('node:'))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    const missing = [...new Set(modules)].filter((name) => !(name in packageJson.dependencies));
    expect(modules.length).toBeGreaterThan(50);
    expect(missing).toEqual([]);
    expect(packageJson.dependencies).toHaveProperty('tsx');
  });

  it('has a health check that tells alive from not', async () => {
    const health = lines.find((line) => line.startsWith('HEALTHCHECK ')) ?? '';
    const [program = '', ...args] = JSON.parse(health.slice(health.indexOf('CMD ') + 4)) as string[];
    expect(program).toBe('node');
    let status = 200;
    const server = createServer((req, res) => res.writeHead(req.url === '/healthz' ? status : 404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const check = () =>
      new Promise<number>((resolve) => {
        const child = execFile(process.execPath, args, { env: { PORT: String(port) } });
        child.on('close', (code) => resolve(code ?? -1));
      });
    expect(await check()).toBe(0);
    status = 503;
    expect(await check()).toBe(1);
    await new Promise((resolve) => server.close(resolve));
    expect(await check()).toBe(1);
  });
});
