import { useRouterState } from '@tanstack/react-router';
import { type PageEntry, pages } from './pages.ts';

/** The page of the rail that is open, or that what is open belongs to (e.g. templates to workflows). */
export function usePage(): PageEntry | undefined {
  const path = useRouterState({
    select: ({ matches, location }) =>
      matches.map(({ staticData }) => staticData.above?.to).findLast((to) => to !== undefined) ??
      location.pathname,
  });
  return pages.find(({ to }) => path === to || (to !== '/' && path.startsWith(`${to}/`)));
}
