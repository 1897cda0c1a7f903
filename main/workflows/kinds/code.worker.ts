import { parentPort } from 'node:worker_threads';
import variant from '@jitl/quickjs-singlefile-cjs-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import type { CodeAnswer, CodeJob, CodeReply } from './codejob.ts';

/**
 * Runs one script at a time in QuickJS compiled to WebAssembly. What a script can reach is what
 * QuickJS itself offers, `input`, and `console`; nothing of Node is there to be found.
 */

// The file is started by `sandbox.ts` only, so there is a parent.
const port = parentPort!;
const reply = (message: CodeReply) => port.postMessage(message);

// In a bundle the module is wrapped once more than in the source.
const unwrapped = (variant as unknown as { default?: QuickJSSyncVariant }).default ?? variant;
const quickjs: Promise<QuickJSWASMModule> = newQuickJSWASMModuleFromVariant(
  unwrapped as QuickJSSyncVariant,
);

port.on('message', (job: CodeJob) => {
  void quickjs
    .then((module) => runJob(module, job))
    .catch(
      (error: unknown): CodeAnswer => ({
        ok: false,
        code: 'crashed',
        message: String(error),
      }),
    )
    .then((answer) => reply({ type: 'answer', id: job.id, answer }));
});

function runJob(module: QuickJSWASMModule, job: CodeJob): CodeAnswer {
  reply({ type: 'started', id: job.id });
  const runtime = module.newRuntime();
  runtime.setMemoryLimit(job.memoryBytes);
  runtime.setMaxStackSize(256 * 1024);
  const deadline = Date.now() + job.timeMs;
  let late = false;
  runtime.setInterruptHandler(() => {
    late ||= Date.now() > deadline;
    return late;
  });
  const context = runtime.newContext();
  const answer = evaluate(runtime, context, job, () => late);
  // A script that hit a limit may have left the engine in the middle of something: the thread is
  // thrown away with it, so that nothing needs to be put in order.
  if (answer.ok || answer.code === 'threw') {
    context.dispose();
    runtime.dispose();
  }
  return answer;
}

/** Runs inside the sandbox before the author's code; keeps JSON's functions out of its reach. */
const PRELUDE = `((print) => {
  const { stringify, parse } = JSON;
  const text = (value) => {
    if (typeof value === 'string') return value;
    if (value instanceof Error) return value.stack ? String(value) + '\\n' + value.stack : String(value);
    try { return stringify(value) ?? String(value); } catch { return String(value); }
  };
  const to = (stream) => (...values) => print(stream, values.map(text).join(' '));
  globalThis.console = Object.freeze({
    log: to('stdout'), info: to('stdout'), debug: to('stdout'), warn: to('stderr'), error: to('stderr'),
  });
  return {
    parse,
    run: (main, input) => {
      const state = { done: false, ok: false, value: undefined };
      const end = (ok) => (value) => {
        state.done = true;
        state.ok = ok;
        if (ok) { state.value = stringify(value === undefined ? null : value); return; }
        state.value = value instanceof Error ? String(value) + '\\n' + (value.stack ?? '') : text(value);
      };
      (async () => main(input))().then(end(true)).catch(end(false));
      return state;
    },
  };
})`;

function evaluate(
  runtime: QuickJSRuntime,
  context: QuickJSContext,
  job: CodeJob,
  late: () => boolean,
): CodeAnswer {
  let logged = 0;
  const print = context.newFunction('print', (stream, line) => {
    const text = context.getString(line);
    logged += text.length;
    if (logged <= job.logBytes)
      reply({
        type: 'log',
        id: job.id,
        stream: context.getString(stream) as 'stdout',
        text: `${text}\n`,
      });
  });
  const failed = (handle: { error: ReturnType<QuickJSContext['newString']> }) => {
    const message = describe(context, handle.error);
    return limitAnswer(message, late()) ?? { ok: false as const, code: 'threw' as const, message };
  };
  const prelude = context.unwrapResult(context.evalCode(PRELUDE, 'nexus:prelude'));
  const tools = context.unwrapResult(context.callFunction(prelude, context.undefined, print));
  const parse = context.getProp(tools, 'parse');
  const run = context.getProp(tools, 'run');
  const kept = [print, prelude, tools, parse, run];
  const dispose = () => {
    for (const handle of kept) handle.dispose();
  };

  const inputText = context.newString(job.input);
  const input = context.callFunction(parse, context.undefined, inputText);
  inputText.dispose();
  if (input.error) return failed({ error: input.error });
  kept.push(input.value);
  // On a line of its own, so that a comment at the end of the code cannot swallow the bracket.
  const main = context.evalCode(`(async function (input) {${job.code}\n})`, 'code');
  if (main.error) {
    const answer = failed({ error: main.error });
    main.error.dispose();
    dispose();
    return answer;
  }
  kept.push(main.value);
  const state = context.callFunction(run, context.undefined, main.value, input.value);
  if (state.error) return failed({ error: state.error });
  kept.push(state.value);
  const jobs = runtime.executePendingJobs();
  if (jobs.error) return failed({ error: jobs.error });
  jobs.dispose();
  const answer = late() ? limitAnswer('interrupted', true)! : settle(context, state.value, job);
  if (answer.ok || answer.code === 'threw') dispose();
  return answer;
}

function settle(
  context: QuickJSContext,
  state: ReturnType<QuickJSContext['newString']>,
  job: CodeJob,
): CodeAnswer {
  const read = (name: string) => {
    const handle = context.getProp(state, name);
    const value: unknown = context.dump(handle);
    handle.dispose();
    return value;
  };
  if (read('done') !== true)
    return {
      ok: false,
      code: 'pending',
      message: 'The code waits for something that never comes.',
    };
  const value = read('value');
  if (read('ok') !== true) {
    const message = String(value);
    return limitAnswer(message, false) ?? { ok: false, code: 'threw', message };
  }
  const text = typeof value === 'string' ? value : 'null';
  if (text.length > job.outputBytes)
    return { ok: false, code: 'output', message: `The result has ${text.length} characters.` };
  return { ok: true, result: text };
}

function limitAnswer(message: string, late: boolean): CodeAnswer | undefined {
  if (late) return { ok: false, code: 'time', message };
  if (/InternalError: out of memory/.test(message)) return { ok: false, code: 'memory', message };
  return undefined;
}

function describe(context: QuickJSContext, error: ReturnType<QuickJSContext['newString']>): string {
  const dumped = context.dump(error) as
    | { name?: string; message?: string; stack?: string }
    | string;
  if (typeof dumped !== 'object' || dumped === null) return String(dumped);
  return `${dumped.name ?? 'Error'}: ${dumped.message ?? ''}\n${dumped.stack ?? ''}`;
}
