import { Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import type { InputDefinition } from '#contract/workflow.ts';
import { FormDialog } from '#renderer/ui/FormDialog.tsx';
import { InputsForm } from './InputsForm.tsx';
import { parseInputs, type RawInput } from './inputValues.ts';

/** Asks for the inputs of a workflow before it runs. */
export function InputsDialog(props: {
  workflow: string;
  inputs: Record<string, InputDefinition>;
  busy: boolean;
  onRun: (values: Record<string, Json>) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('workflows');
  const [values, setValues] = useState<Record<string, RawInput>>({});
  const [tried, setTried] = useState(false);
  const { inputs, problems } = parseInputs(props.inputs, values);
  const submit = () => {
    setTried(true);
    if (Object.keys(problems).length === 0) props.onRun(inputs);
  };
  return (
    <FormDialog
      title={t('run.title', { name: props.workflow })}
      description={t('run.text')}
      verb={t('run.start')}
      icon={<Play />}
      busy={props.busy}
      onSubmit={submit}
      onClose={props.onClose}
      testId="run-start"
    >
      <InputsForm
        definitions={props.inputs}
        values={values}
        problems={tried ? problems : {}}
        onChange={setValues}
      />
    </FormDialog>
  );
}
