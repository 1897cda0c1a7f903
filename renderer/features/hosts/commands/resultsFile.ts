import type { LogEntry } from '#renderer/ui/log/LogView.tsx';
import type { CommandOutput } from './CommandOutput.ts';

const text = (lines: readonly LogEntry[], warn: boolean) =>
  lines
    .filter((line) => (line.tone === 'warn') === warn)
    .map((line) => `${line.text}\n`)
    .join('');

/** What came of a command as JSON, in the shape that `nexus ssh --json` prints. */
export function resultsFile(output: CommandOutput): string {
  const results = output.results.map((result) => {
    const lines = output.lines(result.host);
    return {
      host: result.host,
      exit_code: result.exitCode,
      stdout: text(lines, false),
      stderr: text(lines, true),
      ms: result.ms ?? null,
      ...(result.error ? { error: result.error } : {}),
    };
  });
  return `${JSON.stringify({ results }, null, 2)}\n`;
}
