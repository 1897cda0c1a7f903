/** What goes to the sandbox's thread: one script with its limits. */
export interface CodeJob {
  id: number;
  code: string;
  /** JSON text. */
  input: string;
  memoryBytes: number;
  timeMs: number;
  /** Characters of JSON that the result may have. */
  outputBytes: number;
  /** Characters of log that are passed on. */
  logBytes: number;
}

export type CodeAnswer =
  | { ok: true; result: string }
  | {
      ok: false;
      code: 'threw' | 'time' | 'memory' | 'output' | 'pending' | 'crashed';
      message: string;
    };

/** What comes back from the thread. */
export type CodeReply =
  /** The script begins: its time counts from here. */
  | { type: 'started'; id: number }
  | { type: 'log'; id: number; stream: 'stdout' | 'stderr'; text: string }
  | { type: 'answer'; id: number; answer: CodeAnswer };
