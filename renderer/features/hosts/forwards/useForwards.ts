import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, client } from '#renderer/client/api.ts';
import { useStream } from '#renderer/client/useStream.ts';

/** The forwards through all hosts, as they are opened, used, lost and closed. */
export function useForwards() {
  const cache = useQueryClient();
  useStream(
    'forwards',
    (signal) => client.hosts.watchForwards({}, { signal }),
    (items) => {
      const last = items.at(-1);
      if (last) cache.setQueryData(api.hosts.forwards.queryKey({ input: {} }), last);
    },
  );
  return useQuery(api.hosts.forwards.queryOptions({ input: {} }));
}
