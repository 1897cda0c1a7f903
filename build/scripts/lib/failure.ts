/** What a person has to do before a script can go on; printed without a stack. */
export class Failure extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Runs a script's main function and turns a {@link Failure} into two plain lines and exit code 1. */
export async function main(script: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await script();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`nexus: ${error.message}\n       ${error.hint}`);
    process.exitCode = 1;
  }
}
