import type { Parts } from './parts.ts';

const HOUR = 3_600_000;

/** Deletes what is beyond the settings' limits: soon after the start, then every hour. Returns what stops it. */
export function keepRetention({
  engine,
  settings,
  log,
}: Pick<Parts, 'engine' | 'settings' | 'log'>): () => void {
  const sweep = () => {
    const { retention_days: days, retention_runs: runs } = settings.get();
    engine.retain({ days, runs }).then(
      ({ deleted }) => deleted > 0 && log.info('old runs were deleted', { deleted }),
      (error: unknown) => log.warn('old runs could not be deleted', { error }),
    );
  };
  const first = setTimeout(sweep, 60_000).unref();
  const later = setInterval(sweep, HOUR).unref();
  return () => {
    clearTimeout(first);
    clearInterval(later);
  };
}
