import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from '@tanstack/react-router';
import { Frame } from '#renderer/frame/Frame.tsx';
import { HomePage } from '#renderer/features/home/HomePage.tsx';
import { NotFound } from './NotFound.tsx';
import { PageCrash } from './PageCrash.tsx';
import {
  auditSearch,
  commandSearch,
  hostSearch,
  hostsSearch,
  listSearch,
  monitorSearch,
  openSearch,
  schedulesSearch,
  settingsSearch,
  vaultSearch,
  workflowsSearch,
} from './search.ts';

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });
const underWorkflows = { page: 'workflows', to: '/workflows' } as const;
const underHosts = { page: 'hosts', to: '/hosts' } as const;
const underRuns = { page: 'runs', to: '/runs' } as const;

const routeTree = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: '/',
    staticData: { crumb: 'home' },
    component: HomePage,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/workflows',
    staticData: { crumb: 'workflows' },
    validateSearch: workflowsSearch,
    component: lazyRouteComponent(
      () => import('#renderer/features/workflows/WorkflowsPage.tsx'),
      'WorkflowsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/workflows/$name',
    staticData: { above: underWorkflows, param: 'name' },
    validateSearch: openSearch,
    component: lazyRouteComponent(() => import('#renderer/features/editor/EditorPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/templates',
    staticData: { crumb: 'templates', above: underWorkflows },
    validateSearch: listSearch,
    component: lazyRouteComponent(
      () => import('#renderer/features/templates/TemplatesPage.tsx'),
      'TemplatesPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/runs',
    staticData: { crumb: 'runs' },
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import('#renderer/features/runs/RunsPage.tsx'), 'RunsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/runs/$id',
    staticData: { above: underRuns, param: 'id' },
    validateSearch: openSearch,
    component: lazyRouteComponent(() => import('#renderer/features/runview/RunPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/compare/$a/$b',
    staticData: { crumb: 'compare', above: underRuns },
    component: lazyRouteComponent(
      () => import('#renderer/features/runs/ComparePage.tsx'),
      'ComparePage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/schedules',
    staticData: { crumb: 'schedules' },
    validateSearch: schedulesSearch,
    component: lazyRouteComponent(
      () => import('#renderer/features/schedules/SchedulesPage.tsx'),
      'SchedulesPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/approvals',
    staticData: { crumb: 'approvals' },
    component: lazyRouteComponent(
      () => import('#renderer/features/approvals/ApprovalsPage.tsx'),
      'ApprovalsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/vault',
    staticData: { crumb: 'vault' },
    validateSearch: vaultSearch,
    component: lazyRouteComponent(
      () => import('#renderer/features/vault/VaultPage.tsx'),
      'VaultPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/hosts',
    staticData: { crumb: 'hosts' },
    validateSearch: hostsSearch,
    component: lazyRouteComponent(
      () => import('#renderer/features/hosts/list/HostsPage.tsx'),
      'HostsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/hosts/$name',
    staticData: { above: underHosts, param: 'name' },
    validateSearch: hostSearch,
    component: lazyRouteComponent(
      () => import('#renderer/features/hosts/page/HostPage.tsx'),
      'HostPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/commands',
    staticData: { crumb: 'commands', above: underHosts },
    validateSearch: commandSearch,
    component: lazyRouteComponent(
      () => import('#renderer/features/hosts/commands/CommandPage.tsx'),
      'CommandPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/monitor',
    staticData: { crumb: 'monitor' },
    validateSearch: monitorSearch,
    component: lazyRouteComponent(
      () => import('#renderer/features/monitor/MonitorPage.tsx'),
      'MonitorPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/terminals',
    staticData: { crumb: 'terminals' },
    component: lazyRouteComponent(
      () => import('#renderer/features/terminals/TerminalsPage.tsx'),
      'TerminalsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit',
    staticData: { crumb: 'audit' },
    validateSearch: auditSearch,
    component: lazyRouteComponent(
      () => import('#renderer/features/audit/AuditPage.tsx'),
      'AuditPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/settings',
    staticData: { crumb: 'settings' },
    validateSearch: settingsSearch,
    component: lazyRouteComponent(
      () => import('#renderer/features/settings/SettingsPage.tsx'),
      'SettingsPage',
    ),
  }),
]);

/** A router over every page. */
export const makeRouter = (history: RouterHistory) =>
  createRouter({
    routeTree,
    history,
    defaultErrorComponent: PageCrash,
    defaultPreload: 'intent',
    scrollRestoration: true,
  });

/** Hash addresses work under app:// as well as in a browser, and survive a reload in both. */
export const router = makeRouter(createHashHistory());

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
