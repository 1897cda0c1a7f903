import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { Kbd } from './Kbd.tsx';

export interface MenuItem {
  /** `-` draws a line. */
  id: string;
  label?: ReactNode;
  icon?: ReactNode;
  shortcut?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect?: () => void;
}

/** Further actions on a thing. */
export function Menu(props: {
  trigger: ReactNode;
  items: readonly MenuItem[];
  align?: 'start' | 'end';
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{props.trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={props.align ?? 'end'}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 animate-pop overflow-y-auto rounded-card border border-border bg-surface-2 p-1 shadow-pop"
          onClick={(event) => event.stopPropagation()}
        >
          {props.items.map((item) =>
            item.id.startsWith('-') ? (
              <DropdownMenu.Separator key={item.id} className="my-1 h-px bg-border" />
            ) : (
              <DropdownMenu.Item
                key={item.id}
                disabled={item.disabled ?? false}
                onSelect={() => item.onSelect?.()}
                className={cn(
                  'flex cursor-default items-center gap-2 rounded-control px-2 py-1 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-surface-3 [&_svg]:size-4 [&_svg]:text-muted',
                  item.danger && 'text-danger data-[highlighted]:bg-danger/10 [&_svg]:text-danger',
                )}
              >
                {item.icon}
                <span className="flex-1">{item.label}</span>
                {item.shortcut && <Kbd keys={item.shortcut} />}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
