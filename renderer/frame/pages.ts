import {
  Activity,
  CalendarClock,
  History,
  House,
  type LucideIcon,
  ScrollText,
  Server,
  Settings,
  SquareTerminal,
  Stamp,
  Vault,
  Workflow,
} from 'lucide-react';

export type PageId =
  | 'home'
  | 'workflows'
  | 'runs'
  | 'schedules'
  | 'terminals'
  | 'approvals'
  | 'vault'
  | 'hosts'
  | 'monitor'
  | 'audit'
  | 'settings';

export interface PageEntry {
  id: PageId;
  to:
    | '/'
    | '/workflows'
    | '/runs'
    | '/schedules'
    | '/approvals'
    | '/vault'
    | '/hosts'
    | '/monitor'
    | '/terminals'
    | '/audit'
    | '/settings';
  icon: LucideIcon;
  group: 'operate' | 'build' | 'know' | 'trust' | 'none';
  /** `g` and this key goes there. */
  key: string;
  /** In the bottom bar of a narrow window; the others are behind its last place. */
  narrow: boolean;
}

/** The pages that exist, in the order of the rail. A page is added here when its part exists. */
export const pages: readonly PageEntry[] = [
  { id: 'home', to: '/', icon: House, group: 'operate', key: 'h', narrow: true },
  { id: 'runs', to: '/runs', icon: History, group: 'operate', key: 'r', narrow: true },
  { id: 'approvals', to: '/approvals', icon: Stamp, group: 'operate', key: 'p', narrow: true },
  { id: 'hosts', to: '/hosts', icon: Server, group: 'operate', key: 'o', narrow: true },
  { id: 'monitor', to: '/monitor', icon: Activity, group: 'operate', key: 'm', narrow: false },
  {
    id: 'terminals',
    to: '/terminals',
    icon: SquareTerminal,
    group: 'operate',
    key: 't',
    narrow: false,
  },
  { id: 'workflows', to: '/workflows', icon: Workflow, group: 'build', key: 'w', narrow: false },
  {
    id: 'schedules',
    to: '/schedules',
    icon: CalendarClock,
    group: 'build',
    key: 's',
    narrow: false,
  },
  { id: 'vault', to: '/vault', icon: Vault, group: 'trust', key: 'v', narrow: false },
  { id: 'audit', to: '/audit', icon: ScrollText, group: 'trust', key: 'a', narrow: false },
  { id: 'settings', to: '/settings', icon: Settings, group: 'none', key: ',', narrow: false },
];
