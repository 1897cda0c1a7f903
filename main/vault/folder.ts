import { link, mkdir, readdir, readFile, rm, stat, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atomicWrite, syncFolder } from '#main/base/files.ts';
import { failpoint } from '#main/base/failpoint.ts';
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
        const { mtimeMs, size } = await stat(file);
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
      await this.#prune();
    } catch (cause) {
      throw vaultError.unavailable('The vault file cannot be written', cause);
    }
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

  async #prune(): Promise<void> {
    for (const { generation } of (await this.generations()).slice(KEPT_GENERATIONS))
      await rm(this.#name(generation), { force: true });
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw vaultError.unavailable('The vault file cannot be read', cause);
  }
}
