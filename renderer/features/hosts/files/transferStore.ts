import { create } from 'zustand';
import type { ErrorShape } from '#contract/errors.ts';
import type { TransferEvent } from '#contract/hostFiles.ts';
import { client } from '#renderer/client/api.ts';
import { toErrorShape } from '#renderer/client/errorShape.ts';
import { readStream } from '#renderer/client/readStream.ts';
import type { ReceivedFile } from '#contract/files.ts';
import { type BrowserFile, sendFiles } from './browserFiles.ts';

type Of<K extends TransferEvent['type']> = Extract<TransferEvent, { type: K }>;

/** What goes from where to where. */
export interface TransferPlan {
  direction: 'upload' | 'download';
  host: string;
  from: string;
  to: string;
  /** Set where they are files of this browser: they go by its connection, and `from` only names them. */
  files?: readonly BrowserFile[];
}

/** A transfer that this window started. */
export interface Transfer extends TransferPlan {
  id: number;
  /** `asking`: nothing has begun; perhaps somebody must approve it first. */
  state: 'asking' | 'running' | 'done' | 'cancelled' | 'failed';
  progress: Of<'progress'> | undefined;
  done: Of<'done'> | undefined;
  error: ErrorShape | undefined;
  /** Bytes a second over the last moments; absent before it can be told. */
  rate: number | undefined;
}

/** The transfers of this window, the newest first. They go on while other pages are open. */
export const useTransfers = create<{ transfers: readonly Transfer[] }>(() => ({ transfers: [] }));

const aborts = new Map<number, AbortController>();
/** What has arrived of this browser's files, for going on. */
const arrived = new Map<number, Map<BrowserFile, ReceivedFile>>();
let next = 1;

const change = (id: number, more: Partial<Transfer>) =>
  useTransfers.setState(({ transfers }) => ({
    transfers: transfers.map((one) => (one.id === id ? { ...one, ...more } : one)),
  }));

const WINDOW_MS = 4_000;

/** Bytes a second over the last few seconds; the first reading is only a beginning. */
export class RateMeter {
  readonly #readings: { at: number; bytes: number }[] = [];

  /** @param at milliseconds @param bytes how many there are in all */
  read(at: number, bytes: number): number | undefined {
    this.#readings.push({ at, bytes });
    while (this.#readings.length > 2 && at - this.#readings[0]!.at > WINDOW_MS)
      this.#readings.shift();
    const first = this.#readings[0]!;
    return at > first.at
      ? Math.max(0, ((bytes - first.bytes) * 1000) / (at - first.at))
      : undefined;
  }
}

async function perform(id: number, plan: TransferPlan): Promise<void> {
  const abort = new AbortController();
  aborts.set(id, abort);
  const meter = new RateMeter();
  const take = (event: TransferEvent) => {
    if (event.type === 'progress') {
      const rate = meter.read(performance.now(), event.bytes);
      change(id, { state: 'running', progress: event, rate });
    } else if (event.type === 'done') change(id, { state: 'done', done: event });
    else change(id, { state: 'failed', error: event.error });
  };
  const { direction, host, from, to, files } = plan;
  try {
    if (files) {
      const sent = arrived.get(id) ?? new Map<BrowserFile, ReceivedFile>();
      arrived.set(id, sent);
      await sendFiles({ host, to, files }, sent, take, abort.signal);
      arrived.delete(id);
      return;
    }
    const frames = await client.hosts[direction]({ host, from, to }, { signal: abort.signal });
    const ack = (stream: string, bytes: number) => client.streams.ack({ stream, bytes });
    let told = false;
    for await (const events of readStream(frames, ack)) {
      events.forEach(take);
      told ||= events.some(({ type }) => type !== 'progress');
    }
    // Nothing would come any more, and nothing could be cancelled.
    if (!told) change(id, { state: abort.signal.aborted ? 'cancelled' : 'failed' });
  } catch (thrown) {
    if (abort.signal.aborted) change(id, { state: 'cancelled' });
    else change(id, { state: 'failed', error: toErrorShape(thrown) });
  } finally {
    aborts.delete(id);
  }
}

/** Begins a transfer. What is there already of an earlier one is not sent again. */
export function startTransfer(plan: TransferPlan): void {
  const id = next++;
  const transfer: Transfer = {
    ...plan,
    id,
    state: 'asking',
    progress: undefined,
    done: undefined,
    error: undefined,
    rate: undefined,
  };
  useTransfers.setState(({ transfers }) => ({ transfers: [transfer, ...transfers] }));
  void perform(id, plan);
}

/** Ends a transfer; what has arrived stays for {@link resumeTransfer}. */
export function cancelTransfer(id: number): void {
  aborts.get(id)?.abort();
}

/** Goes on where a transfer stopped. */
export function resumeTransfer(transfer: Transfer): void {
  change(transfer.id, { state: 'asking', error: undefined, rate: undefined });
  void perform(transfer.id, transfer);
}

/** Takes those with this host that have ended from the list; of others some may still be gone on with. */
export function clearTransfers(host: string): void {
  useTransfers.setState(({ transfers }) => ({
    transfers: transfers.filter(
      (one) => one.host !== host || one.state === 'asking' || one.state === 'running',
    ),
  }));
  const left = new Set(useTransfers.getState().transfers.map(({ id }) => id));
  for (const id of arrived.keys()) if (!left.has(id)) arrived.delete(id);
}
