import type { Worker } from 'node:worker_threads';
import { startWorker } from '#main/base/worker.ts';
import type { CodeAnswer, CodeJob, CodeReply } from './codejob.ts';

/** Threads kept warm after use. */
const WARM = 2;
const IDLE_MS = 60_000;
/** The sandbox ends a script by itself; the thread is ended when that takes longer than this. */
const HARD_LIMIT_MS = 1000;
/** Starting a thread on a busy machine may take a while; it does not count against the script. */
const STARTUP_MS = 10_000;

/**
 * Threads that run scripts in QuickJS. A thread serves one script at a time; one whose script hit
 * a limit is ended, the others are used again and end after a minute without work.
 */
export class Sandbox {
  readonly #idle: { worker: Worker; timer: NodeJS.Timeout }[] = [];
  #next = 1;

  /**
   * Runs one script. Resolves with what it answered; an abort ends the thread in whatever it does.
   * @throws the signal's reason
   */
  async run(
    job: Omit<CodeJob, 'id'>,
    signal: AbortSignal,
    onLog: (stream: 'stdout' | 'stderr', text: string) => void,
  ): Promise<CodeAnswer> {
    signal.throwIfAborted();
    const worker = this.#take();
    const id = this.#next++;
    const answer = await this.#ask(worker, { ...job, id }, signal, onLog);
    const clean = answer.ok || answer.code === 'threw';
    if (clean && !signal.aborted) this.#keep(worker);
    else await worker.terminate();
    signal.throwIfAborted();
    return answer;
  }

  /** Ends the threads that wait for work. */
  async close(): Promise<void> {
    await Promise.all(
      this.#idle.splice(0).map(({ worker, timer }) => {
        clearTimeout(timer);
        return worker.terminate();
      }),
    );
  }

  #take(): Worker {
    const kept = this.#idle.pop();
    if (!kept)
      return startWorker(import.meta.url, 'code.worker', {
        resourceLimits: { maxOldGenerationSizeMb: 128 },
      });
    clearTimeout(kept.timer);
    quiet(kept.worker);
    kept.worker.ref();
    return kept.worker;
  }

  #keep(worker: Worker): void {
    if (this.#idle.length >= WARM) {
      void worker.terminate();
      return;
    }
    worker.unref();
    const forget = () => {
      const at = this.#idle.findIndex((one) => one.worker === worker);
      if (at >= 0) clearTimeout(this.#idle.splice(at, 1)[0]!.timer);
    };
    worker.once('exit', forget);
    worker.on('error', forget);
    const timer = setTimeout(() => {
      forget();
      void worker.terminate();
    }, IDLE_MS);
    timer.unref();
    this.#idle.push({ worker, timer });
  }

  #ask(
    worker: Worker,
    job: CodeJob,
    signal: AbortSignal,
    onLog: (stream: 'stdout' | 'stderr', text: string) => void,
  ): Promise<CodeAnswer> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const end = (answer: CodeAnswer) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        quiet(worker);
        resolve(answer);
      };
      const abort = () => end({ ok: false, code: 'time', message: 'aborted' });
      signal.addEventListener('abort', abort, { once: true });
      worker.on('error', (error) => end({ ok: false, code: 'crashed', message: String(error) }));
      worker.once('exit', (code) =>
        end({ ok: false, code: 'crashed', message: `the thread ended with ${code}` }),
      );
      const late = () => end({ ok: false, code: 'time', message: 'still busy' });
      worker.on('message', (message: CodeReply) => {
        if (message.id !== job.id) return;
        if (message.type === 'log') onLog(message.stream, message.text);
        else if (message.type === 'answer') end(message.answer);
        else {
          clearTimeout(timer);
          timer = setTimeout(late, job.timeMs + HARD_LIMIT_MS);
        }
      });
      timer = setTimeout(late, job.timeMs + STARTUP_MS);
      worker.postMessage(job);
    });
  }
}

// Not removeAllListeners() of everything: Node hears its own thread's messages through a listener too.
function quiet(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
}
