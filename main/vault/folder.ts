import { link, mkdir, readdir, readFile, rm, stat, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atomicWrite, syncFolder } from '#main/base/files.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { NexusError } from '#main/base/errors.ts';
import { MAX_FILE_BYTES } from './document.ts';
import { vaultError } from './errors.ts';

/** How many earlier generations of the file are kept. */
export const KEPT_GENERATIONS = 10;

/** An earlier generation that is still there. */
export interface KeptGeneration {
  generation: number;
  written_at: number;
  bytes: number;
}

/** The folder `vault` of a home: the file, its earlier generations, and the recovery copy. */
export class VaultFolder {
  readonly path: string;
  readonly file: string;
  readonly recovery: string;
  readonly #generations: string;

  constructor(path: string) {
    this.path = path;
    this.file = join(path, 'vault.json');
    this.recovery = join(path, 'recovery.age');
    this.#generations = join(path, 'generations');
  }

  /** The file's bytes, or undefined where there is none. @throws NexusError `vault.unavailable` */
  async read(): Promise<Buffer | undefined> {
    return readIfThere(this.file);
  }

  /** @throws NexusError `vault.generation_not_found` */
  async readGeneration(generation: number): Promise<Buffer> {
    const bytes = await readIfThere(this.#name(generation));
    if (!bytes) throw vaultError.noGeneration(generation);
    return bytes;
  }

  /** The newest first. */
  async generations(): Promise<KeptGeneration[]> {
    const names = await readdir(this.#generations).catch(() => []);
    const found = await Promise.all(
      names.map(async (name) => {
        const match = /^(\d{1,15})\.json$/.exec(name);
        if (!match) return undefined;
        const file = join(this.#generations, name);
        // Whoever writes the vault at this moment may be removing it.
        const stats = await stat(file).catch(() => undefined);
        if (!stats) return undefined;
        const { mtimeMs, size } = stats;
        return { generation: Number(match[1]), written_at: Math.round(mtimeMs), bytes: size };
      }),
    );
    return found.filter((one) => one !== undefined).toSorted((a, b) => b.generation - a.generation);
  }

  /**
   * Replaces the file in one step and keeps the one before as generation `before`, where that is
   * given (it is known to be good).
   *
   * @throws NexusError `vault.unavailable` when the disk refuses; then the old file is still there
   */
  async write(bytes: Uint8Array, before: number | undefined): Promise<void> {
    try {
      await mkdir(this.#generations, { recursive: true, mode: 0o700 });
      if (before !== undefined) await this.#keep(before);
      failpoint('vault.write.before');
      await atomicWrite(this.file, bytes, { mode: 0o600, failpoint: 'vault.write' });
      failpoint('vault.write.after');
    } catch (cause) {
      throw vaultError.unavailable('The vault file cannot be written', cause);
    }
    // It is written: what cannot be tidied now is tidied after the next change.
    await this.#tidy().catch(() => undefined);
  }

  /** Writes the copy that the recovery key alone opens; removes it where there is to be none. */
  async writeRecovery(bytes: Uint8Array | undefined): Promise<void> {
    if (bytes) await atomicWrite(this.recovery, bytes, { mode: 0o600 });
    else await rm(this.recovery, { force: true });
  }

  /** Removes every earlier generation: they open with keys that are no longer to be trusted. */
  async forgetGenerations(): Promise<void> {
    await rm(this.#generations, { recursive: true, force: true });
  }

  #name(generation: number): string {
    return join(this.#generations, `${generation}.json`);
  }

  // A second name for the same bytes where the file system has such; else a copy.
  async #keep(generation: number): Promise<void> {
    const kept = this.#name(generation);
    await rm(kept, { force: true });
    await link(this.file, kept).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') await copyFile(this.file, kept);
    });
    await syncFolder(this.#generations);
  }

  // Only whoever has the write lock comes here, so a temporary file is one that a death has left.
  async #tidy(): Promise<void> {
    for (const { generation } of (await this.generations()).slice(KEPT_GENERATIONS))
      await rm(this.#name(generation), { force: true });
    for (const name of await readdir(this.path))
      if (TEMPORARY.test(name)) await rm(join(this.path, name), { force: true });
  }
}

/** What `atomicWrite` calls the files that it has not finished. */
const TEMPORARY = /^\.(vault\.json|recovery\.age)\.[0-9a-f]{12}\.tmp$/;

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    // No vault is larger; and a pipe in its place would never end.
    const stats = await stat(file);
    if (!stats.isFile()) throw new Error('it is no file');
    if (stats.size > MAX_FILE_BYTES) throw vaultError.damaged('it is too large.');
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof NexusError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw vaultError.unavailable('The vault file cannot be read', cause);
  }
}
