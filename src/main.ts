import { templateFolder } from '../db/template.ts';
import { startDrawbridge } from './app.ts';
import { ConfigError, loadEnvFile, readConfig } from './config.ts';
import { createLog } from './log.ts';
import { ResetRefused, resetLocal } from './workspace/local/reset.ts';

/** Errors whose message is written for the person who starts the bot: no stack is needed. */
const PLAIN = new Set([
  'ConfigError',
  'KeyFileError',
  'SlackStartError',
  'FolderLocked',
  'FolderOfAnotherVersion',
  'DatabaseUnavailable',
  'DatabaseError',
  'ResetRefused',
  'PortTaken',
]);

/** Whoever stops the bot waits ten seconds and then kills it; what is left by then is the next process's. */
const STOP_MS = 9500;

/** A signal to the whole group comes twice: by itself, and handed on by npm. Who wants to end it at once signals later. */
const SAME_SIGNAL_MS = 500;

function announce(port: number): void {
  console.log(`\n  Getting ready: it will open at localhost:${port}/workspace`);
}

async function main(): Promise<void> {
  loadEnvFile();
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  if (process.argv.includes('--reset')) {
    if (config.slack.mode !== 'local') throw new ResetRefused('--reset is for the local workspace alone.');
    await resetLocal(config.dataDir);
  }
  const drawbridge = await startDrawbridge({
    config,
    log,
    ...(config.databaseUrl === undefined && { template: await templateFolder() }),
    ...(config.slack.mode === 'local' && { onListening: announce }),
  });
  let stoppingSince: number | undefined;
  const stop = (signal: string) => {
    if (stoppingSince !== undefined && performance.now() - stoppingSince < SAME_SIGNAL_MS) return;
    if (stoppingSince !== undefined) process.exit(1);
    stoppingSince = performance.now();
    log.info({ signal }, 'Stopping: finishing what is under way');
    setTimeout(() => {
      log.warn('Not all could be finished in time; the next process goes on with the rest');
      process.exit(0);
    }, STOP_MS).unref();
    drawbridge.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'Stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Said last: whoever reads it may stop the bot at once.
  if (drawbridge.local) {
    console.log(`\n  Drawbridge runs here: http://localhost:${drawbridge.port}/workspace`);
    console.log(
      '  A Slack-like workspace for trying it out, on this machine only. Not for the open network.\n',
    );
  } else {
    log.info({ port: drawbridge.port, url: config.publicUrl }, 'Drawbridge is up');
  }
}

/** Settled when the bot is up, for whoever loads this file (start/start.js). */
export const running = main().catch((error: unknown) => {
  const plain = error instanceof ConfigError || (error instanceof Error && PLAIN.has(error.name));
  console.error(plain ? (error as Error).message : error);
  process.exit(1);
});
