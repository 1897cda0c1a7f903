// The package's own types declare a module of the name that it is published under, not of its alias here.
declare module 'node-pty' {
  /** A running process on a pseudo-terminal. */
  export interface IPty {
    readonly pid: number;
    onData(listener: (data: string | Uint8Array) => void): { dispose(): void };
    onExit(listener: (exit: { exitCode: number; signal?: number }) => void): { dispose(): void };
    resize(cols: number, rows: number): void;
    write(data: string | Uint8Array): void;
    kill(signal?: string): void;
    pause(): void;
    resume(): void;
  }

  export interface SpawnOptions {
    name: string;
    cols: number;
    rows: number;
    cwd: string;
    env: Record<string, string>;
    /** Null: data comes as bytes. */
    encoding: null;
  }

  export function spawn(file: string, args: string[], options: SpawnOptions): IPty;
}
