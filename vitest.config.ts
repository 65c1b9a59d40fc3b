import { defineConfig } from 'vitest/config';

/** Tests that start several processes each, and mostly wait for these. */
const TWO_AT_A_TIME = [
  'test/faults/**/*.test.ts',
  'test/sign-in/races.test.ts',
  'test/embedded-folder.test.ts',
  'test/backup.test.ts',
  'test/queue.test.ts',
];

/** Tests that start a browser or the whole product each, or count what memory and index pages they take. */
const ALONE = [
  'test/browser/**/*.test.ts',
  'test/journeys/npm-start.test.ts',
  'test/start.test.ts',
  'test/hot-path.test.ts',
  'test/scale.test.ts',
  'test/worker/deletion.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    // What a developer has exported must not change what the tests see.
    env: { NO_COLOR: '1' },
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: [...TWO_AT_A_TIME, ...ALONE],
          // Real databases, servers and child processes on a small machine; a test that hangs still ends.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          pool: 'forks',
          // One more than a small machine has processors: half of the time is spent waiting for what must take its time.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'two at a time',
          include: TWO_AT_A_TIME,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'one after the other',
          include: ALONE,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
