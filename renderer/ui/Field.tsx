import { type ReactNode, useId } from 'react';

/** What a field hands to the control inside it. */
export interface FieldControl {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

/** A labelled control with help below it and, when something is wrong, what to do. */
export function Field(props: {
  label: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  required?: boolean;
  children: (control: FieldControl) => ReactNode;
}) {
  const id = useId();
  // A condition that does not hold is no error: then the help stays.
  const about = props.error || props.help;
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">
        {props.label}
        {props.required && (
          <span className="ml-0.5 text-danger" aria-hidden>
            *
          </span>
        )}
      </label>
      {props.children({
        id,
        ...(about ? { 'aria-describedby': `${id}-about` } : {}),
        ...(props.error ? { 'aria-invalid': true } : {}),
      })}
      {about && (
        <p
          id={`${id}-about`}
          className={props.error ? 'text-xs text-danger' : 'text-xs text-muted'}
        >
          {about}
        </p>
      )}
    </div>
  );
}
