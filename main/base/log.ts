export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of the platform's own log. */
export interface LogRecord {
  at: number;
  level: LogLevel;
  /** Which part speaks: `engine`, `gateway`. */
  part: string;
  message: string;
  fields?: Record<string, unknown>;
}

/** Takes a redacted record: a file, stderr, the window's bottom panel. */
export type LogSink = (record: LogRecord) => void;

/** Structured logging. Every text passes the redactor before any sink sees it. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  /** The same log, speaking as another part. */
  part(name: string): Logger;
}

const ORDER: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** @param redact applied to the message and, recursively, to every string in the fields. */
export function createLogger(
  sinks: LogSink[],
  redact: (text: string) => string,
  level: LogLevel = 'info',
  name = 'nexus',
): Logger {
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value);
    if (value instanceof Error) return redact(value.stack ?? value.message);
    if (Array.isArray(value)) return value.map(clean);
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, clean(v)]));
    }
    return value;
  };
  const write = (at: LogLevel) => (message: string, fields?: Record<string, unknown>) => {
    if (ORDER[at] < ORDER[level]) return;
    const record: LogRecord = { at: Date.now(), level: at, part: name, message: redact(message) };
    if (fields) record.fields = clean(fields) as Record<string, unknown>;
    for (const sink of sinks) sink(record);
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    part: (part) => createLogger(sinks, redact, level, part),
  };
}

/** A logger that says nothing, for tests. */
export const silentLogger: Logger = createLogger([], (text) => text);
