import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Real databases, servers and child processes on a small machine; a test that hangs still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    // What a developer has exported must not change what the tests see.
    env: { NO_COLOR: '1' },
  },
});
