// Starts the thread from its TypeScript source: what tsx does for the main thread, a thread has to do for itself.
import { register } from 'tsx/esm/api';

register();
await import('./judge-thread.ts');
