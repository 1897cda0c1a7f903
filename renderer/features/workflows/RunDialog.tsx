import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import type { Json } from '#contract/common.ts';
import { api } from '#renderer/client/api.ts';
import { toastError } from '#renderer/ui/toast.ts';
import { InputsDialog } from './InputsDialog.tsx';
import { useRunDialog } from './runDialogStore.ts';

const close = () => useRunDialog.setState({ workflow: null, source: undefined });

function useDefinitions(workflow: string, source: string | undefined) {
  const saved = useQuery(
    api.workflows.get.queryOptions({
      input: { name: workflow },
      enabled: source === undefined,
      staleTime: 0,
    }),
  );
  const edited = useQuery(
    api.workflows.validate.queryOptions({
      input: { source: source ?? '' },
      enabled: source !== undefined,
    }),
  );
  const definition =
    source === undefined ? saved.data?.workflow.definition : edited.data?.definition;
  return {
    settled: source === undefined ? saved.isFetchedAfterMount : edited.isSuccess,
    error: saved.error ?? edited.error,
    inputs: definition?.inputs ?? {},
  };
}

function Asking(props: { workflow: string; source: string | undefined; takeDefaults: boolean }) {
  const navigate = useNavigate();
  const { settled, inputs, error } = useDefinitions(props.workflow, props.source);
  const start = useMutation(
    api.runs.start.mutationOptions({
      onSuccess: ({ run }) => {
        close();
        void navigate({ to: '/runs/$id', params: { id: run.id } });
      },
      onError: () => {
        if (props.takeDefaults || Object.keys(inputs).length === 0) close();
      },
    }),
  );
  const { mutate } = start;
  const begin = useCallback(
    (values: Record<string, Json>) => {
      mutate({
        name: props.workflow,
        inputs: values,
        ...(props.source === undefined ? {} : { source: props.source }),
      });
    },
    [mutate, props.workflow, props.source],
  );
  // Strict mode mounts twice; one click must start one run.
  const begun = useRef(false);
  const asked = Object.values(inputs).filter(
    (input) => !props.takeDefaults || input.default === undefined,
  );
  const nothingToAsk = settled && asked.length === 0;
  useEffect(() => {
    if (error) {
      toastError(error);
      close();
    } else if (nothingToAsk && !begun.current) {
      begun.current = true;
      begin({});
    }
  }, [nothingToAsk, error, begin]);
  if (!settled || nothingToAsk) return null;
  return (
    <InputsDialog
      workflow={props.workflow}
      inputs={inputs}
      busy={start.isPending}
      onRun={begin}
      onClose={close}
    />
  );
}

/** Asks for a workflow's inputs when it has any, starts the run and shows it. */
export function RunDialog() {
  const { workflow, source, takeDefaults } = useRunDialog();
  if (workflow === null) return null;
  return <Asking key={workflow} workflow={workflow} source={source} takeDefaults={takeDefaults} />;
}
