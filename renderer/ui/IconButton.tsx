import { Button, type ButtonProps } from './Button.tsx';
import { Tooltip } from './Tooltip.tsx';

/** A button that is only an icon: its label is its accessible name and its tooltip. */
export function IconButton({
  label,
  shortcut,
  side,
  variant = 'ghost',
  size = 'icon',
  children,
  ...rest
}: Omit<ButtonProps, 'aria-label' | 'asChild'> & {
  label: string;
  shortcut?: string;
  side?: 'top' | 'right' | 'bottom' | 'left';
}) {
  return (
    <Tooltip label={label} shortcut={shortcut} side={side ?? 'top'}>
      <Button variant={variant} size={size} aria-label={label} {...rest}>
        {children}
      </Button>
    </Tooltip>
  );
}
