import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerAnswer, WorkerTask } from './worker.ts';

const task = workerData as WorkerTask;

async function run(): Promise<WorkerAnswer> {
  if (task.task === 'argon2id') {
    // Node's own argon2 is missing in Electron: this one gives the same bytes everywhere.
    const { argon2id } = await import('hash-wasm');
    const { password, salt, memory_kib: memorySize, passes: iterations, lanes: parallelism } = task;
    const key = await argon2id({
      password,
      salt,
      memorySize,
      iterations,
      parallelism,
      hashLength: 32,
      outputType: 'binary',
    });
    password.fill(0);
    return { bytes: key };
  }
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  if (task.passphrase !== undefined) decrypter.addPassphrase(task.passphrase);
  try {
    for (const identity of task.identities) decrypter.addIdentity(identity);
    return { bytes: await decrypter.decrypt(task.file) };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

// An error that is nobody's input leaves the thread as such.
void run().then((answer) => parentPort!.postMessage(answer));
