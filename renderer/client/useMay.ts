import { useQuery } from '@tanstack/react-query';
import { type Role, roleAllows } from '#contract/define.ts';
import { api } from './api.ts';

/** Asks whether this person may do what needs a role; nothing before it is known who they are. */
export function useMay(): (needed: Role) => boolean {
  const { data: me } = useQuery(api.platform.whoami.queryOptions({ input: {} }));
  return (needed) => me !== undefined && roleAllows(me.role, needed);
}
