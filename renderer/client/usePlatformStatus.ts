import { useQuery } from '@tanstack/react-query';
import type { PlatformStatus } from '#contract/platform.ts';
import { api } from './api.ts';

/** How the platform is; kept fresh by the stream that {@link useLiveCache} reads. */
export function usePlatformStatus(): PlatformStatus | undefined {
  return useQuery(api.platform.status.queryOptions({ input: {} })).data;
}
