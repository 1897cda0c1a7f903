import { CodeField } from '../code/CodeField.tsx';
import { useFormScope } from './FormScope.ts';
import { isExpression, readScalar, resolve, type Schema } from './schema.ts';
import { ValuePreview } from './ValuePreview.tsx';
import { WorkflowSelect } from './WorkflowSelect.tsx';
import { text, type ValueProps } from './ValueProps.ts';

/** Text in one line or many, code, or a number: with completion in expressions and a preview of them. */
export function TextControl(
  props: ValueProps & {
    editor: 'plain' | 'shell' | 'javascript' | 'expression' | 'text' | 'workflow';
  },
) {
  const { names, root, step } = useFormScope();
  if (props.editor === 'workflow' && !isExpression(props.value)) {
    return (
      <WorkflowSelect
        value={text(props.value)}
        onChange={props.onChange}
        label={props.label}
        id={props.id}
      />
    );
  }
  const code = props.editor === 'shell' || props.editor === 'javascript';
  const many = code || props.editor === 'text' || text(props.value).includes('\n');
  return (
    <>
      <CodeField
        key={many ? 'many' : 'one'}
        {...(props.id ? { id: props.id } : {})}
        label={props.label}
        describedBy={props.describedBy}
        language={code ? (props.editor as 'shell' | 'javascript') : 'plain'}
        lines={many ? 'many' : 'one'}
        names={names}
        placeholder={placeholderOf(resolve(props.schema, root))}
        value={text(props.value)}
        onChange={(typed) =>
          props.onChange(typed === '' ? undefined : readScalar(typed, props.schema, root))
        }
      />
      {!code && <ValuePreview text={text(props.value)} step={step} />}
    </>
  );
}

function placeholderOf(schema: Schema): string {
  if (schema.default !== undefined && schema.default !== null && schema.default !== '') {
    return typeof schema.default === 'object'
      ? JSON.stringify(schema.default)
      : String(schema.default);
  }
  return schema.examples ? schema.examples.map(String).join(', ') : '';
}
