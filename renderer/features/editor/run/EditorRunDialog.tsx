import { Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '#contract/common.ts';
import type { InputDefinition } from '#contract/workflow.ts';
import { InputsForm } from '#renderer/features/workflows/InputsForm.tsx';
import { parseInputs, type RawInput } from '#renderer/features/workflows/inputValues.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';

/** Asks for the inputs of the text on the screen before it runs. */
export function EditorRunDialog(props: {
  name: string;
  inputs: Record<string, InputDefinition>;
  busy: boolean;
  onRun: (inputs: Record<string, Json>) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation(['editor', 'ui']);
  const [values, setValues] = useState<Record<string, RawInput>>({});
  const [tried, setTried] = useState(false);
  const { inputs, problems } = parseInputs(props.inputs, values);
  const submit = () => {
    setTried(true);
    if (Object.keys(problems).length === 0) props.onRun(inputs);
  };
  return (
    <Dialog
      open
      onOpenChange={props.onClose}
      title={t('run.title', { name: props.name })}
      description={t('run.text')}
      footer={
        <>
          <Button onClick={props.onClose}>{t('ui:cancel')}</Button>
          <Button
            variant="primary"
            icon={<Play />}
            busy={props.busy}
            data-testid="run-start"
            onClick={submit}
          >
            {t('run.start')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <InputsForm
          definitions={props.inputs}
          values={values}
          problems={tried ? problems : {}}
          onChange={setValues}
        />
        <button type="submit" hidden aria-label={t('run.start')} />
      </form>
    </Dialog>
  );
}
