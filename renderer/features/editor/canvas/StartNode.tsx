import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { BellRing, CalendarClock, Hand, Link2, ShieldAlert, Webhook } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '#renderer/ui/cn.ts';
import { useEditor } from '../store/context.ts';
import { readTriggers } from './triggers.ts';

export type StartNodeType = Node<{ failure: boolean }, 'start'>;

const icons = {
  manual: Hand,
  schedule: CalendarClock,
  webhook: Webhook,
  workflow_completed: Link2,
  alert: BellRing,
};

/** What starts the workflow (or its steps on failure): the one node that is not a step. */
export const StartNode = memo(function StartNode({ data }: NodeProps<StartNodeType>) {
  const { t } = useTranslation('editor');
  const source = useEditor((state) => state.source);
  const triggers = readTriggers(source.value);
  const shown = triggers.slice(0, 3);
  return (
    <div
      data-testid={data.failure ? 'node-start-failure' : 'node-start'}
      className={cn(
        'flex h-9 w-[244px] items-center justify-center gap-3 rounded-full border border-dashed border-border-strong bg-surface-1 px-3 text-2xs text-muted',
        data.failure && 'border-danger/50 text-danger',
      )}
    >
      {data.failure ? (
        <span className="flex items-center gap-1.5">
          <ShieldAlert className="size-3.5" aria-hidden />
          {t('node.onFailure')}
        </span>
      ) : (
        shown.map((trigger, index) => {
          const Icon = icons[trigger.kind];
          return (
            <span
              // oxlint-disable-next-line react/no-array-index-key -- two may be of one kind and word
              key={index}
              className="flex min-w-0 items-center gap-1.5"
            >
              <Icon className="size-3.5 shrink-0" aria-hidden />
              <span className="truncate">{trigger.text || t(`trigger.${trigger.kind}`)}</span>
            </span>
          );
        })
      )}
      {!data.failure && triggers.length > 3 && <span>+{triggers.length - 3}</span>}
      <Handle
        type="source"
        position={Position.Bottom}
        className="!opacity-0"
        isConnectable={false}
      />
    </div>
  );
});
