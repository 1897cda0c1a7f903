import { useId } from 'react';
import { Switch } from '#renderer/ui/Switch.tsx';

/** A switch with its name and what it means. */
export function Toggle(props: {
  label: string;
  help?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-start gap-3">
      <span className="pt-0.5">
        <Switch id={id} checked={props.checked} onChange={props.onChange} />
      </span>
      <label htmlFor={id} className="min-w-0">
        <span className="block text-sm font-medium">{props.label}</span>
        {props.help && <span className="block text-xs text-muted">{props.help}</span>}
      </label>
    </div>
  );
}
