import { startWorker } from '#main/base/worker.ts';
import { NexusError } from '#main/base/errors.ts';
import type { ArgonCosts } from './document.ts';

/** What the vault's worker is asked to do: what takes long or needs much memory. */
export type WorkerTask =
  | ({ task: 'argon2id'; password: Uint8Array; salt: Uint8Array } & ArgonCosts)
  | { task: 'age_decrypt'; file: Uint8Array; passphrase?: string; identities: string[] };

/** What it answers with. */
export type WorkerAnswer = { bytes: Uint8Array } | { refused: string };

/**
 * Does one task in a thread of its own, which ends with it: deriving a key takes a good part of a
 * second and 128 MiB.
 *
 * @throws NexusError `vault.worker_failed`; an `Error` with the worker's words where it refuses the data
 */
export function inWorker(task: WorkerTask): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = startWorker(import.meta.url, 'vault.worker', { workerData: task });
    const end = (settle: () => void) => {
      settle();
      void worker.terminate();
    };
    worker.once('message', (answer: WorkerAnswer) =>
      end(() => ('bytes' in answer ? resolve(answer.bytes) : reject(new Error(answer.refused)))),
    );
    worker.once('error', (cause) => end(() => reject(failed(cause))));
    worker.once('exit', () => reject(failed(new Error('it ended without an answer'))));
  });
}

function failed(cause: Error): NexusError {
  return new NexusError({
    code: 'vault.worker_failed',
    message: `The vault’s worker failed: ${cause.message}`,
    hint: 'Is there enough memory? Deriving the key takes 128 MiB.',
    kind: 'operational',
    cause,
  });
}
