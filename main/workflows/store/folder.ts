import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '#contract/errors.ts';
import type { Logger } from '#main/base/log.ts';
import { utf8Text } from '#main/base/utf8.ts';
import {
  type CheckCron,
  type CompiledWorkflow,
  nameOfFile,
  type ParsedWorkflow,
  parseWorkflow,
  sourceHash,
} from '../language/index.ts';
import type { KindRegistry } from '../kinds/registry.ts';

const MAX_BYTES = 8_000_000;

/** One file of the folder as it was last read. */
export interface WorkflowFile {
  name: string;
  /** Name of the file in the folder. */
  file: string;
  source: string;
  hash: string;
  modifiedAt: number;
  parsed: ParsedWorkflow;
  /** The file as it is where it is valid, else as it last was. */
  compiled: CompiledWorkflow | undefined;
  stamp: string;
}

interface FolderOptions {
  dir: string;
  kinds: KindRegistry;
  checkCron: CheckCron | undefined;
  log: Logger;
  /** The last valid version of a file that is not valid now, from before this process. */
  lastGood(name: string): CompiledWorkflow | undefined;
}

/** The files of the workflows folder, read again only when they change. */
export class WorkflowFolder {
  readonly files = new Map<string, WorkflowFile>();
  readonly #options: FolderOptions;

  constructor(options: FolderOptions) {
    this.#options = options;
  }

  /**
   * Looks at every file.
   * @param force names of files to read even when date and size are the same
   * @returns names of workflows that are new, changed or gone
   */
  async scan(force: ReadonlySet<string> = new Set()): Promise<string[]> {
    const { dir, log } = this.#options;
    const seen = new Map<string, string>();
    const changed: string[] = [];
    for (const file of await this.#list()) {
      const name = nameOfFile(file);
      if (name === undefined) continue;
      if (seen.has(name)) {
        log.warn('two files have the name of one workflow; the second is ignored', { name, file });
        continue;
      }
      seen.set(name, file);
      try {
        const stats = await stat(join(dir, file));
        if (stats.isFile() && (await this.#look(name, file, stats, force.has(file))))
          changed.push(name);
      } catch (error) {
        // Gone between listing and looking: the next scan will see it.
        log.warn('workflow file cannot be read', { file, error });
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') seen.delete(name);
      }
    }
    for (const name of this.files.keys()) {
      if (seen.has(name)) continue;
      this.files.delete(name);
      changed.push(name);
    }
    return changed;
  }

  async #list(): Promise<string[]> {
    try {
      const all = await readdir(this.#options.dir);
      return all.filter((file) => /\.ya?ml$/i.test(file) && !file.startsWith('.')).toSorted();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  async #look(name: string, file: string, stats: Stats, force: boolean): Promise<boolean> {
    const known = this.files.get(name);
    const stamp = `${stats.mtimeMs}:${stats.size}:${stats.ino}`;
    if (known && known.file === file && known.stamp === stamp && !force) return false;
    const source = stats.size > MAX_BYTES ? undefined : await this.#read(file);
    const hash = source === undefined ? `unreadable:${stamp}` : sourceHash(source);
    if (known?.hash === hash && known.file === file) {
      known.stamp = stamp;
      return false;
    }
    this.files.set(
      name,
      this.#entry({ name, file, source, hash, stamp, modifiedAt: stats.mtimeMs }, known),
    );
    return true;
  }

  async #read(file: string): Promise<string | undefined> {
    return utf8Text(await readFile(join(this.#options.dir, file)));
  }

  #entry(
    read: {
      name: string;
      file: string;
      source: string | undefined;
      hash: string;
      stamp: string;
      modifiedAt: number;
    },
    known: WorkflowFile | undefined,
  ): WorkflowFile {
    const { kinds, checkCron } = this.#options;
    const { name, file } = read;
    const parsed: ParsedWorkflow =
      read.source === undefined
        ? { valid: false, problems: [notText(file)] }
        : parseWorkflow(read.source, { file, kinds, ...(checkCron ? { checkCron } : {}) });
    // The file's name counts, whatever stands in it.
    if (parsed.compiled) {
      const definition = { ...parsed.compiled.definition, name };
      parsed.definition = definition;
      parsed.compiled = { ...parsed.compiled, name, definition };
    }
    const compiled = parsed.compiled ?? known?.compiled ?? this.#options.lastGood(name);
    return { ...read, source: read.source ?? '', parsed, compiled };
  }
}

function notText(file: string): Problem {
  return {
    code: 'workflow.yaml',
    severity: 'error',
    message: 'The file is not UTF-8 text, or is too large.',
    hint: 'Save it as UTF-8.',
    file,
    line: 1,
    column: 1,
  };
}
