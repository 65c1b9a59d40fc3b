/** Takes the lock of a folder, says so, and holds it until it is killed. */
import { lockFolder } from '../../../db/lock.ts';

const [folder = ''] = process.argv.slice(2);
try {
  await lockFolder(folder);
  console.log(`held by ${process.pid}`);
  setInterval(() => {}, 1000);
} catch (error) {
  console.log(`refused: ${(error as Error).message}`);
}
